"""A plan: the blocks, what they are worth, and what no plan can exceed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from enum import StrEnum


class Status(StrEnum):
    """How a search ended. Only ``OPTIMAL`` and ``INFEASIBLE`` are proven answers to the whole question."""

    OPTIMAL = "optimal"
    """The gap that was asked for (0: 1e-9 of the objective) is proven."""
    FEASIBLE = "feasible"
    """Time ran out: a plan and a bound, and a gap between them."""
    STOPPED = "stopped"
    """Somebody stopped the search: the best plan until then."""
    INFEASIBLE = "infeasible"
    """No plan keeps the terms; proven."""
    NO_PLAN = "no_plan"
    """Time ran out before any plan was found; the bound holds all the same."""


@dataclasses.dataclass(frozen=True, slots=True)
class Alternative:
    """Another plan: its blocks as positions of parcels, and its objective."""

    objective: float
    blocks: tuple[tuple[int, ...], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """``objective`` in the sense of the problem (a cost is positive); ``bound`` no plan can beat; blocks as positions."""

    status: Status
    objective: float | None
    bound: float | None
    blocks: tuple[tuple[int, ...], ...]
    seed: int = 1
    seconds: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    clash: tuple[str, ...] = ()
    """Where infeasible: the smallest set of wishes that clash, one Chinese sentence each."""

    @property
    def gap(self) -> float | None:
        """|bound - objective| / |objective|; None without a plan or a bound, 0 where both are 0."""
        return gap_of(self.objective, self.bound)

    def named(self, ids: Sequence[str]) -> list[list[str]]:
        """The blocks with the ids of the parcels."""
        return [[ids[position] for position in block] for block in self.blocks]


def gap_of(objective: float | None, bound: float | None) -> float | None:
    """Return the relative distance of ``objective`` from ``bound``."""
    if objective is None or bound is None:
        return None
    distance = abs(bound - objective)
    if distance == 0:
        return 0.0
    return distance / abs(objective) if objective else float("inf")
