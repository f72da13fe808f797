"""Better plans by asking again: everything stays as it is but for a neighbourhood, which is decided anew and exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.compiled import Compiled, usual_size
from mujun.renewal.blocks.incumbent import Incumbent
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.shaping import Shaper
from mujun.renewal.blocks.splitting import into_blocks
from mujun.renewal.blocks.within import Within

LOOKS, QUESTIONS = 10, 14
"""So many halvings a neighbourhood is worth before the next one is tried."""
SIZES = (50, 100, 200, 400)
"""How many parcels a neighbourhood has; what has paid for its trouble is tried more often."""
SECOND_CHANCE = 0.5
CURIOSITY = 0.25
"""The share of neighbourhoods whose size is drawn without regard to what has paid."""


class Neighbourhoods:
    """Asks again around the edge of the best plan; the size follows what was worth while."""

    def __init__(
        self, compiled: Compiled, groups: list[Ints], incumbent: Incumbent, out_of_time: Callable[[], bool], seed: int
    ) -> None:
        self.compiled = compiled
        self._groups = groups
        self._incumbent = incumbent
        self._shaper = Shaper(compiled)
        self._out_of_time = out_of_time
        self._chance = np.random.default_rng(seed)
        self._paid, self._spent = np.zeros(len(SIZES)), np.ones(len(SIZES))
        self._tails = np.repeat(np.arange(len(compiled)), np.diff(compiled.starts))
        self.tried = 0
        self.better = 0

    def ask(self, prices: Floats, state: Ints) -> bool:
        """Open one neighbourhood of the best plan, decide it again, and return whether the plan got better.

        ``state`` (n,) holds what is settled for every better plan: settled parcels stay as they are.
        """
        block = self._incumbent.block
        if block is None:
            return False
        self.tried += 1
        taken = block >= 0
        kind = self._kind()
        opened = self._around(taken, SIZES[kind])
        narrow = np.where(taken, 1, -1)
        narrow[opened] = self.compiled.state[opened]
        narrow[opened & (state < 0) & ~taken] = -1
        before = self._incumbent.value
        self._decide(narrow, prices)
        # what a neighbourhood costs grows with its parcels: the same run must give the same plan, so no clock decides
        self._spent[kind] += SIZES[kind] / SIZES[0]
        if self._incumbent.value <= before:
            return False
        self.better += 1
        if self._incumbent.block is not None:
            self._incumbent.keep(self._shaper.improved(self._incumbent.block, prices))
        self._paid[kind] += self._incumbent.value - before
        return True

    def _kind(self) -> int:
        if self._chance.random() < CURIOSITY or not self._paid.any():
            return int(self._chance.integers(len(SIZES)))
        return int(np.argmax(self._paid / self._spent))

    def _around(self, taken: Truths, size: int) -> Truths:
        compiled = self.compiled
        edge = np.flatnonzero(taken | self._touching(taken)) if taken.any() else np.arange(len(taken))
        opened = np.zeros(len(taken), dtype=bool)
        opened[_ball(compiled, int(self._chance.choice(edge)), size)] = True
        if self._chance.random() < SECOND_CHANCE:
            opened[_ball(compiled, int(self._chance.choice(edge)), size // 2)] = True
        return opened

    def _touching(self, taken: Truths) -> Truths:
        beside = np.zeros(len(taken), dtype=bool)
        beside[self._tails[taken[self.compiled.heads]]] = True
        return beside & ~taken

    def _decide(self, narrow: Ints, prices: Floats) -> None:
        part = Within(
            self.compiled, narrow, self._groups, self._incumbent, self._out_of_time,
            lambda within, taken: (into_blocks(within, taken),),
        )  # fmt: skip
        step = 0.1 * prices + 1e-3 * usual_size(part.small.gain)
        part.tree.plant(part.small.state.copy(), prices, step, LOOKS)
        for _question in range(QUESTIONS):
            if part.tree.exhausted or self._out_of_time():
                break
            part.tree.step()


def _ball(compiled: Compiled, centre: int, size: int) -> list[int]:
    """The first ``size`` nodes outward from ``centre``."""
    seen, queue = {centre}, [centre]
    for node in queue:
        if len(queue) >= size:
            break
        for other in compiled.heads[compiled.starts[node] : compiled.starts[node + 1]].tolist():
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return queue[:size]
