"""The linear programme over shares of islands: prices for what they share, and plans put together from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import highspy
import numpy as np

from mujun.renewal.blocks.islands import Share
from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.quiet import QuietHighs

WHOLE = 1e-6
MOST_NODES = 500
"""So many nodes HiGHS may try to put a plan together from the shares at hand."""


class Master:
    """Maximise the gain of shares, at most one (``asked``: just one) of each island, within the shared limits.

    ``prices`` (S,) of the rows and the ``values`` of islands are read from it; nothing that it says is taken for proven.
    What a row lacks costs ``most`` (S,), and an island that is asked and brings nothing ``penalty``: there is always a
    solution; ``lacking`` says whether it is none of the problem.
    """

    def __init__(
        self,
        columns: Sequence[tuple[int, Share]],
        asked: Sequence[int],
        limit: Floats,
        scale: float,
        most: Floats,
        penalty: float,
    ) -> None:
        self._columns = columns
        names = sorted({at for at, _share in columns} | set(asked))
        self._row_of = {at: row for row, at in enumerate(names)}
        self._asked = set(asked)
        self._finite = np.flatnonzero(np.isfinite(limit))
        self._limit, self._scale = limit, scale
        self._use = np.array([share.use for _at, share in columns]).reshape(len(columns), len(limit))
        self._gain = np.array([share.gain for _at, share in columns]) / scale
        self._place = np.array([self._row_of[at] for at, _share in columns], dtype=np.int64)
        size = np.abs(self._use[:, self._finite]).max(axis=0, initial=0.0)
        self._unit = np.where(size > 0, size, 1.0)
        self._most, self._penalty = most / scale, penalty / scale
        self.prices = np.zeros(len(limit))
        self.values: Mapping[int, float] = {}
        self._taken = np.zeros(len(columns))
        self.lacking = False
        self._solve()

    def _programme(self, highs: QuietHighs, places: Ints, *, whole: bool) -> None:
        """Put the columns at ``places`` and their rows into ``highs``; with what is missing at a penalty."""
        rows, islands = len(self._finite), len(self._row_of)
        low = np.full(rows + islands, -np.inf)
        high = np.concatenate([self._limit[self._finite] / self._unit, np.ones(islands)])
        for at in self._asked:
            low[rows + self._row_of[at]] = 1.0
        none = np.empty(0, np.int32)
        highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for least, most in zip(low, high, strict=True):
            highs.addRow(least, most, 0, none, np.empty(0))
        for place in places:
            use = self._use[place, self._finite] / self._unit
            index = np.append(np.arange(rows), rows + self._place[place]).astype(np.int32)
            highs.addCol(self._gain[place], 0.0, 1.0 if whole else np.inf, len(index), index, np.append(use, 1.0))
        if whole:
            highs.changeColsIntegrality(
                len(places), np.arange(len(places), dtype=np.int32), np.full(len(places), highspy.HighsVarType.kInteger)
            )
            return
        for row, dearest in enumerate(self._most[self._finite] * self._unit):
            highs.addCol(-dearest, 0.0, np.inf, 1, np.array([row], np.int32), np.array([-1.0]))
        for at in self._asked:
            highs.addCol(-self._penalty, 0.0, np.inf, 1, np.array([rows + self._row_of[at]], np.int32), np.ones(1))

    def _solve(self) -> None:
        highs = QuietHighs(solver="simplex", presolve="off", dual_feasibility_tolerance=1e-9)
        self._programme(highs, np.arange(len(self._columns)), whole=False)
        highs.run()
        solution = highs.getSolution()
        dual = np.array(solution.row_dual)
        if len(dual) != len(self._finite) + len(self._row_of) or not np.isfinite(dual).all():
            return
        rows = len(self._finite)
        self.prices[self._finite] = np.maximum(dual[:rows], 0.0) / self._unit * self._scale
        self.values = {at: float(dual[rows + row]) * self._scale for at, row in self._row_of.items()}
        values = np.array(solution.col_value)
        self._taken = values[: len(self._columns)]
        self.lacking = bool((values[len(self._columns) :] > WHOLE).any())

    def plans(self, floor: float) -> Iterator[list[Share]]:
        """Yield the plan of the solution where it is whole, then the best plan of all shares that may exceed ``floor``."""
        chosen = np.flatnonzero(self._taken > WHOLE)
        if len(np.unique(self._place[chosen])) == len(chosen) and not self.lacking:
            yield [self._columns[place][1] for place in chosen.tolist()]
        highs = QuietHighs(mip_max_nodes=MOST_NODES, mip_rel_gap=0.0)
        charged = np.array([self.values.get(at, 0.0) for at, _share in self._columns])
        worth = self._gain * self._scale - self._use @ self.prices - charged
        total = float(self.prices[self._finite] @ self._limit[self._finite]) + sum(self.values.values())
        places = np.flatnonzero(total + worth > floor)
        if not len(places):
            return
        self._programme(highs, places, whole=True)
        highs.run()
        values = np.array(highs.getSolution().col_value)
        if len(values) == len(places):
            yield [self._columns[place][1] for place in places[values > 0.5].tolist()]

    def undecided(self) -> tuple[int, int, float] | None:
        """The island about which the solution is least certain: (island, -1, 0) whether it brings anything, or (island, row, value) how much of a row it uses."""
        best, asked = WHOLE, None
        for at, row in self._row_of.items():
            own = np.flatnonzero((self._place == row) & (self._taken > WHOLE))
            part = float(self._taken[own].sum())
            if at not in self._asked and min(part, 1 - part) > best:
                best, asked = min(part, 1 - part), (at, -1, 0.0)
        if asked is not None:
            return asked
        best = 0.0
        for at, row in self._row_of.items():
            own = np.flatnonzero((self._place == row) & (self._taken > WHOLE))
            if len(own) < 2:
                continue
            use, part = self._use[own], self._taken[own] / self._taken[own].sum()
            spread = np.ptp(use, axis=0) / np.maximum(np.abs(self._use).max(axis=0), 1e-12)
            one = int(np.argmax(spread))
            score = float(spread[one]) * float(min(part.max(), 1 - part.max()))
            if score > best:
                ranked = np.unique(use[:, one])
                mean = float(part @ use[:, one])
                above = min(max(int(np.searchsorted(ranked, mean)), 1), len(ranked) - 1)
                if ranked[above] - ranked[above - 1] <= 1e-9 * abs(ranked[above]):
                    continue
                best, asked = score, (at, one, float(ranked[above - 1] + ranked[above]) / 2)
        return asked
