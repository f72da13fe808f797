"""An Excel template per table: Chinese headings with units, drop-downs, and a sheet that says how to fill it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from mujun.files.dates import FIRST_YEAR, LAST_YEAR
from mujun.files.units import LABELS
from mujun.register.schema import TABLES, Column, Kind, Table

NOTES = "填表说明"
ROWS = 5000
_COLOURS = {"key": "#FCE4D6", "plain": "#DDEBF7"}


def heading_of(column: Column) -> str:
    """Return the heading of a column with its unit: ``税收(万元)``."""
    unit = LABELS.get(column.unit, column.unit)
    return f"{column.label}({unit})" if unit else column.label


def write_template(table: str, target: Path) -> None:
    """Write the template of ``table`` (an English name of the exchange format) to ``target``.

    Shapes are handed over as layers, so the template has no column for them. Raises KeyError for an unknown table.
    """
    about = TABLES[table]
    book = xlsxwriter.Workbook(str(target))
    sheet = book.add_worksheet(about.label)
    columns = [column for column in about.columns if column.kind is not Kind.GEOMETRY]
    for position, column in enumerate(columns):
        _column(book, sheet, position, column, is_key=column.name in about.key)
    sheet.freeze_panes(1, len(about.key))
    sheet.set_row(0, 30)
    _notes(book, about, columns)
    book.close()


def _column(book: Any, sheet: Any, position: int, column: Column, *, is_key: bool) -> None:
    head = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter",
         "bg_color": _COLOURS["key" if is_key else "plain"]}
    )  # fmt: skip
    pattern = {Kind.CODE: "@", Kind.TEXT: "@", Kind.DATE: "yyyy-mm-dd", Kind.YEAR: "0"}.get(column.kind, "General")
    sheet.set_column(
        position, position, 24 if column.kind is Kind.CODE else 16, book.add_format({"num_format": pattern})
    )
    sheet.write_string(0, position, heading_of(column), head)
    rule = _rule(column)
    if rule:
        title = {"error_title": column.label, "error_message": how_to_fill(column)[:250]}
        sheet.data_validation(1, position, ROWS, position, {**rule, **title, "ignore_blank": True})


def _rule(column: Column) -> dict[str, Any] | None:
    if column.choices:
        return {"validate": "list", "source": [names[0] for _, names in column.choices]}
    if column.kind is Kind.TRUTH:
        return {"validate": "list", "source": ["是", "否"]}
    if column.kind is Kind.YEAR:
        return {"validate": "integer", "criteria": "between", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    if column.kind is Kind.NUMBER and column.minimum is not None:
        return {"validate": "decimal", "criteria": ">=", "value": column.minimum}
    if column.name == "firm_id":
        return {"validate": "length", "criteria": "==", "value": 18, "error_type": "warning"}
    return None


def how_to_fill(column: Column) -> str:
    """Return one sentence on how to fill a column."""
    if column.choices:
        return f"从下拉框选：{'、'.join(names[0] for _, names in column.choices)}。"
    if column.name == "to":
        return "最后一天（含），如 2024-12-31；没有终止日期就留空。"
    unit = LABELS.get(column.unit, column.unit)
    words = {
        Kind.TRUTH: "填“是”或“否”，不知道就留空。",
        Kind.YEAR: "四位年份，如 2022。",
        Kind.DATE: "日期，如 2022-03-05。",
        Kind.CODE: "代码，按文本填写，不要让Excel当成数字。",
        Kind.NUMBER: f"数字，单位{unit}；没有就留空，不要四舍五入。" if unit else "数字；没有就留空。",
    }
    return words.get(column.kind, "文字。")


def _notes(book: Any, table: Table, columns: list[Column]) -> None:
    sheet = book.add_worksheet(NOTES)
    bold = book.add_format({"bold": True, "bg_color": _COLOURS["plain"], "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for position, (text, width) in enumerate(
        (("列", 18), ("英文名", 20), ("必填", 8), ("单位", 10), ("怎么填", 50), ("也认得的标题", 50))
    ):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, text, bold)
    for row, column in enumerate(columns, start=1):
        must = "是" if column.name in table.key else ""
        if column.name == "firm_id" and table.linked_by_name:
            must = "与企业名称至少填一个"
        unit = LABELS.get(column.unit, column.unit)
        texts = (column.label, column.name, must, unit, how_to_fill(column), "、".join(column.headings))
        for position, text in enumerate(texts):
            sheet.write_string(row, position, text, wrap)
    if table.geometry:
        text = "图形请另用gpkg、shp或geojson图层提交，图层中须有同样的编号列。"
        sheet.write_string(len(columns) + 2, 0, text)
