"""One criterion over all parcels: found, surely not, or cannot be decided; with value, threshold and since when."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from mujun.base.exact import Floats
from mujun.renewal.findings.clock import Days, base_days, plus_months
from mujun.renewal.findings.figures import Objects, ParcelFigures
from mujun.rulebook.expressions import Expression
from mujun.rulebook.findings.figures import GRADE, PARCEL_FIGURES
from mujun.rulebook.findings.ruleset import Criterion
from mujun.rulebook.three_valued import Answer, decide

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "below": operator.lt, "at_most": operator.le, "above": operator.gt, "at_least": operator.ge,
}  # fmt: skip
_NEAR = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """One criterion over the parcels. ``value`` and ``threshold`` are NaN where there is none; ``in_force`` is whether

    its threshold holds on the day at all (before its first date nothing is found).
    """

    criterion: Criterion
    answer: Answer
    value: Floats
    threshold: Floats
    in_force: bool

    def missing(self, figures: ParcelFigures) -> list[tuple[str, npt.NDArray[np.bool_]]]:
        """Return the figures the criterion reads and where each is unknown."""
        found = []
        for name in self.criterion.names:
            if name == GRADE:
                found.append((name, _unknown_grade(figures)))
            else:
                found.append((name, np.isnan(figures.columns[name])))
        return found


def judge(criterion: Criterion, figures: ParcelFigures) -> Judged:
    """Apply one criterion to every parcel."""
    size = len(figures)
    value, threshold, in_force = np.full(size, np.nan), np.full(size, np.nan), True
    answer = decide(criterion.when, figures.columns, size) & _in_towns(criterion, figures)
    if criterion.figure == GRADE:
        answer = answer & _graded(criterion, figures)
    elif criterion.figure:
        value = figures.columns[criterion.figure]
        threshold, in_force = _thresholds(criterion, figures)
        answer = answer & _compared(criterion, figures, value, threshold)
        if not in_force:
            answer = Answer.of(np.zeros(size, dtype=bool), np.ones(size, dtype=bool))
    return Judged(criterion, answer, value, threshold, in_force)


def _in_towns(criterion: Criterion, figures: ParcelFigures) -> Answer:
    towns = figures.register["parcels"]["town"]
    here = towns.isin(criterion.towns).to_numpy() if criterion.towns else np.ones(len(towns), dtype=bool)
    known = (towns != "").to_numpy() if criterion.towns else np.ones(len(towns), dtype=bool)
    return Answer.of(here, known)


def _unknown_grade(figures: ParcelFigures) -> npt.NDArray[np.bool_]:
    if figures.grade is None:
        return np.ones(len(figures), dtype=bool)
    return np.array([grade is None for grade in figures.grade], dtype=bool)


def _graded(criterion: Criterion, figures: ParcelFigures) -> Answer:
    grade: Objects = figures.grade if figures.grade is not None else np.full(len(figures), None, dtype=object)
    return Answer.of(np.isin(grade.astype(str), criterion.grades), ~_unknown_grade(figures))


def _thresholds(criterion: Criterion, figures: ParcelFigures) -> tuple[Floats, bool]:
    size = len(figures)
    if isinstance(criterion.threshold, Expression):
        over = criterion.threshold.over(figures.columns)
        return np.broadcast_to(np.asarray(over, dtype=np.float64), (size,)), True
    amount = criterion.threshold.on(figures.day) if criterion.threshold else None
    return np.full(size, np.nan if amount is None else float(amount)), amount is not None


def _compared(criterion: Criterion, figures: ParcelFigures, value: Floats, threshold: Floats) -> Answer:
    compare = _COMPARE[criterion.comparison]
    with np.errstate(invalid="ignore"):
        true = compare(value, threshold)
        near = np.abs(value - threshold) <= _NEAR * np.maximum(1.0, np.abs(threshold))
    for place in np.flatnonzero(near):
        position = int(place)
        exact, limit = figures.exactly(criterion.figure, position), _exact_threshold(criterion, figures, position)
        if exact is not None and limit is not None:
            true[position] = compare(exact, limit)
    return Answer.of(true, ~(np.isnan(value) | np.isnan(threshold)))


def _exact_threshold(criterion: Criterion, figures: ParcelFigures, position: int) -> Fraction | None:
    if isinstance(criterion.threshold, Expression):
        found: Fraction | None = criterion.threshold.exactly(lambda name: figures.exactly(name, position))
        return found
    return criterion.threshold.on(figures.day) if criterion.threshold else None


def since(judged: Judged, figures: ParcelFigures, rows: npt.NDArray[np.int64]) -> Days:
    """Return since when each of ``rows`` meets the criterion.

    A count of months is met from the day on which the months are full; everything else is seen on the reference day.
    """
    figure = judged.criterion.figure
    reference: Days = np.full(len(rows), np.datetime64(figures.day, "D"))
    if not (figure in PARCEL_FIGURES and PARCEL_FIGURES[figure].dated and judged.criterion.comparison == "at_least"):
        return reference
    start = base_days(figures.register["parcels"], figure)[rows]
    return plus_months(start, np.ceil(judged.threshold[rows]).astype(np.int64))


def counted_from(criterion: Criterion, figures: ParcelFigures, rows: npt.NDArray[np.int64]) -> list[str]:
    """Return the day from which each of ``rows`` counts its months, as text; empty where it counts none."""
    figure = criterion.figure
    if not (figure in PARCEL_FIGURES and PARCEL_FIGURES[figure].dated):
        return [""] * len(rows)
    days: list[str] = base_days(figures.register["parcels"], figure)[rows].astype(str).tolist()
    return days
