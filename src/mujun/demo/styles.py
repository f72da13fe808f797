"""How bureaus write things: dates, truths, nothing, thousands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mujun.register.schema import TABLES

Style = Callable[[pd.Series], list[Any]]
NOTHING = ("", "", "", "—", "-", "/", "无")


def plain(values: pd.Series) -> list[Any]:
    """Write values as they are, nothing as an empty cell, whole numbers without a decimal point."""
    return [None if _is_nothing(value) else _whole(value) for value in values.tolist()]


def date(pattern: str) -> Style:
    """Write dates by ``pattern`` with gaps y, m, d; ``cell`` writes a real date cell."""

    def write(values: pd.Series) -> list[Any]:
        days = [None if pd.isna(value) else value.date() for value in values.tolist()]
        return [None if day is None else _date_text(day, pattern) for day in days]

    return write


def dates(chance: np.random.Generator, *patterns: str) -> Style:
    """Write each date by one of ``patterns``, as columns look that many hands have filled."""

    def write(values: pd.Series) -> list[Any]:
        chosen = chance.integers(0, len(patterns), len(values)).tolist()
        days = [None if pd.isna(value) else value.date() for value in values.tolist()]
        return [
            None if day is None else _date_text(day, patterns[place]) for day, place in zip(days, chosen, strict=True)
        ]

    return write


def truth(yes: str, no: str) -> Style:
    """Write truths with two words."""

    def write(values: pd.Series) -> list[Any]:
        return [None if pd.isna(value) else (yes if value else no) for value in values.tolist()]

    return write


def choice(table: str, column: str) -> Style:
    """Write the first Chinese word of each choice."""
    words = {code: texts[0] for code, texts in TABLES[table].column(column).choices}

    def write(values: pd.Series) -> list[Any]:
        return [words.get(value) for value in values.tolist()]

    return write


def number(chance: np.random.Generator, *, thousands: float = 0.0, marks: bool = False) -> Style:
    """Write numbers, a part of them as text with thousands separators; ``marks`` writes nothing as —, -, / or 无."""

    def write(values: pd.Series) -> list[Any]:
        as_text = chance.random(len(values)) < thousands
        mark = chance.integers(0, len(NOTHING), len(values)).tolist()
        cells: list[Any] = []
        for value, text, place in zip(values.tolist(), as_text.tolist(), mark, strict=True):
            if pd.isna(value):
                cells.append((NOTHING[place] or None) if marks else None)
            else:
                cells.append(f"{_whole(value):,}" if text and abs(value) >= 1_000 else _whole(value))
        return cells

    return write


def scaled(factor: int, digits: int, *, divide: bool = False) -> Style:
    """Write numbers in another unit: times (or divided by) ``factor``, rounded to ``digits``."""

    def write(values: pd.Series) -> list[Any]:
        moved = values / factor if divide else values * factor
        return plain(moved.round(digits))

    return write


def _date_text(day: dt.date, pattern: str) -> Any:
    if pattern == "cell":
        return day
    return (
        pattern.replace("yyyy", str(day.year))
        .replace("mm", f"{day.month:02d}")
        .replace("dd", f"{day.day:02d}")
        .replace("m", str(day.month))
        .replace("d", str(day.day))
    )


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value != value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
