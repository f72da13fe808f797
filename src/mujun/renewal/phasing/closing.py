"""Closing the gap from both sides: plans by search from below, a relaxation with cuts from above."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.plan import Status, gap_of
from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.connection import Connection
from mujun.renewal.phasing.housing import NotKnown, smallest_crowd
from mujun.renewal.phasing.programme import Programme
from mujun.renewal.phasing.roof_cuts import RoofCuts
from mujun.renewal.phasing.rows import Row, row
from mujun.renewal.phasing.searching import Found, Searcher

SEARCH_AT = (3, 8, 16, 28)
"""After which rounds of cuts a search follows their prices."""
ROUNDS = 60
STALL = 0.02
"""Rounds end when five of them close less than this part of the gap."""
STEPS = 60
REHEATED = 0.5
"""How warm, beside a search afresh, all periods together are searched once more: where roofs are scarce it pays."""


class Closing:
    """Runs until the gap is closed, the time is over, or somebody stops it. ``best`` and ``bound`` always hold."""

    def __init__(
        self,
        compiled: Compiled,
        searcher: Searcher,
        *,
        gap: float,
        left: Callable[[], float],
        stop: Callable[[], bool],
        report: Callable[[float | None, float], None],
    ) -> None:
        self.compiled, self.searcher = compiled, searcher
        self.best: Found | None = None
        self.bound = float(np.maximum(compiled.cost, 0.0).sum())
        self.infeasible = False
        self._gap, self._left, self._stop, self._report = gap, left, stop, report
        self._programme = Programme(compiled)
        self._connection = Connection(compiled)
        self._roof_cuts = RoofCuts(compiled, searcher.roofs)
        self._price = _first_price(compiled)
        self._guide: Floats | None = None
        # Reduced gains prove something only with the bound of the same prices.
        self._priced, self._reduced = np.inf, np.zeros(len(compiled.cost))

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop()

    @property
    def status(self) -> Status:
        """How the search ended, given that there is a plan."""
        if self.closed:
            return Status.OPTIMAL
        return Status.STOPPED if self.stopped else Status.FEASIBLE

    @property
    def closed(self) -> bool:
        """Whether the gap that was asked for is proven."""
        if self.best is None:
            return self.infeasible
        distance = gap_of(self.best.objective, max(self.bound, self.best.objective))
        return distance is not None and distance <= self._gap

    @property
    def over(self) -> bool:
        """Whether there is nothing more to do, or no more time for it."""
        return self.closed or self._left() <= 0 or self.stopped

    def run(self) -> None:
        """Search, bound, search, branch."""
        items = len(self.searcher.ground.item_start) - 1
        self._search(min(200 * items, 300_000))
        self._programme.add(self._roof_cuts.first())
        self._bound_by_cuts(items)
        self._search_on(items)
        self._branch()

    def _offer(self, found: Found | None) -> None:
        if found is not None and (self.best is None or found.objective > self.best.objective):
            self.best = found
        self._report(None if self.best is None else self.best.objective, self._shown)

    @property
    def _shown(self) -> float:
        return self.bound if self.best is None else max(self.bound, self.best.objective)

    def _search(self, steps: int, warmth: float = 1.0) -> None:
        if self.over:
            return
        found = self.searcher.search(self._price, steps, warmth, self._guide)
        self._offer(found)
        if found is not None and not self.over:
            self._offer(self.searcher.again(found, self._price, steps, REHEATED))

    def _bound_by_cuts(self, items: int) -> None:
        history: list[float] = []
        for number in range(ROUNDS):
            if self.over:
                return
            relaxed = self._programme.relax(self._left(), self._halted)
            self.infeasible = self.infeasible or relaxed.infeasible
            self.bound = min(self.bound, relaxed.bound)
            if relaxed.bound < self._priced:
                self._priced, self._reduced = relaxed.bound, relaxed.reduced
            self._offer(None)
            if relaxed.solution is None:
                return
            history.append(relaxed.bound)
            self._price = self._programme.price(default=self._price)
            self._guide = relaxed.solution[: self._taken].reshape(-1, self.compiled.periods)
            cuts = self._connection.broken(relaxed.solution) + self._roof_cuts.broken(relaxed.solution)
            if not cuts:
                return
            self._programme.drop_slack("connection", relaxed.solution)
            self._programme.add(cuts)
            if number in SEARCH_AT:
                self._search(min(STEPS * items * (number + 5), 4_000_000), 1.0 + (number % 2))
            if self._stalled(history):
                return

    def _stalled(self, history: list[float]) -> bool:
        if len(history) < 12 or self.best is None:
            return False
        open_ = max(self.bound - self.best.objective, 1e-12)
        return history[-6] - history[-1] < STALL * open_

    def _search_on(self, items: int) -> None:
        """Search longer and longer, afresh and from the best plan in turn."""
        for number, warmth in enumerate((0.1, 1.0, 0.3, 0.05, 1.0, 0.3)):
            if self.over:
                return
            steps = STEPS * items * 10 * (1 + number)
            self._search(steps, 1.0 + number % 3)
            if self.best is not None and not self.over:
                self._offer(self.searcher.again(self.best, self._price, 2 * steps, warmth))

    def _branch(self) -> None:
        """Solve for whole numbers; add what the answer breaks; until it breaks nothing."""
        while not self.over:
            self._narrow()
            start = self.searcher.solution(self.best) if self.best is not None else None
            relaxed = self._programme.whole(self._left(), self._halted, start)
            if relaxed.infeasible and self.best is not None:
                self.bound = min(self.bound, self.best.objective)
            elif relaxed.infeasible:
                self.infeasible = True
            else:
                self.bound = min(self.bound, relaxed.bound)
            self._offer(None)
            if relaxed.solution is None or not self._learn(np.round(relaxed.solution)):
                return

    def _learn(self, solution: Floats) -> bool:
        """Take ``solution`` as a plan, or add the rows it breaks; return whether going on makes sense."""
        rows = self._connection.broken(solution, most=400, violation=0.5)
        if not rows:
            period = self.compiled.periods - solution[: self._taken].reshape(-1, self.compiled.periods).sum(axis=1)
            period = period.astype(np.int64)
            try:
                housed = self.searcher.house(period, self._left())
                found = None if housed is None else self.searcher.accept(period, housed)
                self._offer(found)
                if found is not None:
                    return False
                rows = [self._no_good(period) if housed is None else self._not_this(solution)]
            except NotKnown:
                return False
        self._programme.add(rows)
        return True

    @property
    def _taken(self) -> int:
        return len(self.compiled.active) * self.compiled.periods

    def _halted(self) -> bool:
        return self._stop() or self._left() <= 0

    def _narrow(self) -> None:
        """Fix the columns that no plan better than the best can have otherwise, by their reduced gains."""
        if self.best is None or not np.isfinite(self._priced):
            return
        slack = self._priced - self.best.objective + 1e-7 * (1 + abs(self.best.objective))
        out = np.flatnonzero((self._reduced < -slack) & (self._programme.upper > self._programme.lower))
        into = np.flatnonzero((self._reduced > slack) & (self._programme.upper > self._programme.lower))
        self._programme.fix(out, self._programme.lower[out], self._programme.lower[out])
        self._programme.fix(into, self._programme.upper[into], self._programme.upper[into])

    def _not_this(self, solution: Floats) -> Row:
        """Not this very plan, which keeps its limits by the tolerance of the solver only."""
        taken = solution[: self._taken] > 0.5
        return row("plan", np.arange(self._taken), np.where(taken, 1.0, -1.0), upper=float(taken.sum()) - 1.0)

    def _no_good(self, period: Ints) -> Row:
        """Not all of a crowd without roofs may have moved by then, unless more land is freed for new factories."""
        compiled, roofs = self.compiled, self.searcher.roofs
        moves, freed = self.searcher.moves(period)
        crowd = smallest_crowd(roofs, moves, freed, max(0.2, min(5.0, self._left())))
        owner = compiled.local[compiled.task.workshops.parcel[crowd.shops]]
        pairs = np.unique(np.stack([owner, crowd.periods], axis=1), axis=0)
        index, value = [compiled.taken(pairs[:, 0], 0) + pairs[:, 1]], [np.ones(len(pairs))]
        hoped = roofs.pool_fits[crowd.shops].any(axis=0) & (roofs.pool_per_mu > 0)
        if hoped.any():
            for when in range(int(crowd.periods.min()) - roofs.lag, compiled.periods - roofs.lag):
                idle = np.flatnonzero(period > when) if when >= 0 else np.empty(0, np.int64)
                index.append(compiled.taken(idle, max(when, 0)))
                value.append(np.full(len(idle), -1.0))
        return row("crowd", np.concatenate(index), np.concatenate(value), upper=len(pairs) - 1.0)


def _first_price(compiled: Compiled) -> float:
    """What the last unit of money is worth if only money counted."""
    task = compiled.task
    gain, cost = task.gain[compiled.active], task.problem.cost[compiled.active]
    budget = float(np.sum(task.terms.budget_by_period))
    if not len(gain) or not np.isfinite(budget):
        return 1.0
    ratio = gain / np.maximum(cost, 1e-12)
    order = np.argsort(-ratio)
    place = int(np.searchsorted(np.cumsum(cost[order]), budget))
    last = ratio[order[min(place, len(order) - 1)]]
    return float(max(last, 0.05 * abs(np.median(ratio)), 1e-9))
