"""Rows as an Excel workbook for download; text stays text, so no cell is ever run as a formula."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
SHEET_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook_response(
    name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str = ""
) -> HttpResponse:
    """A workbook of one sheet as a download: ``note`` (if any) over the headings, figures as figures."""
    response = HttpResponse(workbook_bytes(title, heads, rows, note=note), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f"attachment; filename=\"table.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    return response


def workbook_bytes(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str = "") -> bytes:
    """The bytes of such a workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet(title.translate(SHEET_FORBIDDEN)[:31].strip() or "Sheet1")
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    quoted = book.add_format({"quote_prefix": True})
    top = 0
    if note:
        sheet.write_string(0, 0, note)
        top = 1
    for index, head in enumerate(heads):
        sheet.write_string(top, index, head, bold)
        sheet.set_column(index, index, max(10, min(28, 2 * len(head) + 4)))
    for line, row in enumerate(rows, top + 1):
        for index, value in enumerate(row):
            _write(sheet, line, index, value, day, quoted)
    sheet.freeze_panes(top + 1, 1)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, line: int, index: int, value: Any, day: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, index, value)
    elif isinstance(value, int | float | Decimal):
        if math.isfinite(value):
            sheet.write_number(line, index, value)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(line, index, value.replace(tzinfo=None), day)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, index, dt.datetime(value.year, value.month, value.day), day)
    else:
        # The quote mark of Excel keeps the value and keeps it text, also when somebody edits the cell.
        text = str(value)[:LONGEST_CELL]
        sheet.write_string(line, index, text, quoted if text.startswith(FORMULA_STARTS) else None)
