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
    filled = np.where(np.isfinite(values), values, 0.0)
    floor = np.floor(filled)
    part = filled - floor
    rounded = (floor + (part >= 0.5)).astype(np.int64)
    tolerance = np.maximum(_NEAR, np.abs(filled) * 1e-13)
    for position in np.flatnonzero(np.abs(part - 0.5) < tolerance):
        fraction = exact(int(position))
        if fraction is not None:
            rounded[position] = half_up(fraction)
    return rounded


@dataclasses.dataclass(frozen=True, slots=True)
class ExactSums:
    """Sums of decimals per group: ``units`` in millionths, and ``odd`` for groups with finer decimals."""

    units: Ints
    odd: dict[int, Fraction]

    def fraction(self, group: int) -> Fraction:
        """Return the exact sum of one group."""
        return self.odd.get(group, Fraction(int(self.units[group]), _DECIMAL_UNIT))

    def floats(self, numerator: int = 1, denominator: int = 1) -> Floats:
        """Return every sum × numerator ÷ denominator, each rounded once to the nearest float."""
        scaled = self.units * numerator / float(_DECIMAL_UNIT * denominator)
        for group, value in self.odd.items():
            scaled[group] = float(value * numerator / denominator)
        large = np.flatnonzero(np.abs(self.units) > _SAFE / numerator)
        for group in large:
            scaled[group] = float(self.fraction(int(group)) * numerator / denominator)
        return scaled

    def plus(self, other: ExactSums, sign: int = 1) -> ExactSums:
        """Return the sums plus (or with ``sign=-1`` minus) another's, group by group."""
        odd = {
            group: self.fraction(group) + sign * other.fraction(group) for group in self.odd.keys() | other.odd.keys()
        }
        return ExactSums(self.units + sign * other.units, odd)


def exact_sums(values: Floats, groups: Ints, count: int) -> ExactSums:
    """Sum ``values`` (NaN counts as nothing) by ``groups`` (0 … count-1; negative = in no group), without error."""
    keep = (groups >= 0) & np.isfinite(values)
    if not keep.all():
        values, groups = values[keep], groups[keep]
    scaled = np.rint(values * _DECIMAL_UNIT)
    regular = (scaled / _DECIMAL_UNIT == values) & (np.abs(scaled) < _SAFE)
    odd_groups = set(groups[~regular].tolist())
    units = np.zeros(count, dtype=np.int64)
    whole = np.where(regular, scaled, 0.0)
    if np.abs(whole).sum() < _SAFE:
        units += np.bincount(groups, weights=whole, minlength=count).astype(np.int64)
    else:
        np.add.at(units, groups, whole.astype(np.int64))
    odd: dict[int, Fraction] = {}
    for group in odd_groups:
        odd[group] = sum((decimal(float(value)) for value in values[groups == group]), Fraction(0))
    return ExactSums(units, odd)


def exact_total(values: Floats) -> Fraction:
    """Sum all ``values`` (NaN counts as nothing) exactly."""
    return exact_sums(values, np.zeros(len(values), dtype=np.int64), 1).fraction(0)
