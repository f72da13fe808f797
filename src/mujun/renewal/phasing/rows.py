"""Rows of a linear programme, collected one by one and handed on as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mujun.renewal.blocks.problem import Floats

Index = npt.NDArray[np.int32]
INFINITE = float("inf")


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """``lower`` <= sum of ``value`` x the columns ``index`` <= ``upper``. ``kind`` says which term of the task it keeps."""

    kind: str
    index: Index
    value: Floats
    lower: float
    upper: float

    def activity(self, solution: Floats) -> float:
        """Return the sum at ``solution``."""
        return float(self.value @ solution[self.index])


def row(
    kind: str,
    index: Sequence[int] | npt.NDArray[np.integer],
    value: Sequence[float] | Floats,
    *,
    lower: float = -INFINITE,
    upper: float = INFINITE,
) -> Row:
    """Return a row; repeated columns are added up, columns of weight 0 left out."""
    places, which = np.unique(np.asarray(index, dtype=np.int64), return_inverse=True)
    weights = np.bincount(which, np.asarray(value, dtype=float), minlength=len(places))
    kept = weights != 0
    return Row(kind, places[kept].astype(np.int32), weights[kept], lower, upper)


@dataclasses.dataclass(frozen=True, slots=True)
class Packed:
    """Rows as arrays: row r has the entries ``start[r]:start[r + 1]``."""

    start: Index
    index: Index
    value: Floats
    lower: Floats
    upper: Floats


def pack(rows: Sequence[Row]) -> Packed:
    """Return the arrays of ``rows``."""
    start = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum([len(one.index) for one in rows], out=start[1:])
    return Packed(
        start,
        np.concatenate([one.index for one in rows]) if rows else np.empty(0, np.int32),
        np.concatenate([one.value for one in rows]) if rows else np.empty(0),
        np.array([one.lower for one in rows], dtype=float),
        np.array([one.upper for one in rows], dtype=float),
    )
