"""Small files of every kind, made on the spot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from mujun.base import creditcode

Rows = Sequence[Sequence[object]]
MakeBook = Callable[..., Path]


def code(number: int) -> str:
    """Return a credit code with a right check character."""
    body = f"91330000MA{number:07d}"
    return body + creditcode.check_character(body)


@pytest.fixture(name="code")
def code_fixture() -> Callable[[int], str]:
    return code


@pytest.fixture
def book(tmp_path: Path) -> MakeBook:
    """Write a workbook: ``book("firms.xlsx", {"Sheet1": rows}, merged=[("Sheet1", "A1:C1", "title")])``."""

    def make(name: str, sheets: dict[str, Rows], merged: Sequence[tuple[str, str, object]] = ()) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
            dated = workbook.add_format({"num_format": "yyyy-mm-dd"})
            for sheet, rows in sheets.items():
                page = workbook.add_worksheet(sheet)
                for number, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if isinstance(cell, dt.date):
                            page.write_datetime(number, column, cell, dated)
                        elif cell is not None:
                            page.write(number, column, cell)
                for where, area, value in merged:
                    if where == sheet:
                        page.merge_range(area, value)
        return path

    return make
