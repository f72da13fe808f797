"""The linear programme of a block problem in HiGHS: rows come in as they are broken; bounds do not trust tolerances."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import highspy
import numpy as np

from mujun.renewal.blocks.bounding import SAFETY
from mujun.renewal.blocks.compiled import usual_size
from mujun.renewal.blocks.lines import Columns, Line
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.quiet import QuietHighs

ITERATIONS = 3000
"""So many simplex steps are made at once; somebody who waits for a stop waits no longer than they take."""


@dataclasses.dataclass(frozen=True, slots=True)
class Relaxed:
    """A linear programme solved, or as far as it came: no point has more than ``bound``; ``values`` None if unsolved.

    ``reduced`` (columns,): what a column adds beyond what its rows charge; ``prices`` of the rows. ``stuck``: neither
    solved nor proven impossible, and more steps would not help.
    """

    values: Floats | None
    bound: float
    reduced: Floats
    prices: Floats
    stuck: bool


class Programme:
    """Maximise the gain over rows that may grow, within column bounds that may change.

    HiGHS works with tolerances, therefore none of its objectives is believed: its row prices give a bound by weak
    duality (:meth:`bound_by`), which holds for any prices whatever. Only rounding can spoil it, and SAFETY covers that.
    """

    def __init__(
        self, columns: Columns, gain: Floats, state: Ints, lines: Sequence[Line], opening: float = 0.0
    ) -> None:
        """``gain`` (k,) of the nodes, ``state`` (k,), the rows to begin with; each block costs ``opening``."""
        self._highs = QuietHighs(solver="simplex", presolve="off", dual_feasibility_tolerance=1e-9)
        number = len(columns)
        self._scale = usual_size(gain)
        self.gain = np.zeros(number)
        self.gain[: columns.nodes] = gain / self._scale
        self.gain[columns.root(np.flatnonzero(columns.roots))] = -opening / self._scale
        self.lower, self.upper = np.zeros(number), np.ones(number)
        self.upper[columns.root(np.flatnonzero(~columns.roots))] = 0.0
        none = np.empty(0, np.int32)
        self._highs.addCols(number, self.gain, self.lower, self.upper, 0, none, none, np.empty(0))
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._index, self._row = np.empty(0, np.int64), np.empty(0, np.int64)
        self._value, self._low, self._high = np.empty(0), np.empty(0), np.empty(0)
        self.add(lines)
        self.narrow(state)

    def __len__(self) -> int:
        return len(self._high)

    def add(self, lines: Sequence[Line]) -> None:
        """Add rows."""
        if not lines:
            return
        lengths = np.array([len(line.index) for line in lines])
        index = np.concatenate([line.index for line in lines])
        value = np.concatenate([line.value for line in lines])
        low, high = np.array([line.lower for line in lines]), np.array([line.upper for line in lines])
        begin = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
        self._highs.addRows(len(lines), low, high, len(index), begin, index.astype(np.int32), value)
        self._row = np.concatenate([self._row, np.repeat(np.arange(len(lines)) + len(self), lengths)])
        self._index = np.concatenate([self._index, index])
        self._value = np.concatenate([self._value, value])
        self._low, self._high = np.concatenate([self._low, low]), np.concatenate([self._high, high])

    def drop(self, rows: Truths) -> None:
        """Forget rows (a truth each)."""
        places = np.flatnonzero(rows).astype(np.int32)
        if not len(places):
            return
        self._highs.deleteRows(len(places), places)
        left = np.cumsum(~rows) - 1
        kept = ~rows[self._row]
        self._index, self._value, self._row = self._index[kept], self._value[kept], left[self._row[kept]]
        self._low, self._high = self._low[~rows], self._high[~rows]

    def narrow(self, state: Ints) -> None:
        """Hold the nodes where ``state`` (k,) does: 1 in, -1 out, 0 open."""
        self.hold(np.arange(len(state)), np.where(state > 0, 1.0, 0.0), np.where(state < 0, 0.0, 1.0))

    def hold(self, places: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of columns."""
        changed = (self.lower[places] != lower) | (self.upper[places] != upper)
        if changed.any():
            places, lower, upper = places[changed], lower[changed], upper[changed]
            self.lower[places], self.upper[places] = lower, upper
            self._highs.changeColsBounds(len(places), places.astype(np.int32), lower, upper)

    def relax(self, iterations: int = ITERATIONS) -> Relaxed:
        """Solve without whole numbers, or as far as ``iterations`` lead; asked again it goes on from there."""
        self._highs.setOptionValue("simplex_iteration_limit", iterations)
        self._highs.run()
        status = self._highs.getModelStatus()
        solution = self._highs.getSolution()
        infeasible = status == highspy.HighsModelStatus.kInfeasible
        prices = self._ray() if infeasible else np.array(solution.row_dual)
        if len(prices) != len(self) or not np.isfinite(prices).all():
            prices = np.zeros(len(self))
        if infeasible and self._weigh(prices, np.zeros(len(self.gain)))[0] < 0:  # with nothing to gain, not even 0
            return Relaxed(None, -np.inf, np.zeros(len(self.gain)), prices, stuck=False)
        bound, reduced = self.bound_by(prices)
        solved = status == highspy.HighsModelStatus.kOptimal
        values = np.clip(np.array(solution.col_value), 0.0, 1.0) if solved else None
        stuck = not solved and status != highspy.HighsModelStatus.kIterationLimit
        return Relaxed(values, bound, reduced * self._scale, prices * self._scale, stuck)

    def forget(self) -> None:
        """Start the next solution afresh."""
        self._highs.clearSolver()

    def drop_idle(self, first: int, values: Floats, margin: float) -> Truths:
        """Forget rows from ``first`` on that ``values`` (columns,) keeps with more than ``margin`` to spare; say which."""
        spare = self._high - np.bincount(self._row, self._value * values[self._index], len(self))
        idle: Truths = (spare > margin) & (np.arange(len(self)) >= first)
        self.drop(idle)
        return idle

    def bound_by(self, prices: Floats) -> tuple[float, Floats]:
        """Return what no point can exceed (in the unit of the gain), and the scaled reduced gains, for any prices.

        Prices of the wrong sign count as 0. Each row charges its price, each column takes its better bound.
        """
        return self._weigh(prices, self.gain)

    def _weigh(self, prices: Floats, gain: Floats) -> tuple[float, Floats]:
        prices = np.where(np.isinf(self._high), np.minimum(prices, 0.0), prices)
        prices = np.where(np.isinf(self._low), np.maximum(prices, 0.0), prices)
        charged = prices != 0
        limit = np.where(prices > 0, self._high, self._low)[charged]
        spent = self._value * prices[self._row]
        reduced = gain - np.bincount(self._index, spent, len(gain))
        best = np.where(reduced > 0, reduced * self.upper, reduced * self.lower)
        lost = SAFETY * (float(np.abs(spent).sum()) + float(np.abs(prices[charged] * limit).sum()) + np.abs(gain).sum())
        return (float(prices[charged] @ limit) + float(best.sum()) + lost) * self._scale, reduced

    def _ray(self) -> Floats:
        """Prices that prove that the rows cannot be kept; HiGHS gives them with one sign or the other."""
        _status, known, ray = self._highs.getDualRay()  # type: ignore[attr-defined]
        if not known:
            return np.zeros(len(self))
        ray = np.array(ray)
        worth = [self._weigh(sign * ray, np.zeros(len(self.gain)))[0] for sign in (1.0, -1.0)]
        return ray if worth[0] <= worth[1] else -ray
