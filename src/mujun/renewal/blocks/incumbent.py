"""The best plan so far, and how any set of parcels is made into a plan that keeps the terms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.compiled import Compiled, usual_size
from mujun.renewal.blocks.polishing import polish
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.rules import Gate
from mujun.renewal.blocks.splitting import drop_small, grow_small, into_blocks, keep_best
from mujun.renewal.blocks.trimming import trim

PENALTIES = (1.3, 4.0, 40.0)
"""A broken limit costs so many times its price while a plan is polished, then more until none is broken."""
STEPS = 400


class Incumbent:
    """The best blocks found (``block`` (n,) or None) and their ``value``; -inf before the first."""

    def __init__(self, compiled: Compiled, gate: Gate, on_better: Callable[[], None] | None = None) -> None:
        self.compiled = compiled
        self.gate = gate
        self.value = -np.inf
        self.block: Ints | None = None
        self._on_better = on_better
        self._seen: set[bytes] = set()
        sums = np.flatnonzero(compiled.per_block == 0)
        self._sums = sums
        self._use, self._limit = compiled.use[sums].copy(), compiled.limit[sums].copy()
        self._only_grow = np.flatnonzero((self._use >= 0).all(axis=1))
        typical = usual_size(compiled.gain)
        self._usual = np.array([typical / usual_size(use) for use in self._use])

    def offer(self, chosen: Truths, prices: Floats) -> bool:
        """Make a plan of ``chosen`` (n,) and keep it if it is better; ``prices`` (R,) weigh what to give up."""
        mark = np.packbits(chosen).tobytes()
        if mark in self._seen or not chosen.any():
            return False
        self._seen.add(mark)
        return self.keep(self.shaped(chosen, prices))

    def shaped(self, chosen: Truths, prices: Floats) -> Ints:
        """Blocks near ``chosen`` that keep the terms if that can easily be had."""
        compiled = self.compiled
        weight = compiled.gain - prices @ compiled.use
        block = keep_best(compiled, into_blocks(compiled, chosen), weight)
        price = np.maximum(prices[self._sums], 0.02 * self._usual)
        rows = self._only_grow
        if len(rows):
            trim(
                compiled.starts, compiled.heads, compiled.gain, self._use[rows], self._limit[rows], price[rows],
                compiled.state, block,
            )  # fmt: skip
        for penalty in PENALTIES:
            self.polish(block, penalty * price)
            used = self._use[:, block >= 0].sum(axis=1)
            if (used <= self._limit).all():
                break
        grow_small(compiled, block, weight)
        drop_small(compiled, block)
        return block

    def polish(self, block: Ints, penalty: Floats) -> int:
        """Improve ``block`` in place by single steps; return how many."""
        compiled = self.compiled
        if not (block >= 0).any():
            return 0
        steps: int = polish(
            compiled.starts, compiled.heads, compiled.gain, self._use, self._limit, penalty, compiled.area,
            compiled.state, block, compiled.least, compiled.most, STEPS,
        )  # fmt: skip
        return steps

    def keep(self, block: Ints) -> bool:
        """Keep ``block`` if it keeps every term and is worth more than the best so far."""
        value = self.gate.worth(block)
        if value <= self.value or not self.gate.keeps(block):
            return False
        self.value, self.block = value, _renumbered(block)
        if self._on_better is not None:
            self._on_better()
        return True


def _renumbered(block: Ints) -> Ints:
    numbers, again = np.unique(block[block >= 0], return_inverse=True)
    result = np.full(len(block), -1, dtype=np.int64)
    result[block >= 0] = again
    assert len(numbers) == len(set(again.tolist()))
    return result
