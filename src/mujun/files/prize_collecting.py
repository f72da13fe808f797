"""The prize-collecting Steiner tree as a block problem, exactly, and its plan translated back.

A tree is to be chosen that minimises the cost of its edges plus the prizes of the nodes left out. Each edge of cost c
becomes a node of benefit −c that touches both ends; nodes keep their prize as benefit. A connected set of the new graph
then holds a tree over its old nodes, so that the best block is worth Σ prizes − the cost of the best tree. The
restatement is the usual one (each edge subdivided by a node); it loses nothing, in the bound neither.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints, Problem, Terms


@dataclasses.dataclass(frozen=True, slots=True)
class PrizeCollecting:
    """n nodes and m edges: ``ids`` n texts, ``prizes`` (n,) ≥ 0, ``edges`` (m, 2) positions, ``costs`` (m,) ≥ 0."""

    ids: tuple[str, ...]
    prizes: Floats
    edges: Ints
    costs: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def as_blocks(self) -> Problem:
        """Return the block problem of n + m parcels: first the nodes, then one parcel per edge."""
        number, links = len(self.ids), len(self.costs)
        joints = number + np.arange(links, dtype=np.int64)
        pairs = np.concatenate([np.column_stack([self.edges[:, side], joints]) for side in (0, 1)])
        parcels = number + links
        return Problem(
            ids=(*self.ids, *(f"{self.ids[a]}–{self.ids[b]}" for a, b in self.edges.tolist())),
            benefit=np.concatenate([self.prizes, -self.costs]),
            cost=np.zeros(parcels),
            area_mu=np.ones(parcels),
            lock=np.zeros(parcels, dtype=np.int64),
            together=np.full(parcels, -1, dtype=np.int64),
            protected=np.zeros(parcels, dtype=bool),
            use={},
            edges=pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64).reshape(-1, 2),
            front_m=np.zeros(2 * links),
            terms=Terms(max_blocks=1),
        )

    def cost_of(self, blocks: Sequence[Sequence[int]]) -> float:
        """Return edge costs plus prizes left out of a plan of :meth:`as_blocks` (blocks as its positions)."""
        number = len(self.ids)
        taken = [position for block in blocks for position in block]
        left = np.ones(number, dtype=bool)
        left[[position for position in taken if position < number]] = False
        edges = self.costs[[position - number for position in taken if position >= number]]
        return math.fsum([*edges.tolist(), *self.prizes[left].tolist()])

    def bound_of(self, bound: float) -> float:
        """Return what no tree can cost less than, from what no block of :meth:`as_blocks` can be worth more than."""
        return math.fsum([*self.prizes.tolist(), -bound])

    def nodes_of(self, blocks: Sequence[Sequence[int]]) -> list[list[int]]:
        """Return the blocks without the parcels that stand for edges; a block of nothing else is dropped."""
        kept = [[position for position in block if position < len(self.ids)] for block in blocks]
        return [block for block in kept if block]
