"""The real figure of a target: a formula over named figures, month by month, with its arithmetic in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Mapping

from mujun.rulebook.expressions import Expression

Months = Mapping[dt.date, float]
"""Figures by month (its first day): at the month's end, or on the day of asking for the month that is not over."""


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One named figure over the months: ``label`` and ``unit`` for people; ``note`` where it says where it comes from."""

    label: str
    unit: str
    months: Months
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """``months``: the real figure by month; ``value`` its newest, None where some figure is unknown; ``arithmetic`` shows
    how the newest came about (``已验收腾出面积 812.5亩``, or ``甲 3 ÷ 乙 4 = 0.75``).
    """

    value: float | None
    month: dt.date | None
    months: Mapping[dt.date, float]
    arithmetic: str


def measure(formula: Expression, figures: Mapping[str, Figure]) -> Measured:
    """Evaluate ``formula`` at every month in which all its figures are known.

    A figure that is silent about a month holds its last value from before, as accumulated figures and levels do.
    """
    unknown = [figures[name].label for name in sorted(formula.names) if not figures[name].months]
    if unknown:
        return Measured(None, None, {}, f"还没有数据：{'、'.join(unknown)}")
    every = sorted({month for name in formula.names for month in figures[name].months})
    held: dict[str, float] = {}
    found: dict[dt.date, float] = {}
    for month in every:
        for name in formula.names:
            if month in figures[name].months:
                held[name] = float(figures[name].months[month])
        if len(held) == len(formula.names):
            value = float(formula.over(held))
            if not math.isnan(value):
                found[month] = value
    if not formula.names:
        value = float(formula.over({}))
        return Measured(value, None, {}, f"{_plain(value)}")
    if not found:
        return Measured(None, None, {}, "算式在现有数据上得不出结果（例如除数为零）")
    newest = max(found)
    return Measured(found[newest], newest, found, arithmetic(formula, figures, held, found[newest]))


def arithmetic(formula: Expression, figures: Mapping[str, Figure], values: Mapping[str, float], result: float) -> str:
    """Return the formula with each name as its label and figure, and what comes out."""
    text = formula.text
    for sign, shown in (("*", "×"), ("/", "÷"), ("-", "−")):
        text = text.replace(sign, f" {shown} ")
    text = re.sub(r"\s+", " ", text).strip()
    for name in sorted(formula.names, key=len, reverse=True):
        figure = figures[name]
        told = f"{figure.label} {_plain(values[name])}{figure.unit}"
        text = re.sub(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", told.replace("\\", ""), text)
    return text if formula.text in formula.names else f"{text} = {_plain(result)}"


def _plain(value: float) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
