"""Whether the parts of a target make up the whole: counts and areas add up, shares are weighted, ranks hold for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from mujun.targets.statement import Bound


class Rule(StrEnum):
    """How parts make up the whole."""

    SUM = "sum"
    MEAN = "mean"
    EACH = "each"


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part: ``value`` in the unit of the whole; ``weight`` where the rule is a weighted mean (any unit, > 0)."""

    name: str
    value: Decimal
    weight: Decimal | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """``total`` is what the parts come to (sum, mean, or the weakest part); ``difference`` = total − whole."""

    adds_up: bool
    total: Decimal | None
    difference: Decimal | None
    sentence: str


def check(
    whole: Decimal, unit: str, bound: Bound, parts: Sequence[Part], rule: Rule, *, over_share: Decimal = Decimal(0)
) -> Verdict:
    """Hold ``parts`` against the ``whole`` (both in ``unit``).

    ``SUM``: the sum is the whole, or exceeds it by at most ``over_share`` of it. ``MEAN``: Σ weight × value ÷ Σ weight
    is at least the whole (at most, where it is an upper bound). ``EACH``: every part is at least (at most) the whole.
    """
    if not parts:
        return Verdict(False, None, None, "还没有分解。")
    upper = bound is Bound.LE or unit == "位"
    if rule is Rule.SUM:
        return _sum(whole, unit, parts, over_share)
    if rule is Rule.MEAN:
        return _mean(whole, unit, parts, upper=upper)
    return _each(whole, unit, parts, upper=upper)


def _sum(whole: Decimal, unit: str, parts: Sequence[Part], over_share: Decimal) -> Verdict:
    total = sum((part.value for part in parts), Decimal(0))
    difference = total - whole
    told = f"{len(parts)}项合计{shown(total, unit)}"
    if difference == 0:
        return Verdict(True, total, difference, f"{told}，与目标{shown(whole, unit)}相等。")
    if 0 < difference <= over_share * abs(whole):
        return Verdict(True, total, difference, f"{told}，比目标{shown(whole, unit)}多{shown(difference, unit)}。")
    word = "多" if difference > 0 else "少"
    sentence = f"{told}，比目标{shown(whole, unit)}{word}{shown(abs(difference), unit)}，分解对不上。"
    return Verdict(False, total, difference, sentence)


def _mean(whole: Decimal, unit: str, parts: Sequence[Part], *, upper: bool) -> Verdict:
    bare = [part.name for part in parts if part.weight is None or part.weight <= 0]
    if bare:
        return Verdict(False, None, None, f"加权平均需要每项的权重：{'、'.join(bare)}还没有填写。")
    weights = [part.weight for part in parts if part.weight is not None]
    total = sum((part.value * weight for part, weight in zip(parts, weights, strict=True)), Decimal(0)) / sum(weights)
    difference = total - whole
    holds = difference <= 0 if upper else difference >= 0
    told = f"{len(parts)}项加权平均{shown(total, unit)}，目标{'不超过' if upper else '不少于'}{shown(whole, unit)}"
    if holds:
        return Verdict(True, total, difference, f"{told}，能够达到。")
    return Verdict(False, total, difference, f"{told}，相差{shown(abs(difference), unit)}，分解对不上。")


def _each(whole: Decimal, unit: str, parts: Sequence[Part], *, upper: bool) -> Verdict:
    weakest = max(parts, key=lambda part: part.value) if upper else min(parts, key=lambda part: part.value)
    failing = [part for part in parts if (part.value > whole if upper else part.value < whole)]
    difference = weakest.value - whole
    if not failing:
        word = "不超过" if upper else "不少于"
        return Verdict(True, weakest.value, difference, f"{len(parts)}项都{word}{shown(whole, unit)}。")
    told = "、".join(f"{part.name}{shown(part.value, unit)}" for part in failing)
    word = "超过" if upper else "低于"
    sentence = f"{told}{word}目标{shown(whole, unit)}，最多相差{shown(abs(difference), unit)}，分解对不上。"
    return Verdict(False, weakest.value, difference, sentence)


def shown(value: Decimal, unit: str) -> str:
    """Return a figure as people write it: ``1,250亩``, ``8.5%``, ``3.2亿元``; rounded to two decimals for reading only."""
    size = abs(value)
    if unit == "元" and size >= 10**8:
        return f"{_plain(value / 10**8)}亿元"
    if unit == "元" and size >= 10**4:
        return f"{_plain(value / 10**4)}万元"
    return f"{_plain(value)}{unit}"


def _plain(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
