"""The relaxation in HiGHS: rows come in as they are broken; every bound is recomputed from the prices alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import highspy
import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints
from mujun.renewal.phasing.compiled import Compiled
from mujun.renewal.phasing.rows import Row, pack
from mujun.renewal.quiet import QuietHighs

Stop = Callable[[], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Relaxed:
    """A solved relaxation. ``solution`` None where none was found; ``bound`` holds even where HiGHS was interrupted."""

    solution: Floats | None
    bound: float
    reduced: Floats
    infeasible: bool = False
    solved: bool = False


class Programme:
    """A linear programme, maximised over 0 <= columns <= 1, that grows by rows and may be asked for whole numbers."""

    def __init__(self, compiled: Compiled) -> None:
        self._highs = QuietHighs(mip_feasibility_tolerance=1e-9)
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("mip_abs_gap", 1e-9)
        self.cost, self.lower, self.upper = compiled.cost, compiled.lower.copy(), compiled.upper.copy()
        self._taken = len(compiled.active) * compiled.periods
        self.rows: list[Row] = []
        columns = len(self.cost)
        none = np.empty(0, np.int32)
        self._highs.addCols(columns, self.cost, self.lower, self.upper, 0, none, none, np.empty(0))
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.add(compiled.rows)

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        if not rows:
            return
        packed = pack(rows)
        entries = len(packed.index)
        self._highs.addRows(
            len(rows), packed.lower, packed.upper, entries, packed.start[:-1], packed.index, packed.value
        )
        self.rows.extend(rows)

    def drop_slack(self, kind: str, solution: Floats, margin: float = 0.05) -> None:
        """Forget rows of ``kind`` that ``solution`` keeps with room to spare."""
        slack = np.array([one.kind == kind and one.upper - one.activity(solution) > margin for one in self.rows])
        places = np.flatnonzero(slack).astype(np.int32)
        if len(places):
            self._highs.deleteRows(len(places), places)
            self.rows = [one for one, gone in zip(self.rows, slack, strict=True) if not gone]

    def fix(self, places: Ints, lower: Floats, upper: Floats) -> None:
        """Narrow columns for good."""
        self.lower[places], self.upper[places] = lower, upper
        self._highs.changeColsBounds(len(places), places.astype(np.int32), lower, upper)

    def relax(self, seconds: float, stop: Stop) -> Relaxed:
        """Solve without whole numbers."""
        self._run(seconds, stop)
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Relaxed(None, -np.inf, np.zeros(len(self.cost)), infeasible=True, solved=True)
        solution = self._highs.getSolution()
        prices = np.array(solution.row_dual)
        bound, reduced = self.bound_by(prices) if len(prices) == len(self.rows) else (np.inf, np.zeros(len(self.cost)))
        solved = status == highspy.HighsModelStatus.kOptimal
        values = np.clip(np.array(solution.col_value), 0.0, 1.0) if solved else None
        return Relaxed(values, bound, reduced, solved=solved)

    def whole(self, seconds: float, stop: Stop, start: Floats | None) -> Relaxed:
        """Solve with "taken" columns whole; ``start`` a plan to begin with. The rows may be added to afterwards."""
        places = np.arange(self._taken, dtype=np.int32)
        self._highs.changeColsIntegrality(self._taken, places, np.full(self._taken, highspy.HighsVarType.kInteger))
        if start is not None:
            begin = highspy.HighsSolution()
            begin.col_value = start.tolist()
            self._highs.setSolution(begin)
        self._run(seconds, stop)
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        bound = float(info.mip_dual_bound)
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        values = np.array(self._highs.getSolution().col_value) if found else None
        self._highs.changeColsIntegrality(self._taken, places, np.full(self._taken, highspy.HighsVarType.kContinuous))
        if status == highspy.HighsModelStatus.kInfeasible:
            return Relaxed(None, -np.inf, np.zeros(len(self.cost)), infeasible=True, solved=True)
        solved = status == highspy.HighsModelStatus.kOptimal
        return Relaxed(values, bound if np.isfinite(bound) else np.inf, np.zeros(len(self.cost)), solved=solved)

    def price(self, default: float) -> float:
        """Return what a unit of money is worth at the last solution: the mean price of the budgets, or ``default``."""
        prices = np.array(self._highs.getSolution().row_dual)
        money = [place for place, one in enumerate(self.rows) if one.kind == "budget"]
        if len(prices) != len(self.rows) or not money:
            return default
        mean = float(np.abs(prices[money]).mean())
        return mean if mean > 0 else default

    def bound_by(self, prices: Floats) -> tuple[float, Floats]:
        """Return what no plan can exceed, and the reduced gains, for any ``prices`` of the rows.

        Prices of the wrong sign are set to 0; then the sum of each row's price times its limit, plus the best choice of
        each column on its own, is a bound by weak duality, whatever the tolerances of the solver that gave the prices.
        """
        packed = pack(self.rows)
        prices = np.where(np.isinf(packed.upper), np.minimum(prices, 0.0), prices)
        prices = np.where(np.isinf(packed.lower), np.maximum(prices, 0.0), prices)
        limit = np.where(prices > 0, packed.upper, packed.lower)
        paid = float(prices[prices != 0] @ limit[prices != 0])
        lengths = np.diff(packed.start)
        spent = np.bincount(packed.index, packed.value * np.repeat(prices, lengths), minlength=len(self.cost))
        reduced = self.cost - spent
        return paid + float(np.where(reduced > 0, reduced * self.upper, reduced * self.lower).sum()), reduced

    def _run(self, seconds: float, stop: Stop) -> None:
        # HiGHS counts its time over all runs of one object.
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.01))
        interrupt = _interrupter(stop)
        self._highs.cbSimplexInterrupt += interrupt
        self._highs.cbMipInterrupt += interrupt
        try:
            self._highs.run()
        finally:
            self._highs.cbSimplexInterrupt -= interrupt
            self._highs.cbMipInterrupt -= interrupt


def _interrupter(stop: Stop) -> Callable[[highspy.highs.HighsCallbackEvent], None]:
    def interrupt(event: highspy.highs.HighsCallbackEvent) -> None:
        if stop():
            event.interrupt()

    return interrupt
