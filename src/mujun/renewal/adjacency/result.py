"""What adjacency answers: the pairs with their reasons, and what was refused, repaired and set aside."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from numba import njit

from mujun.renewal.adjacency.rule import Rule
from mujun.renewal.adjacency.shapes import Floats, Ints, Shapes


class Kind(StrEnum):
    """Why two parcels are adjacent."""

    TOUCHES = "touches"
    FACES = "faces"
    BRIDGED = "bridged"
    DECIDED = "decided"


class Refusal(StrEnum):
    """Why two parcels that meet somewhere are not adjacent."""

    SHORT = "short"
    PARTED = "parted"
    DECIDED = "decided"


@dataclasses.dataclass(frozen=True, slots=True)
class Adjacency:
    """m pairs of n parcels, and all there is to say about them.

    ``pairs`` (m, 2) positions i < j, sorted, without repeats; ``front_m`` (m,) metres shared or facing each other;
    ``kind`` (m,) of :class:`Kind`; ``gap_m`` (m,) the width of the gap where the front is longest, 0 where they touch;
    ``across`` (m,) the barriers that lie in the gap, or the decision. ``refused`` has i, j, reason (:class:`Refusal`),
    front_m (of what is parted, or too short) and across; ``repairs`` position, fault, before_m2, after_m2; ``passages``
    position, neighbours, compactness, reason; ``notes`` Chinese sentences about barriers and decisions not used.
    """

    count: int
    rule: Rule
    pairs: Ints
    front_m: Floats
    kind: Shapes
    gap_m: Floats
    across: Shapes
    refused: pd.DataFrame
    repairs: pd.DataFrame
    passages: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pairs)

    def reasons(self) -> list[str]:
        """Return one Chinese sentence per pair."""
        return [
            _reason(Kind(kind), front, gap, across)
            for kind, front, gap, across in zip(
                self.kind, self.front_m.tolist(), self.gap_m.tolist(), self.across, strict=True
            )
        ]

    def refusals(self) -> list[str]:
        """Return one Chinese sentence per refused pair."""
        return [_refusal(Refusal(row.reason), row.front_m, row.across, self.rule) for row in self.refused.itertuples()]  # type: ignore[arg-type]

    def edges(self, ids: Sequence[str]) -> pd.DataFrame:
        """Return a, b, front_m, kind, gap_m and reason, one row per pair, for parcels called ``ids`` (n,)."""
        names = np.asarray(ids, dtype=object)
        return pd.DataFrame(
            {
                "a": names[self.pairs[:, 0]],
                "b": names[self.pairs[:, 1]],
                "front_m": self.front_m,
                "kind": self.kind,
                "gap_m": self.gap_m,
                "reason": np.array([*self.reasons(), None], dtype=object)[:-1],
            }
        )

    def pieces(self) -> Ints:
        """Return the connected piece of each parcel (n,): the position of its first member."""
        return _pieces(self.count, self.pairs)


def _reason(kind: Kind, front_m: float, gap_m: float, across: str) -> str:
    over = f"隔{across}，" if across else ""
    match kind:
        case Kind.TOUCHES:
            return f"相接，公共边界{front_m:.1f}米"
        case Kind.FACES:
            return f"{over}相对{front_m:.1f}米，间距{gap_m:.1f}米"
        case Kind.BRIDGED:
            return f"经{across or '可跨越的地带'}连接，相对{front_m:.1f}米，间距{gap_m:.1f}米"
    return across


def _refusal(reason: Refusal, front_m: float, across: str, rule: Rule) -> str:
    match reason:
        case Refusal.PARTED:
            return f"被{across}隔断（相对{front_m:.1f}米）"
        case Refusal.SHORT:
            return f"相邻边只有{front_m:.2f}米，不到{rule.front_m:g}米"
    return across


@njit(cache=True)
def _pieces(count: int, pairs: Ints) -> Ints:
    root = np.arange(count)
    for pair in range(len(pairs)):
        ends = [pairs[pair, 0], pairs[pair, 1]]
        for side in range(2):
            while root[ends[side]] != ends[side]:
                root[ends[side]] = root[root[ends[side]]]
                ends[side] = root[ends[side]]
        low, high = min(ends[0], ends[1]), max(ends[0], ends[1])
        root[high] = low
    for place in range(count):
        root[place] = root[root[place]]
    return root
