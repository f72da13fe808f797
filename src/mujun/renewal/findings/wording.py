"""Findings as sentences: what was measured, against what, how far apart, and what follows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import COMPARISONS, Ageing, Criterion


def amount(value: float, decimals: int = 4) -> str:
    """Write a number as people do: at most so many decimals, no trailing zeros.

    >>> amount(3.5), amount(12.0), amount(1 / 3)
    ('3.5', '12', '0.3333')
    """
    short = repr(float(value) + 0.0).removesuffix(".0")
    if "e" not in short and len(short.partition(".")[2]) <= decimals:
        return short
    text = f"{Decimal(short):.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def value_text(criterion: Criterion, value: float, grade: str | None) -> str:
    """Return the value of a finding as printed: a grade, 是 for a truth, or a number."""
    if criterion.figure == GRADE:
        return grade or ""
    return amount(value) if criterion.figure else "是"


def threshold_text(criterion: Criterion, threshold: float) -> str:
    """Return the threshold of a finding as printed."""
    if criterion.figure == GRADE:
        return "、".join(criterion.grades)
    return amount(threshold) if criterion.figure else "是"


def sentence(criterion: Criterion, value: float, threshold: float, *, grade: str | None, since: str) -> str:
    """Return one sentence that a person on the parcel can check; ``since`` is the day from which months are counted."""
    if criterion.figure == GRADE:
        return f"主要用地企业评为{grade}类。"
    if not criterion.figure:
        return f"{criterion.label}。"
    figure = PARCEL_FIGURES[criterion.figure]
    limit = f"{COMPARISONS[criterion.comparison]}{amount(threshold)}{figure.unit}"
    if figure.dated:
        counted = f"自{figure.event}（{since}）起已满{amount(value)}个月"
        return f"{counted}，{limit}。" if threshold else f"{counted}。"
    gap = abs(threshold - value)
    apart = f"，相差{amount(gap)}{figure.unit}" if gap else ""
    return f"{figure.label}{amount(value)}{figure.unit}，{limit}{apart}。"


def stage_of(ageing: Ageing | None, months: float) -> str:
    """Return the stage that a number of months has reached; empty where there are none or it is unknown."""
    if ageing is None or months != months:
        return ""
    label = ageing.before
    for limit, name in ageing.limits:
        if months >= limit:
            label = name
    return label


def reason(missing: list[str], day: dt.date) -> str:
    """Return why something cannot be decided, from the figures that are unknown."""
    needs = dict.fromkeys("主要用地企业的评价等级" if name == GRADE else PARCEL_FIGURES[name].needs for name in missing)
    return f"缺少{day.year}年末的{'、'.join(needs)}，或其与后续记录不符，补齐后再认定。"
