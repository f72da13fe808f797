"""Values of the register as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.register.schema import TABLES, Column, Kind, Table

UNITS = {
    "wan": "万元",
    "m2": "平方米",
    "mu": "亩",
    "wan/mu": "万元/亩",
    "tce": "吨标煤",
    "kwh": "千瓦时",
    "t": "吨",
    "person": "人",
    "point": "分",
    "kn/m2": "千牛/平方米",
    "kva": "千伏安",
    "m": "米",
}
"""Unit of the schema → as people write it."""


def texts(column: Column, values: pd.Series[Any]) -> list[str]:
    """Return one text per value; nothing is ``""``. Numbers are not rounded."""
    if column.kind in (Kind.CODE, Kind.TEXT):
        words = {code: names[0] for code, names in column.choices}
        return [words.get(value, value) for value in values.tolist()]
    if column.kind is Kind.NUMBER:
        return [number_text(value) for value in values.tolist()]
    if column.kind is Kind.DATE:
        days = np.datetime_as_string(values.to_numpy("datetime64[D]"))
        return ["" if day == "NaT" else str(day) for day in days]
    if column.kind is Kind.TRUTH:
        return ["" if pd.isna(value) else (_("是") if value else _("否")) for value in values.tolist()]
    if column.kind is Kind.GEOMETRY:
        return ["" if value is None or pd.isna(value) else _("图形") for value in values]
    return ["" if pd.isna(value) else str(value) for value in values.tolist()]


def text(column: Column, value: Any) -> str:
    """Return one value as people read it."""
    return texts(column, pd.Series([value], dtype="object" if column.kind is not Kind.DATE else "datetime64[us]"))[0]


def number_text(value: float | None) -> str:
    """Return a number with every digit it has and none it has not: ``12.0`` is ``12``, NaN is nothing."""
    if value is None or not np.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def key_texts(table: Table, data: pd.DataFrame) -> list[str]:
    """Return the key of every row as one text, its parts joined with ``|``; :func:`key_of` takes it apart again."""
    parts = [texts(table.column(name), data[name]) for name in table.key]
    return ["|".join(row) for row in zip(*parts, strict=True)] if len(data) else []


def key_of(table: Table, key: str | Sequence[Any]) -> list[str]:
    """Return the parts of a key given as text joined with ``|`` or as a sequence of values."""
    if isinstance(key, str):
        return key.rsplit("|", len(table.key) - 1)
    return [text(table.column(name), value) for name, value in zip(table.key, key, strict=True)]


def label(table: str, column: str = "") -> str:
    """Return the Chinese name of a table, or of one of its columns with its unit."""
    if not column:
        return TABLES[table].label
    found = TABLES[table].column(column)
    return f"{found.label}({UNITS[found.unit]})" if found.unit in UNITS else found.label
