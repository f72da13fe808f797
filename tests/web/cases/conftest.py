"""People of a loop: a firm, its town, a department, the office, the leader; folders of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mujun.web.cases import actions
from mujun.web.people.models import User

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"fictional"
PDF = b"%PDF-1.4 fictional"


def photo(name: str = "现场.jpg", content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def paper(name: str = "答复.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def client_of(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def lists(db: Any) -> None:
    """The lists that come along are in force."""
    actions.take_in_lists(by=None)


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.LISTS_ROOT = tmp_path / "lists"


@pytest.fixture
def office(person: Callable[..., User]) -> User:
    return person("analyst", "office", unit="专班办公室")


@pytest.fixture
def leader(person: Callable[..., User]) -> User:
    return person("leader", unit="县府办")


@pytest.fixture
def town(person: Callable[..., User]) -> User:
    return person("town")


@pytest.fixture
def bureau(person: Callable[..., User]) -> User:
    return person("department", "bureau", unit="住建局")


@pytest.fixture
def firm(person: Callable[..., User], county: Any) -> User:
    return person("firm")
