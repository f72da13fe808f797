"""Exact decimal results at array speed.

Figures arrive as decimals and are held as the nearest float; arithmetic is done on floats. Wherever a rounding
could fall the other way (a half, to within the error of the floats), the element is computed again with fractions
of the decimals themselves. So a printed score is what a clerk gets with pencil and paper, and no firm loses a rank
to the last bit of a float.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SCORE_UNIT = 10_000
"""Scores are integers of 1/10,000 point."""

_DECIMAL_UNIT = 1_000_000
_SAFE = float(2**53)
_NEAR = 1e-6


def decimal(value: float | int | str) -> Fraction:
    """Return the decimal that was written, as a fraction: the shortest one that reads back as ``value``."""
    return Fraction(repr(value) if isinstance(value, float) else value)


def half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves up (away from minus infinity)."""
    return math.floor(value + Fraction(1, 2))


def round_half_up(values: Floats, exact: Callable[[int], Fraction | None]) -> Ints:
    """Round each value to an integer, halves up; ``exact(i)`` gives element ``i`` as a fraction where it is close.

    NaN becomes 0. ``exact`` may return None to keep the float's answer.
    """
    finite = np.isfinite(values)
    filled = values if finite.all() else np.where(finite, values, 0.0)
    floor = np.floor(filled)
    part = filled - floor
    rounded: Ints = floor.astype(np.int64)
    rounded += part >= 0.5
    part -= 0.5
    largest = max(float(floor.max()), -float(floor.min()), 0.0) if len(floor) else 0.0
    tolerance = np.maximum(_NEAR, np.abs(filled) * 1e-13) if largest * 1e-13 > _NEAR else _NEAR
    for position in np.flatnonzero(np.abs(part, out=part) < tolerance):
        fraction = exact(int(position))
        if fraction is not None:
            rounded[position] = half_up(fraction)
    return rounded


@dataclasses.dataclass(frozen=True, slots=True)
class ExactSums:
    """Sums of decimals per group.

    ``units`` are exact, in millionths, except for groups marked in ``odd``, whose terms have finer decimals: their
    sums are ``approximate`` as floats (to the last bit or two), and ``terms`` adds them up exactly on demand.
    """

    units: Ints
    odd: npt.NDArray[np.bool_]
    approximate: Floats
    terms: Callable[[int], Fraction]

    def fraction(self, group: int) -> Fraction:
        """Return the exact sum of one group."""
        if self.odd[group]:
            return self.terms(group)
        return Fraction(int(self.units[group]), _DECIMAL_UNIT)

    def floats(self, numerator: int = 1, denominator: int = 1) -> Floats:
        """Return every sum × numerator ÷ denominator, each (but for odd ones) rounded once to the nearest float."""
        units = self.units if numerator == 1 else self.units * numerator
        scaled: Floats = units / float(_DECIMAL_UNIT * denominator)
        if self.odd.any():
            scaled = np.where(self.odd, self.approximate * numerator / denominator, scaled)
        safe = _SAFE / numerator
        if len(self.units) and max(int(self.units.max()), -int(self.units.min())) > safe:
            for group in np.flatnonzero(np.abs(self.units) > safe):
                scaled[group] = float(self.fraction(int(group)) * numerator / denominator)
        return scaled

    def plus(self, other: ExactSums, sign: int = 1) -> ExactSums:
        """Return the sums plus (or with ``sign=-1`` minus) another's, group by group."""
        odd = self.odd | other.odd
        approximate = self.floats() + sign * other.floats() if odd.any() else self.approximate
        return ExactSums(
            self.units + sign * other.units,
            odd,
            approximate,
            lambda group: self.fraction(group) + sign * other.fraction(group),
        )

    def regrouped(self, into: Ints) -> ExactSums:
        """Return the sums of these sums: group ``g`` is added to group ``into[g]``; the number of groups stays."""
        units = np.zeros_like(self.units)
        np.add.at(units, into, self.units)
        odd = np.zeros_like(self.odd)
        odd[into[self.odd]] = True
        approximate = np.bincount(into, weights=self.floats(), minlength=len(into)).astype(np.float64)

        def terms(group: int) -> Fraction:
            return sum((self.fraction(int(member)) for member in np.flatnonzero(into == group)), Fraction(0))

        return ExactSums(units, odd, approximate, terms)


def exact_sums(values: Floats, groups: Ints, count: int) -> ExactSums:
    """Sum ``values`` (NaN counts as nothing) by ``groups`` (0 … count-1; negative = in no group)."""
    keep = (groups >= 0) & np.isfinite(values)
    if not keep.all():
        values, groups = values[keep], groups[keep]
    scaled = np.rint(values * _DECIMAL_UNIT)
    regular = (scaled / _DECIMAL_UNIT == values) & (np.abs(scaled) < _SAFE)
    whole = scaled if regular.all() else np.where(regular, scaled, 0.0)
    if np.abs(whole).sum() < _SAFE:
        units = np.bincount(groups, weights=whole, minlength=count).astype(np.int64)
    else:
        units = np.zeros(count, dtype=np.int64)
        np.add.at(units, groups, whole.astype(np.int64))
    odd = np.zeros(count, dtype=bool)
    odd[groups[~regular]] = True
    approximate = np.bincount(groups, weights=values, minlength=count).astype(np.float64) if odd.any() else np.zeros(0)

    def terms(group: int) -> Fraction:
        return sum((decimal(float(value)) for value in values[groups == group]), Fraction(0))

    return ExactSums(units, odd, approximate, terms)


def exact_total(values: Floats) -> Fraction:
    """Sum all ``values`` (NaN counts as nothing): exactly where all have at most six decimals, else as ``fsum``."""
    sums = exact_sums(values, np.zeros(len(values), dtype=np.int64), 1)
    return decimal(math.fsum(values[np.isfinite(values)])) if sums.odd[0] else sums.fraction(0)
