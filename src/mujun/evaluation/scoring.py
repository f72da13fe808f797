"""Item scores on the score cards: value, baseline, raw score, bounds, and what happens without data."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from mujun.base.exact import SCORE_UNIT, Floats, Ints, exact_total, half_up, round_half_up
from mujun.evaluation.frame import FirmFrame, Picked
from mujun.rulebook.expressions import Expression
from mujun.rulebook.ruleset import Baseline, Indicator, Item

FLAGS = ("", "no_data", "mean", "full", "skip", "capped", "floored", "no_baseline")
FLAG = {name: np.int8(code) for code, name in enumerate(FLAGS)}


@dataclasses.dataclass(slots=True)
class ItemScores:
    """One indicator over all firms of the frame. Scores are integers of 1/10,000 point; NaN = not applicable.

    ``on_card`` tells where the indicator counts; ``weight`` and ``baseline`` may differ by card and group.
    """

    on_card: npt.NDArray[np.bool_]
    value: Floats
    baseline: Floats
    weight: Floats
    raw: Ints
    score: Ints
    flag: npt.NDArray[np.int8]

    @classmethod
    def blank(cls, names: Iterable[str], size: int) -> dict[str, ItemScores]:
        """Return, by indicator, scores for ``size`` firms, none of them on a card yet.

        All stand in one block of each type: the system hands out fresh memory many times faster in one piece.
        """
        listed = tuple(names)
        floats = np.full((len(listed), 3, size), np.nan)
        points = np.zeros((len(listed), 2, size), dtype=np.int64)
        marks = np.zeros((len(listed), 2, size), dtype=np.int8)
        blank = {}
        for name, (value, baseline, weight), (raw, score), (on_card, flag) in zip(
            listed, floats, points, marks, strict=True
        ):
            blank[name] = cls(on_card.view(np.bool_), value, baseline, weight, raw, score, flag)
        return blank


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A baseline in use: its float, and the fraction it stands for."""

    value: float
    exact: Fraction | None


