"""Branch and bound over parcels: each half of a question is bounded by priced dual ascent, the least certain first."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Callable, Iterable

import numpy as np

from mujun.renewal.blocks.bounding import OPTIMAL, Bounded, look, search_prices
from mujun.renewal.blocks.compiled import Compiled, propagate, usual_size
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.splitting import FEW, every_parting

CANDIDATES = 10
CHILD_LOOKS = 7
FEW_OPEN = 9
"""So many open parcels are decided by trying every choice."""


@dataclasses.dataclass(order=True, slots=True)
class Question:
    """A state not yet decided, with what no plan within it can exceed. Ordered: the highest bound first."""

    rank: tuple[float, int]
    bound: float = dataclasses.field(compare=False)
    state: Ints = dataclasses.field(compare=False)
    prices: Floats = dataclasses.field(compare=False)
    found: Bounded = dataclasses.field(compare=False)


class Tree:
    """The open questions of one compiled problem. ``bound`` is proven at every moment."""

    def __init__(
        self,
        compiled: Compiled,
        groups: list[Ints],
        floor: Callable[[], float],
        offer: Callable[[Truths, Floats], object],
        keep: Callable[[Ints], object],
        out_of_time: Callable[[], bool],
        worth_parting: Callable[[Truths], bool] = lambda taken: True,
        partings: Callable[[Compiled, Truths], Iterable[Ints]] = every_parting,
    ) -> None:
        self.compiled = compiled
        self._groups = groups
        self._floor, self._offer, self._keep, self._out_of_time = floor, offer, keep, out_of_time
        self._worth_parting, self._partings = worth_parting, partings
        self._open: list[Question] = []
        self._count = 0
        self._closed = -np.inf
        self._in_hand = -np.inf
        self.answered = 0

    @property
    def bound(self) -> float:
        """What no plan can exceed (it may lie below the best plan where nothing is left that could beat it)."""
        return max(self._closed, self._in_hand, self._open[0].bound if self._open else -np.inf)

    @property
    def exhausted(self) -> bool:
        """Whether no question is left that is worth asking."""
        return not self._open or self._open[0].bound <= self._beaten()

    @property
    def done(self) -> bool:
        """Whether it is proven that nothing can beat the best plan."""
        return self.exhausted and self._closed <= self._beaten()

    def plant(self, state: Ints, prices: Floats, step: Floats, rounds: int, ceiling: float = np.inf) -> Bounded | None:
        """Bound ``state`` and add it as a question; None where it is answered already."""
        if not self.propagate(state):
            return None
        found = search_prices(self.compiled, state, prices, step, rounds, self._floor, self._on_look, self._out_of_time)
        bound = min(found.bound, ceiling)
        if found.best is None or bound == -np.inf:
            return None
        if bound <= self._beaten():
            self._closed = max(self._closed, bound)
            return None
        if not self.propagate(state):
            return None
        self._count += 1
        rank = (-bound, self._count)
        heapq.heappush(self._open, Question(rank, bound, state, found.best.prices, found))
        return found

    def _on_look(self, seen) -> None:  # type: ignore[no-untyped-def]
        if seen.bound > self._beaten():
            weight = self.compiled.gain - seen.prices @ self.compiled.use
            priced = float(weight[seen.chosen].sum()) + float(seen.prices @ self.compiled.limit)
            if priced > self._floor() or not np.isfinite(self._floor()):
                self._offer(seen.chosen, seen.prices)

    def _beaten(self) -> float:
        floor = self._floor()
        return floor + OPTIMAL * abs(floor) if np.isfinite(floor) else floor

    def propagate(self, state: Ints) -> bool:
        """See :func:`mujun.renewal.blocks.compiled.propagate`."""
        return propagate(self.compiled, self._groups, state)

    def step(self) -> None:
        """Answer the most open question by asking two narrower ones."""
        question = heapq.heappop(self._open)
        if question.bound <= self._beaten():
            self._closed = max(self._closed, question.bound)
            return
        self.answered += 1
        self._in_hand = question.bound  # while it is being answered, nothing about it is proven yet
        if (question.state == 0).sum() <= FEW_OPEN:
            self._try_all(question)
        else:
            self._halve(question)
        self._in_hand = -np.inf

    def _halve(self, question: Question) -> None:
        parcel = self._parcel_to_ask(question)
        step = 0.04 * question.prices + 1e-3 * usual_size(self.compiled.gain)
        for side in (1, -1):
            state = question.state.copy()
            state[parcel] = side
            self.plant(state, question.prices, step, CHILD_LOOKS, question.bound)
            if self._out_of_time():
                # what was not asked stays open under its parent's bound
                heapq.heappush(self._open, question)
                return

    def _try_all(self, question: Question) -> None:
        """So few parcels are open that every choice is tried, the most gain first."""
        compiled, undecided = self.compiled, np.flatnonzero(question.state == 0)
        choice = (np.arange(1 << len(undecided))[:, None] >> np.arange(len(undecided))) & 1
        taken = question.state > 0
        gain = float(compiled.gain[taken].sum()) + choice @ compiled.gain[undecided]
        sums = compiled.per_block == 0
        used = compiled.use[sums][:, taken].sum(axis=1) + choice @ compiled.use[sums][:, undecided].T
        limit = compiled.limit[sums]
        fits = (used <= limit + 1e-9 * np.abs(limit)).all(axis=1)
        for one in np.flatnonzero(fits)[np.argsort(-gain[fits], kind="stable")]:
            if gain[one] <= self._floor():
                break
            whole = taken.copy()
            whole[undecided] = choice[one] > 0
            self._decide(whole, question.bound)

    def _decide(self, taken: Truths, bound: float) -> None:
        """A set wholly decided is a plan, can be parted into one, or is none."""
        if not self._worth_parting(taken):
            return
        before = self._floor()
        for block in self._partings(self.compiled, taken):
            self._keep(block)
            if self._floor() > before or not self.compiled.parted:
                return
        if taken.sum() > FEW:  # not every parting was tried: what this set could be worth stays open
            self._closed = max(self._closed, bound)

    def _parcel_to_ask(self, question: Question) -> int:
        """The open parcel about which the looks disagree most for its weight; the two halves of a few are bounded."""
        state, looks = question.state, question.found.looks
        least = min(seen.bound for seen in looks)
        scale = abs(least) + 1e-12
        share, total = np.zeros(len(state)), 0.0
        for seen in looks:
            near = 1.0 / (1e-3 + (seen.bound - least) / scale)
            share += near * seen.chosen
            total += near
        share /= total
        weight = np.abs(self.compiled.gain - question.prices @ self.compiled.use)
        undecided = state == 0
        score = np.where(undecided, np.minimum(share, 1 - share) * weight, -1.0)
        ranked = np.argsort(-score)[:CANDIDATES]
        ranked = ranked[score[ranked] > 0]
        if not len(ranked):
            score = np.where(undecided, weight, -1.0)
            ranked = np.argsort(-score)[:CANDIDATES]
            ranked = ranked[score[ranked] >= 0]
        return self._strongest(question, ranked)

    def _strongest(self, question: Question, ranked: Ints) -> int:
        best, chosen = -1.0, int(ranked[0])
        for parcel in ranked:
            drops = []
            for side in (1, -1):
                state = question.state.copy()
                state[parcel] = side
                drops.append(max(question.bound - look(self.compiled, state, question.prices).bound, 1e-9))
            if drops[0] * drops[1] > best:
                best, chosen = drops[0] * drops[1], int(parcel)
        return chosen
