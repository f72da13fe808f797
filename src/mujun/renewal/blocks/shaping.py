"""From any set of parcels to blocks that keep the terms, if that can easily be had."""

from __future__ import annotations

import numpy as np

from mujun.renewal.blocks.compiled import Compiled, usual_size
from mujun.renewal.blocks.polishing import polish
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.splitting import drop_small, grow_small, into_blocks, keep_best
from mujun.renewal.blocks.trimming import trim

PENALTIES = (1.3, 4.0, 40.0)
"""A broken limit costs so many times its price while a plan is polished, then more until none is broken."""
STEPS = 2000
WORK = 30_000_000
"""So much is looked at while a plan is polished once, about half a second; counted, so that it is the same on any machine."""
LEAST_PRICE = 0.02
"""No limit is cheaper than this share of what it usually costs."""


class Shaper:
    """Makes blocks within one compiled problem. The rows of single blocks are left to splitting, growing and the gate."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._sums = np.flatnonzero(compiled.per_block == 0)
        self._use, self._limit = compiled.use[self._sums].copy(), compiled.limit[self._sums].copy()
        self._only_grow = np.flatnonzero((self._use >= 0).all(axis=1))
        typical = usual_size(compiled.gain)
        self._usual = np.array([typical / usual_size(use) for use in self._use])

    def shape(self, chosen: Truths, prices: Floats) -> Ints:
        """Blocks (n,: number or -1) near ``chosen`` (n,); ``prices`` (R,) weigh what to give up."""
        compiled, price, rows = self.compiled, self._price(prices), self._only_grow
        weight = compiled.gain - prices @ compiled.use
        block = keep_best(compiled, into_blocks(compiled, chosen), weight)
        if len(rows):
            trim(
                compiled.starts, compiled.heads, compiled.gain, self._use[rows], self._limit[rows], price[rows],
                compiled.state, block,
            )  # fmt: skip
        for penalty in PENALTIES:
            self._polish(block, penalty * price)
            if (self._use[:, block >= 0].sum(axis=1) <= self._limit).all():
                break
        grow_small(compiled, block, weight)
        drop_small(compiled, block)
        return block

    def improved(self, block: Ints, prices: Floats) -> Ints:
        """The same blocks after single steps that keep the limits."""
        block = block.copy()
        self._polish(block, PENALTIES[-1] * self._price(prices))
        return block

    def _price(self, prices: Floats) -> Floats:
        return np.maximum(prices[self._sums], LEAST_PRICE * self._usual)

    def _polish(self, block: Ints, penalty: Floats) -> None:
        compiled = self.compiled
        if (block >= 0).any():
            polish(
                compiled.starts, compiled.heads, compiled.gain, self._use, self._limit, penalty, compiled.area,
                compiled.state, block, compiled.least, compiled.most, STEPS, WORK,
            )  # fmt: skip
