"""A home of its own for every test, a clerk, and small files of bureaus."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from mujun.base.creditcode import check_character
from mujun.web.people.models import User
from mujun.web.register import actions, imports, jobs
from mujun.web.register.models import ImportBatch


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91331003MA{number:07d}"
    return body + check_character(body)


def workbook(*sheets: tuple[str, Sequence[str], Sequence[Sequence[Any]]]) -> bytes:
    """A workbook of (name, headings, rows)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, headings, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


FIRM_HEADINGS = ("统一社会信用代码", "企业名称", "是否规上", "镇街")
MEASURE_HEADINGS = ("统一社会信用代码", "年度", "税收(万元)", "用电量(千瓦时)")


def firms(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    return upload("企业.xlsx", workbook(("企业", FIRM_HEADINGS, rows)))


def measures(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    return upload("年度指标.xlsx", workbook(("年度指标", MEASURE_HEADINGS, rows)))


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "documents"
    return tmp_path


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="clerk", display_name="测试员", role="analyst")


@pytest.fixture
def hand_over(clerk: User) -> Callable[..., ImportBatch]:
    """Take files in and rehearse them."""

    def run(*files: SimpleUploadedFile, source: str = "统计局", **options: Any) -> ImportBatch:
        batch = actions.take_in(imports.store_uploads(files), source, by=clerk, **options)
        jobs.rehearse(batch=batch.pk, by=clerk.pk)
        batch.refresh_from_db()
        return batch

    return run


@pytest.fixture
def take(hand_over: Callable[..., ImportBatch], clerk: User) -> Callable[..., ImportBatch]:
    """Take files in, rehearse and commit them."""

    def run(*files: SimpleUploadedFile, **options: Any) -> ImportBatch:
        batch = hand_over(*files, **options)
        jobs.commit(batch=batch.pk, by=clerk.pk)
        batch.refresh_from_db()
        return batch

    return run
