"""Whether blocks keep every term of a problem, and what they are worth: the solver's own gate for plans."""

from __future__ import annotations

import numpy as np

from mujun.renewal.blocks.compiled import neighbours
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.problem import Floats, Ints, Problem, Truths

RELATIVE = 1e-10
"""Limits are held a little tighter than the 1e-9 that the plan file promises."""


class Gate:
    """Judges numbered blocks (n,: number or -1) of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.starts, self.heads = neighbours(len(problem), problem.edges)
        self._piece, self._pieces = pieces(self.starts, self.heads, np.ones(len(problem), dtype=bool))
        self._groups = [
            np.flatnonzero(problem.together == group) for group in np.unique(problem.together[problem.together >= 0])
        ]
        self._sizes = np.abs(problem.area_mu)

    def worth(self, block: Ints) -> float:
        """The objective, to be maximised, with the price of the exposed front taken off."""
        problem, taken = self.problem, block >= 0
        value = float(problem.gain[taken].sum())
        if problem.terms.front_price and len(problem.edges):
            exposed = taken[problem.edges[:, 0]] != taken[problem.edges[:, 1]]
            value -= problem.terms.front_price * float(problem.front_m[exposed].sum())
        return value

    def keeps(self, block: Ints) -> bool:
        """Whether the blocks keep every term."""
        return self._keeps_sums(block >= 0) and self._keeps_blocks(block)

    def could_be_better(self, taken: Truths, value: float) -> bool:
        """Whether the taken set keeps what does not depend on how it is parted, and is worth more than ``value``."""
        return self._keeps_sums(taken) and self.worth(np.where(taken, 0, -1)) > value

    def _keeps_sums(self, taken: Truths) -> bool:
        problem, terms = self.problem, self.problem.terms
        if (problem.lock[taken] < 0).any() or (problem.lock[~taken] > 0).any():
            return False
        if any(taken[group].any() != taken[group].all() for group in self._groups):
            return False
        limits = [(problem.cost, terms.budget), *((problem.use[name], most) for name, most in terms.resources.items())]
        if any(limit is not None and not _within(float(use[taken].sum()), limit) for use, limit in limits):
            return False
        return terms.target_mu is None or _within(-float(problem.area_mu[taken].sum()), -terms.target_mu)

    def _keeps_blocks(self, block: Ints) -> bool:
        terms, area = self.problem.terms, self.problem.area_mu
        taken = block >= 0
        count = int(block.max()) + 1 if len(block) else 0
        used = np.bincount(block[taken], minlength=count)
        if terms.max_blocks is not None and (used > 0).sum() > terms.max_blocks:
            return False
        sizes: Floats = np.bincount(block[taken], area[taken], count).astype(np.float64)
        kept = np.bincount(block[taken], (area * self.problem.protected)[taken], count)
        for number in np.flatnonzero(used):
            most = terms.max_block_mu
            if not _within(-sizes[number], -terms.min_block_mu) or (
                most is not None and not _within(sizes[number], most)
            ):
                return False
            if not _within(kept[number], terms.protected_share_max * sizes[number]):
                return False
            own = block == number
            if pieces(self.starts, self.heads, own)[1] != 1 or (not terms.holes and self.holes(own).any()):
                return False
        return True

    def holes(self, own: Truths) -> Truths:
        """The parcels (n,) that a block cuts off: what is left of its part of the graph, but for the largest piece."""
        part = self._piece == self._piece[np.argmax(own)]
        left, count = pieces(self.starts, self.heads, part & ~own)
        if count < 2:
            return np.zeros(len(own), dtype=bool)
        sizes = np.bincount(left[left >= 0], self._sizes[left >= 0], count)
        cut_off: Truths = (left >= 0) & (left != int(np.argmax(sizes)))
        return cut_off


def _within(value: float, limit: float) -> bool:
    return value <= limit + RELATIVE * abs(limit)
