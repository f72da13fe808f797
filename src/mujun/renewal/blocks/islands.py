"""The parts of a problem that do not touch, and what the best of one part is worth under prices for what they share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.bounding import OPTIMAL, Bounded, Look, search_prices
from mujun.renewal.blocks.closing import Closing
from mujun.renewal.blocks.compiled import Compiled, shrink, usual_size
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.lines import Line
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.rules import RELATIVE
from mujun.renewal.blocks.shaping import Shaper

OF_EACH_BLOCK = ("least", "most", "protected")
"""Rows of single blocks: summed over one island they hold there, therefore islands do not share them."""
LOOKS = 14
MOST_STEPS = 400
"""So many linear programmes one question to an island may take; what is not proven by then stays in its bound."""
SETTLE_STEPS = 60
TOLERANCE = OPTIMAL / 200
"""Each island may be off by so little that together they are off by less than two objectives that count as one."""
MOST_CUTS = 8
Offer = Callable[[Truths, Floats], object]


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """What islands share: ``use`` (S, n) and ``per_block`` (S,) of each row and its ``limit`` (S,).

    The last row counts blocks; its limit is infinite where any number may be opened.
    """

    use: Floats
    per_block: Floats
    limit: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.limit)


def shared_rows(compiled: Compiled) -> Shared:
    """Return the rows that islands share."""
    rows = [at for at, name in enumerate(compiled.names) if name not in (*OF_EACH_BLOCK, "blocks")]
    count = np.zeros((1, len(compiled)))
    return Shared(
        np.concatenate([compiled.use[rows], count]),
        np.append(np.zeros(len(rows)), 1.0),
        np.append(compiled.limit[rows], np.inf if compiled.blocks < 0 else float(compiled.blocks)),
        (*(compiled.names[row] for row in rows), "blocks"),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """Blocks of one island: ``nodes`` as positions in the whole, what they ``use`` (S,) of the rows, and their ``gain``."""

    nodes: Ints
    use: Floats
    gain: float


@dataclasses.dataclass(frozen=True, slots=True)
class Within:
    """What an island may use of each shared row: ``low`` and ``high`` (S,)."""

    low: Floats
    high: Floats

    def holds(self, use: Floats) -> bool:
        """Whether ``use`` (S,) lies within."""
        room = RELATIVE * np.abs(use)
        return bool((use >= self.low - room).all() and (use <= self.high + room).all())

    def covers(self, other: Within) -> bool:
        """Whether the other lies within this one."""
        return bool((self.low <= other.low).all() and (self.high >= other.high).all())

    def narrowed(self, row: int, low: float | None = None, high: float | None = None) -> Within:
        """The same with other ends of one row."""
        ends = self.low.copy(), self.high.copy()
        for end, value in zip(ends, (low, high), strict=True):
            if value is not None:
                end[row] = value
        return Within(*ends)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """At ``prices`` (S,) no blocks ``within`` are worth more than ``bound``."""

    within: Within
    prices: Floats
    bound: float

    def at(self, prices: Floats, within: Within) -> float:
        """What follows for other prices and what is narrower: each unit of a row is worth its change of price."""
        change = self.prices - prices
        ends = np.where(change > 0, within.high, within.low)
        with np.errstate(invalid="ignore"):
            return self.bound + float(np.where(change == 0, 0.0, change * ends).sum())


class Island:
    """One part of ``compiled`` (n nodes) that touches no other; ``shares`` are the blocks found so far.

    All answers are about *at least one block*: what nothing is worth (0, where ``may_be_empty``) needs no search.
    """

    def __init__(
        self, compiled: Compiled, state: Ints, shared: Shared, groups: Sequence[Ints], worth: Callable[[Truths], float]
    ) -> None:
        self.state = state
        self.small, self._cluster = shrink(compiled, state)
        self._held = np.flatnonzero(self._cluster >= 0)
        self._whole, self._shared, self._worth = len(compiled), shared, worth
        inside = [np.unique(self._cluster[group][self._cluster[group] >= 0]) for group in groups]
        self._groups = [group for group in inside if len(group) > 1]
        own = self._cluster[self._held]
        self._use = np.array([np.bincount(own, row[self._held], len(self.small)) for row in shared.use])
        self.may_be_empty = not (self.small.state > 0).any()
        self._natural_use = self._natural()
        self.widest = self._widest()
        self.shares: list[Share] = []
        self._seen: set[bytes] = set()
        self._answers: list[Answer] = []
        self._least: dict[int, float] = {}
        self._cuts: list[Line] = []
        rows = [at for at, name in enumerate(compiled.names) if name in OF_EACH_BLOCK]
        self._own_rows = self.small.use[rows], self.small.per_block[rows], self.small.limit[rows]
        self._own_prices, self._own_steps = np.zeros(len(rows)), np.ones(len(rows))
        self._own_steps *= usual_size(self.small.gain)
        for at, use in enumerate(self._own_rows[0]):
            self._own_steps[at] /= usual_size(use)

    def _natural(self) -> Within:
        """What nodes that may be taken can use by themselves."""
        must = self.small.state > 0
        low = np.where(must, self._use, np.minimum(self._use, 0.0)).sum(axis=1)
        high = np.where(must, self._use, np.maximum(self._use, 0.0)).sum(axis=1)
        low[-1], high[-1] = 0.0, np.inf
        return Within(low, high)

    def _widest(self) -> Within:
        """What blocks of the island can use: by what its nodes have, and by the limits where other islands only add."""
        shared, natural, least = self._shared, self._natural_use, self.small.least
        most = np.floor(float(self.small.area.sum()) / least + 1e-6) if least > 0 else len(self.small)
        low, high = natural.low.copy(), natural.high.copy()
        low[-1], high[-1] = 1.0, max(1.0, float(most))
        grows = (shared.use >= 0).all(axis=1)
        limit = shared.limit + RELATIVE * np.abs(shared.limit)
        return Within(low, np.where(grows, np.minimum(high, limit), high))

    def remembered(self, prices: Floats, within: Within) -> float:
        """What earlier answers prove for ``prices`` (S,)."""
        return min((one.at(prices, within) for one in self._answers if one.within.covers(within)), default=np.inf)

    def reaches(self, prices: Floats, within: Within, floor: float) -> bool:
        """Whether a share ``within`` that is known is worth more than ``floor``."""
        return any(within.holds(one.use) and self._priced(one, prices) > floor for one in self.shares)

    def best(
        self, prices: Floats, within: Within, floor: float, out_of_time: Callable[[], bool], *, decide: bool = False
    ) -> float:
        """Return what at least one block ``within`` is worth at most, or ``floor`` where that is more.

        Shares worth more than ``floor`` are found on the way. ``decide``: one of them is enough, the best is not needed.
        """
        known = [self._priced(one, prices) for one in self.shares if within.holds(one.use)]
        best = max([*known, floor])
        ceiling = self.remembered(prices, within)
        small = self._narrow(prices, within)
        opening = float(prices @ self._shared.per_block)

        def keep(taken: Truths) -> None:
            nonlocal best
            share = self._keep(taken)
            if share is not None and within.holds(share.use):
                best = max(best, self._priced(share, prices))

        offer = self._offer(small, keep)
        ceiling = self._proven(
            small, opening, lambda: best, offer, keep, ceiling, lambda: decide and best > floor, out_of_time
        )  # fmt: skip
        # what is hardly better than the best was not asked about
        ceiling = max(ceiling, best + TOLERANCE * abs(best))
        self._answers.append(Answer(within, prices.copy(), ceiling))
        return ceiling

    def _proven(
        self,
        small: Compiled,
        opening: float,
        best: Callable[[], float],
        offer: Offer,
        keep: Callable[[Truths], object],
        ceiling: float,
        enough: Callable[[], bool],
        out_of_time: Callable[[], bool],
    ) -> float:
        """Return what blocks of ``small`` are worth at most where that is more than the ``best``, until that is ``enough``."""
        looks = self._looked(small, lambda: best() + opening, offer, out_of_time)
        ceiling = min(ceiling, looks.bound - opening)
        if ceiling <= best() or enough():
            return ceiling
        charges = np.zeros(len(small.limit)) if looks.best is None else looks.best.prices
        closing = Closing(
            small, self._groups, best, offer, keep, ceiling, charges,
            opening=opening, known=self._cuts, tolerance=TOLERANCE,
        )  # fmt: skip
        while not (closing.done or enough() or closing.steps >= MOST_STEPS or out_of_time()):
            closing.step()
        self._cuts = closing.cuts[-MOST_CUTS * len(small) :]
        return min(ceiling, closing.bound)

    def _looked(
        self, small: Compiled, floor: Callable[[], float], offer: Offer, out_of_time: Callable[[], bool]
    ) -> Bounded:
        """Search prices for the rows of the island alone; they begin where they were last found."""
        charges, steps = np.zeros(len(small.limit)), np.zeros(len(small.limit))
        own = len(self._own_prices)
        charges[:own], steps[:own] = self._own_prices, self._own_steps

        def on_look(seen: Look) -> None:
            offer(seen.chosen, seen.prices)

        looks = search_prices(
            small, small.state.copy(), charges, steps, LOOKS, floor, on_look, out_of_time
        )  # fmt: skip
        if looks.best is not None:
            self._own_prices = looks.best.prices[:own].copy()
        return looks

    def settled(self, prices: Floats, floor: float, out_of_time: Callable[[], bool]) -> Ints:
        """Return a state (n,) that leaves out what belongs to no blocks worth more than ``floor`` at ``prices`` (S,)."""
        small, opening = self._narrow(prices, self.widest), float(prices @ self._shared.per_block)
        looks = self._looked(small, lambda: floor + opening, lambda chosen, charges: None, out_of_time)
        if looks.best is None:
            return self.state
        closing = Closing(
            small, self._groups, lambda: floor, lambda chosen, charges: None, lambda taken: None, looks.bound - opening,
            looks.best.prices, opening=opening, known=self._cuts, tolerance=0.0,
        )  # fmt: skip
        while closing.at_root and not closing.done and closing.steps < SETTLE_STEPS and not out_of_time():
            closing.step()
        self._cuts = closing.cuts[-MOST_CUTS * len(small) :]
        out = np.zeros(self._whole, dtype=bool)
        out[self._held] = (closing.settled < 0)[self._cluster[self._held]]
        return np.where(out, -1, self.state)

    def _one_block(self) -> Within | None:
        """What one block alone may use where blocks of the island can be looked at one by one; else None."""
        if self._groups or not self.may_be_empty:
            return None
        high = self.widest.high.copy()
        high[-1] = 1.0
        return Within(self.widest.low, high)

    def least_use(self, row: int, within: Within, out_of_time: Callable[[], bool]) -> float:
        """Return what blocks ``within`` use of a row at least: each as much as the one that uses least.

        The row is one that nothing takes below 0, and blocks as such use nothing of it.
        """
        one = self._one_block()
        if one is None:
            return float(within.low[row])
        if row not in self._least:
            prices = np.zeros(len(self._shared))
            best = -min((share.use[row] for share in self.shares if one.holds(share.use)), default=one.high[row] + 1.0)

            def keep(taken: Truths) -> None:
                nonlocal best
                share = self._keep(taken)
                if share is not None and one.holds(share.use):
                    best = max(best, -float(share.use[row]))

            small = dataclasses.replace(self._narrow(prices, one), gain=-self._use[row])
            offer = self._offer(small, keep)
            bound = self._proven(small, 0.0, lambda: best, offer, keep, np.inf, lambda: False, out_of_time)
            self._least[row] = -max(bound, best + TOLERANCE * abs(best))
        return float(max(self._least[row] * within.low[-1], within.low[row]))

    def _offer(self, small: Compiled, keep: Callable[[Truths], object]) -> Offer:
        """What makes blocks of any choice in ``small`` and keeps them."""
        shaper = Shaper(small)

        def offer(chosen: Truths, charges: Floats) -> None:
            if chosen.any():
                keep(shaper.shape(chosen, charges) >= 0)

        return offer

    def learn(self, other: Island) -> None:
        """Take over what is known about the same island before more of it was left out."""
        self._own_prices, self._answers, self._least = other._own_prices, other._answers, other._least
        for share in other.shares:
            self.add(share.nodes)

    def add(self, nodes: Ints) -> None:
        """Keep blocks (positions in the whole) as a share, if they lie in the island and can be part of a plan."""
        if (self.state[nodes] >= 0).all():
            taken = np.zeros(len(self.small), dtype=bool)
            taken[self._cluster[nodes]] = True
            self._keep(taken)

    def _narrow(self, prices: Floats, within: Within) -> Compiled:
        """The island with what it may use as rows, and its gains less what is charged."""
        small, shared, natural = self.small, self._shared, self._natural_use
        use, per_block, limit = ([part] for part in self._own_rows)
        ends = [(1.0, row, within.high[row]) for row in np.flatnonzero(within.high < natural.high)]
        ends += [(-1.0, row, within.low[row]) for row in np.flatnonzero(within.low > natural.low)]
        for sign, row, end in ends:
            use.append(sign * self._use[row : row + 1])
            per_block.append(np.array([sign * shared.per_block[row]]))
            limit.append(np.array([sign * end]))
        return dataclasses.replace(
            small,
            gain=small.gain - prices @ self._use,
            use=np.concatenate(use),
            per_block=np.concatenate(per_block),
            limit=np.concatenate(limit),
            blocks=1 if within.high[-1] == 1 and self.may_be_empty else small.blocks,
            names=("",) * sum(len(part) for part in limit),
        )

    def _priced(self, share: Share, prices: Floats) -> float:
        return share.gain - float(prices @ share.use)

    def _keep(self, taken: Truths) -> Share | None:
        """Keep blocks of the island as a share if they can be part of a plan."""
        mark = np.packbits(taken).tobytes()
        block, count = pieces(self.small.starts, self.small.heads, taken)
        if not count or not self._allowed(block, int(count), taken):
            return None
        nodes = self._held[taken[self._cluster[self._held]]]
        use = np.append(self._shared.use[:-1, nodes].sum(axis=1), float(count))
        whole = np.zeros(self._whole, dtype=bool)
        whole[nodes] = True
        share = Share(nodes, use, self._worth(whole))
        if mark not in self._seen:
            self._seen.add(mark)
            self.shares.append(share)
        return share

    def _allowed(self, block: Ints, count: int, taken: Truths) -> bool:
        small = self.small
        if not taken[small.state > 0].all():
            return False
        if any(taken[group].any() != taken[group].all() for group in self._groups):
            return False
        for use, per_block, limit in zip(*self._own_rows, strict=True):
            sums = np.bincount(block[taken], use[taken], count) + per_block
            if (sums > limit + RELATIVE * max(abs(per_block), 1.0)).any():
                return False
        return True


def islands_of(compiled: Compiled, state: Ints, groups: Sequence[Ints]) -> list[Ints]:
    """Return a state (n,) for each part of what is not out that touches no other; groups that go together link parts."""
    free = state >= 0
    piece, count = pieces(compiled.starts, compiled.heads, free)
    first = np.arange(count)
    for group in groups:
        linked = np.unique(first[piece[group][piece[group] >= 0]])
        first[np.isin(first, linked)] = linked[0] if len(linked) else 0
    label = np.full(len(state), -1, dtype=np.int64)
    label[free] = first[piece[free]]
    return [np.where(label == one, state, -1) for one in np.unique(label[free])]
