"""Reading the value that a person types for one cell, with a sentence where it does not fit the column."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from mujun.base.errors import Refused
from mujun.register.schema import Column, Kind

_YES = {"是", "有", "1", "true", "√"}
_NO = {"否", "无", "0", "false"}


def read_claim(column: Column, text: str) -> Any:
    """Return ``text`` as a value of ``column`` (text, float, int, date, bool); raise Refused where it is none."""
    text = text.strip()
    if not text:
        raise Refused(f"请填写“{column.label}”应为多少。")
    if len(text) > 200:
        raise Refused(f"“{column.label}”填写的内容太长。")
    reader = {Kind.NUMBER: _number, Kind.YEAR: _year, Kind.DATE: _date, Kind.TRUTH: _truth}.get(column.kind, _text)
    return reader(column, text)


def _number(column: Column, text: str) -> float:
    try:
        value = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Refused(f"“{text}”不是数，“{column.label}”应填数字。")
    if column.minimum is not None and value < column.minimum:
        raise Refused(f"“{column.label}”不能小于 {column.minimum:g}。")
    return value


def _year(column: Column, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1900 <= int(text) <= 2200):
        raise Refused(f"“{text}”不是年份，“{column.label}”应填四位数年份。")
    return int(text)


def _date(column: Column, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Refused(f"“{text}”不是日期，“{column.label}”应填写如 2022-03-05 的日期。") from None


def _truth(column: Column, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise Refused(f"“{column.label}”应填“是”或“否”。")


def _text(column: Column, text: str) -> str:
    if not column.choices:
        return text
    for code, labels in column.choices:
        if text == code or text in labels:
            return code
    raise Refused(f"“{column.label}”应为：{'、'.join(labels[0] for _, labels in column.choices)}。")