def indicator_values(picked: Picked, indicator: Indicator) -> Floats:
    """Return numerator ÷ denominator; NaN where the numerator is missing or the denominator is not > 0."""
    shape = picked.firms.shape
    above = np.broadcast_to(np.asarray(indicator.numerator.over(picked), dtype=np.float64), shape)
    below = np.broadcast_to(np.asarray(indicator.denominator.over(picked), dtype=np.float64), shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        values: Floats = above / below
    values[~(below > 0)] = np.nan
    return values


def exact_value(frame: FirmFrame, indicator: Indicator, firm: int) -> Fraction | None:
    """Return the indicator of one firm as a fraction, None where there are no data."""
    above = indicator.numerator.exactly(lambda name: frame.exact(name, firm))
    below = indicator.denominator.exactly(lambda name: frame.exact(name, firm))
    return above / below if above is not None and below is not None and below > 0 else None


def mean_reference(frame: FirmFrame, indicator: Indicator, firms: Ints, baseline: Baseline) -> Reference | None:
    """Return factor × Σ numerator ÷ Σ denominator over the ``firms`` that have both, rounded as the rule says."""
    values = indicator_values(Picked(frame, firms), indicator)
    having = firms[~np.isnan(values)]
    above = _exact_sum(frame, indicator.numerator, having)
    below = _exact_sum(frame, indicator.denominator, having)
    if below <= 0:
        return None
    mean = baseline.factor * above / below
    if baseline.decimals is not None:
        mean = Fraction(half_up(mean * 10**baseline.decimals), 10**baseline.decimals)
    return Reference(float(mean), mean) if mean > 0 else None


def _exact_sum(frame: FirmFrame, expression: Expression, firms: Ints) -> Fraction:
    """Return Σ of an expression over ``firms``; exact for a plain figure, and for a figure ÷ 1,000 or the like."""
    if len(expression.names) == 1:
        name = next(iter(expression.names))
        one, two = expression.over({name: 1.0}), expression.over({name: 2.0})
        if two == 2 * one:
            factor = expression.exactly(lambda _: Fraction(1))
            return Fraction(factor) * _figure_sum(frame, name, firms)
    values = np.asarray(expression.over({name: frame.columns[name][firms] for name in expression.names}))
    return exact_total(values.astype(np.float64))


def _figure_sum(frame: FirmFrame, name: str, firms: Ints) -> Fraction:
    held = frame.sums.get(name)
    if held is None or held.odd[firms].any():
        return exact_total(frame.columns[name][firms].astype(np.float64))
    total = Fraction(int(held.units[firms].sum()), 1_000_000)
    return total * 3 / 2000 if name.endswith("_mu") else total


def score_item(
    picked: Picked,
    item: Item,
    counted: npt.NDArray[np.bool_],
    reference: Reference | None,
    into: ItemScores,
    mean: int | None = None,
) -> int | None:
    """Score the ``picked`` firms (one card, one group) on one item and write the result ``into`` the frame-wide arrays.

    Returns the mean score (1/10,000 point) of those with data, where the item fills gaps with it; ``mean`` fixes it.

    ``counted`` marks the ranked ones among them: means, minima and maxima are taken over them.
    """
    frame, firms = picked.frame, picked.firms
    weight = item.weight.on(dt.date(frame.year, 12, 31)) or Fraction(0)
    value = indicator_values(picked, item.indicator)
    missing = np.isnan(value)
    if item.negative == "zero":
        value = np.where(value < 0, 0.0, value)
    points, exactly = _formula(frame, item, firms, value, counted, reference, weight)
    with np.errstate(over="ignore"):
        raw = round_half_up(points * SCORE_UNIT, exactly)
    flag = np.zeros(len(firms), dtype=np.int8)
    score = _bounded(item, raw, weight, flag)
    if reference is None and item.method == "ratio":
        score[:] = 0
        flag[:] = FLAG["no_baseline"]
    if item.missing == "mean" and mean is None:
        mean = _mean_score(score[counted & ~missing])
    _fill_missing(item, score, raw, flag, missing, mean, weight)
    into.on_card[firms] = True
    into.value[firms] = value
    into.baseline[firms] = reference.value if reference else np.nan
    into.weight[firms] = float(weight)
    into.raw[firms], into.score[firms], into.flag[firms] = raw, score, flag
    return mean


def _formula(
    frame: FirmFrame,
    item: Item,
    firms: Ints,
    value: Floats,
    counted: npt.NDArray[np.bool_],
    reference: Reference | None,
    weight: Fraction,
) -> tuple[Floats, Callable[[int], Fraction | None]]:
    """Return the points of each firm as floats, and the same for one of them, in 1/10,000, as a fraction."""
    w = float(weight)

    def exact(position: int) -> Fraction | None:
        found = exact_value(frame, item.indicator, int(firms[position]))
        return max(found, Fraction(0)) if found is not None and item.negative == "zero" else found

    def through(formula: Callable[[Fraction], Fraction]) -> Callable[[int], Fraction | None]:
        def points(position: int) -> Fraction | None:
            found = exact(position)
            return None if found is None else formula(found) * SCORE_UNIT

        return points

    if item.method == "value":
        return value * w / 100, through(lambda v: v * weight / 100)
    if item.method == "ratio":
        if reference is None or reference.exact is None:
            return np.zeros(len(firms)), lambda _: None
        base = reference.exact
        return value / reference.value * w, through(lambda v: v / base * weight)
    pool = np.flatnonzero(counted & ~np.isnan(value))
    if not len(pool):
        return np.zeros(len(firms)), lambda _: None
    if item.method == "best" and item.indicator.lower_is_better:
        mean = sum((exact(int(p)) or Fraction(0) for p in pool), Fraction(0)) / len(pool)
        if mean == 0:
            return np.full(len(firms), w), lambda _: weight * SCORE_UNIT
        points = np.maximum(2 - value / float(mean), 0.0) * w
        return points, through(lambda v: max(2 - v / mean, Fraction(0)) * weight)
    highest = exact(int(pool[np.argmax(value[pool])])) or Fraction(0)
    if item.method == "best":
        if highest <= 0:
            return np.zeros(len(firms)), lambda _: None
        return value / float(highest) * w, through(lambda v: v / highest * weight)
    lowest = exact(int(pool[np.argmin(value[pool])])) or Fraction(0)
    if highest == lowest:
        return np.full(len(firms), w), lambda _: weight * SCORE_UNIT
    f, span = item.floor_share, highest - lowest
    share = float(f) + float(1 - f) * (value - float(lowest)) / float(span)
    return share * w, through(lambda v: weight * (f + (1 - f) * (v - lowest) / span))


def _bounded(item: Item, raw: Ints, weight: Fraction, flag: npt.NDArray[np.int8]) -> Ints:
    score = raw.copy()
    if item.cap is not None:
        cap = half_up(item.cap * weight * SCORE_UNIT)
        flag[score > cap] = FLAG["capped"]
        np.minimum(score, cap, out=score)
    if item.floor is not None:
        floor = half_up(item.floor * SCORE_UNIT)
        flag[score < floor] = FLAG["floored"]
        np.maximum(score, floor, out=score)
    return score


def _mean_score(having: Ints) -> int | None:
    return half_up(Fraction(int(having.sum()), len(having))) if len(having) else None


def _fill_missing(
    item: Item,
    score: Ints,
    raw: Ints,
    flag: npt.NDArray[np.int8],
    missing: npt.NDArray[np.bool_],
    mean: int | None,
    weight: Fraction,
) -> None:
    if not missing.any():
        return
    raw[missing] = 0
    flag[missing] = FLAG["no_data"]
    score[missing] = 0
    if mean is not None:
        score[missing] = mean
        flag[missing] = FLAG["mean"]
    elif item.missing == "full":
        score[missing] = half_up(weight * SCORE_UNIT)
        flag[missing] = FLAG["full"]
    elif item.missing == "skip":
        flag[missing] = FLAG["skip"]
