"""Better plans by asking again: everything stays as it is but for a neighbourhood, which is decided anew and exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.branching import Tree
from mujun.renewal.blocks.compiled import Compiled, shrink, usual_size
from mujun.renewal.blocks.incumbent import Incumbent
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.splitting import into_blocks

QUESTIONS = 14
"""So many halvings a neighbourhood is worth before the next one is tried."""
FIRST_SIZE, LEAST_SIZE, LARGEST_SIZE = 90, 30, 400
SECOND_CHANCE = 0.4


class Neighbourhoods:
    """Asks again around the edge of the best plan; the size follows what was worth while."""

    def __init__(
        self, compiled: Compiled, groups: list[Ints], incumbent: Incumbent, out_of_time: Callable[[], bool], seed: int
    ) -> None:
        self.compiled = compiled
        self._groups = groups
        self._incumbent = incumbent
        self._out_of_time = out_of_time
        self._chance = np.random.default_rng(seed)
        self._size = float(FIRST_SIZE)
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
        opened = self._around(taken)
        narrow = np.where(taken, 1, -1)
        narrow[opened] = self.compiled.state[opened]
        narrow[opened & (state < 0) & ~taken] = -1
        before = self._incumbent.value
        self._decide(narrow, prices, before)
        if self._incumbent.value > before:
            self.better += 1
            return True
        self._size = min(max(self._size * self._chance.choice([0.85, 1.1]), LEAST_SIZE), LARGEST_SIZE)
        return False

    def _around(self, taken: Truths) -> Truths:
        compiled = self.compiled
        edge = np.flatnonzero(taken | _touching(compiled, taken)) if taken.any() else np.arange(len(taken))
        opened = np.zeros(len(taken), dtype=bool)
        opened[_ball(compiled, int(self._chance.choice(edge)), int(self._size))] = True
        if self._chance.random() < SECOND_CHANCE:
            opened[_ball(compiled, int(self._chance.choice(edge)), int(self._size / 2))] = True
        return opened

    def _decide(self, narrow: Ints, prices: Floats, value: float) -> None:
        small, cluster = shrink(self.compiled, narrow)
        held = cluster >= 0
        groups = [np.unique(cluster[group][cluster[group] >= 0]) for group in self._groups]

        def offer(chosen: Truths, at: Floats) -> None:
            whole = np.zeros(len(self.compiled), dtype=bool)
            whole[held] = chosen[cluster[held]]
            if found.offer(chosen, at) and found.block is not None:
                self._take(found.block, cluster, held)

        found = Incumbent(small, _Everything(small))
        found.value = value
        tree = Tree(
            small, [group for group in groups if len(group) > 1], lambda: found.value, offer,
            lambda block: found.keep(block) and self._take(block, cluster, held), self._out_of_time,
            partings=lambda within, taken: (into_blocks(within, taken),),
        )  # fmt: skip
        tree.plant(small.state.copy(), prices, 0.1 * prices + 1e-3 * usual_size(small.gain), 10)
        for _question in range(QUESTIONS):
            if tree.done or self._out_of_time():
                break
            tree.step()

    def _take(self, block: Ints, cluster: Ints, held: Truths) -> bool:
        whole = np.full(len(self.compiled), -1, dtype=np.int64)
        whole[held] = block[cluster[held]]
        return self._incumbent.keep(whole)


class _Everything:
    """The gate of a neighbourhood: worth by gain alone; whether a plan keeps the terms is asked of the whole plan."""

    def __init__(self, small: Compiled) -> None:
        self._small = small

    def worth(self, block: Ints) -> float:
        return float(self._small.gain[block >= 0].sum())

    def keeps(self, block: Ints) -> bool:
        small, taken = self._small, block >= 0
        count = len(np.unique(block[taken]))
        used = small.use[:, taken].sum(axis=1) + small.per_block * count
        return bool(
            (used <= small.limit + 1e-10 * np.abs(small.limit)).all() and not (taken[small.state > 0] == 0).any()
        )


def _touching(compiled: Compiled, taken: Truths) -> Truths:
    beside = np.zeros(len(taken), dtype=bool)
    tails = np.repeat(np.arange(len(taken)), np.diff(compiled.starts))
    beside[tails[taken[compiled.heads]]] = True
    return beside & ~taken


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
