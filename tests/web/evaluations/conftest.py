"""A small county, an analyst, and folders of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mujun.web.people.models import User
from tests.web.evaluations.web_county import fill, tables


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.RUNS_ROOT = tmp_path / "runs"
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def analyst(person: Callable[..., User]) -> User:
    return person("analyst")


@pytest.fixture
def county(db: None) -> int:
    """The revision that holds the county."""
    return fill(tables())
