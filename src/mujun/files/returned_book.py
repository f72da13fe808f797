"""Workbooks handed back: bad cells coloured and commented, reasons at the end of each row."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from mujun.base.defects import Defect, Severity
from mujun.files.formulas import is_formula_like, reaches_out
from mujun.files.guard import column_number
from mujun.files.reasons import PROBLEM, SEVERITIES, SUMMARY, by_row, reason, row_reasons
from mujun.files.sheets import Grid

COLOURS = {Severity.STOPS: "FFC7CE", Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.NOTICE: "DDEBF7"}
_MOST_COMMENTS = 2000
_LONGEST_CELL = 32_000
_WIDTH = 60


def annotate_book(source: Path, defects: Sequence[Defect], heads: Mapping[str, int], target: Path) -> bool:
    """Copy a workbook with its formats and mark it; False where openpyxl cannot read what calamine could."""
    try:
        book = openpyxl.load_workbook(source)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, SyntaxError):
        return False
    for sheet in book.worksheets:
        mine = [defect for defect in defects if defect.sheet in (sheet.title, "")]
        _mark(sheet, [defect for defect in mine if defect.row is not None], heads.get(sheet.title, 1))
        _disarm(sheet)
    _summary(book, [defect for defect in defects if defect.row is None])
    book.save(target)
    return True


def _mark(sheet: Any, defects: Sequence[Defect], head: int) -> None:
    if not defects:
        return
    width = sheet.max_column
    comments = 0
    for row, told in by_row(defects).items():
        cells: dict[str, list[Defect]] = {}
        for defect in told:
            cells.setdefault(defect.column, []).append(defect)
        for column, about in cells.items():
            if not column:
                continue
            cell = _anchor(sheet, row, column_number(column))
            cell.fill = PatternFill("solid", fgColor=COLOURS[about[0].severity])
            if comments < _MOST_COMMENTS:
                comments += 1
                text = "\n".join(dict.fromkeys(reason(defect) for defect in about))
                cell.comment = Comment(_legal(text)[:_LONGEST_CELL], "mujun", height=120, width=320)
        problem = sheet.cell(row, width + 1)
        _put_text(problem, row_reasons(told))
        problem.alignment = Alignment(wrap_text=True, vertical="top")
    heading = sheet.cell(head, width + 1)
    _put_text(heading, PROBLEM)
    heading.font = Font(bold=True)
    sheet.column_dimensions[heading.column_letter].width = _WIDTH


def _legal(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _put_text(cell: Any, text: str) -> None:
    cell.value = _legal(text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if is_formula_like(text):
        cell.quotePrefix = True


def _anchor(sheet: Any, row: int, column: int) -> Any:
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    for merged in sheet.merged_cells.ranges:
        if cell.coordinate in merged:
            return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _disarm(sheet: Any) -> None:
    """Leave ordinary formulas, turn those that reach outside the workbook into text, and mark formula-like text."""
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str) and cell.value:
                if cell.data_type == "f" and reaches_out(cell.value):
                    cell.data_type = "s"
                if cell.data_type == "s" and is_formula_like(cell.value):
                    cell.quotePrefix = True


def _summary(book: Any, defects: Sequence[Defect]) -> None:
    if not defects:
        return
    sheet = book.create_sheet(SUMMARY)
    for number, text in enumerate(("工作表", "级别", "问题", "办法"), start=1):
        _put_text(sheet.cell(1, number), text)
    for row, defect in enumerate(defects, start=2):
        for number, text in enumerate(
            (defect.sheet, SEVERITIES[defect.severity], defect.message, defect.mend), start=1
        ):
            _put_text(sheet.cell(row, number), text)
    sheet.column_dimensions["C"].width = sheet.column_dimensions["D"].width = _WIDTH


def rewrite_book(grids: Sequence[Grid], defects: Sequence[Defect], heads: Mapping[str, int], target: Path) -> Path:
    """Write the cells of ``grids`` as a plain workbook, marked; used where formats cannot be kept."""
    book = xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = _Formats(book)
    for grid in grids:
        mine = [d for d in defects if d.sheet in (grid.sheet, "") and d.row is not None]
        _rewrite_sheet(book.add_worksheet(grid.sheet[:31] or None), grid, mine, heads.get(grid.sheet, 1), formats)
    general = [defect for defect in defects if defect.row is None]
    if general:
        sheet = book.add_worksheet(SUMMARY)
        sheet.write_row(0, 0, ("工作表", "级别", "问题", "办法"))
        for row, defect in enumerate(general, start=1):
            for column, text in enumerate((defect.sheet, SEVERITIES[defect.severity], defect.message, defect.mend)):
                sheet.write_string(row, column, _legal(text), formats.of("text", None))
    book.close()
    return target


_KINDS: dict[str, dict[str, Any]] = {"quote": {"quote_prefix": True}, "date": {"num_format": "yyyy-mm-dd"}}


class _Formats:
    """The formats of a rewritten workbook, made when first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str | None], Any] = {}

    def of(self, kind: str, colour: str | None) -> Any:
        """Return the format for a kind of value on a colour."""
        if (kind, colour) not in self._made:
            about: dict[str, Any] = {"bg_color": f"#{colour}"} if colour else {}
            about |= _KINDS.get(kind, {})
            self._made[kind, colour] = self._book.add_format(about)
        return self._made[kind, colour]


def _rewrite_sheet(sheet: Any, grid: Grid, defects: Sequence[Defect], head: int, formats: _Formats) -> None:
    width = max((len(row) for row in grid.rows), default=0)
    told = by_row(defects)
    comments = 0
    for index, row in enumerate(grid.rows):
        line = grid.line(index)
        about: dict[int, list[Defect]] = {}
        for defect in told.get(line, ()):
            about.setdefault(column_number(defect.column) - 1, []).append(defect)
        for column, cell in enumerate(row):
            mine = about.get(column)
            _write(sheet, index, column, cell, COLOURS[mine[0].severity] if mine else None, formats)
            if mine and comments < _MOST_COMMENTS:
                comments += 1
                sheet.write_comment(
                    index, column, _legal("\n".join(dict.fromkeys(reason(d) for d in mine)))[:_LONGEST_CELL]
                )
        text = PROBLEM if line == head else row_reasons(told.get(line, ()))
        if text:
            sheet.write_string(index, width, _legal(text)[:_LONGEST_CELL], formats.of("text", None))


def _write(sheet: Any, row: int, column: int, cell: object, colour: str | None, formats: _Formats) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, formats.of("text", colour))
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, cell, formats.of("text", colour))
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, formats.of("date", colour))
    elif cell not in ("", None):
        text = _legal(str(cell))[:_LONGEST_CELL]
        sheet.write_string(row, column, text, formats.of("quote" if is_formula_like(text) else "text", colour))
    elif colour:
        sheet.write_blank(row, column, None, formats.of("text", colour))
