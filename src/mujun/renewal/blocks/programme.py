"""The linear programme of a block problem in HiGHS: rows come in as they are broken; bounds do not trust tolerances.

Columns, all between 0 and 1: ``x_v`` node v is taken; ``y_p`` the arc into v along place p of the neighbour lists is
used; ``r_v`` a block starts at v. Each taken node is entered once, ``x_v = r_v + sum of y into v``, so that a plan is a
forest of arborescences (directed cut formulation, Ljubic et al. 2006); the cuts that hold it together come later.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import highspy
import numpy as np

from mujun.renewal.blocks.bounding import SAFETY
from mujun.renewal.blocks.compiled import Compiled, usual_size
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.rules import RELATIVE

ITERATIONS = 3000
"""So many simplex steps are made at once; somebody who waits for a stop waits no longer than they take."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """``lower <= sum(value x columns[index]) <= upper``."""

    index: Ints
    value: Floats
    lower: float
    upper: float


class Columns:
    """Where the columns of k nodes and a arcs stand: x at 0, y at k, r at k + a."""

    def __init__(self, small: Compiled) -> None:
        self.nodes, self.arcs = len(small), len(small.heads)
        self.starts, self.tails = small.starts, small.heads
        self.tips = np.repeat(np.arange(self.nodes), np.diff(small.starts))
        # the lists are sorted both ways: the k-th arc by (tail, tip) is the opposite of the k-th by (tip, tail)
        self.reverse = np.empty(self.arcs, dtype=np.int64)
        self.reverse[np.lexsort((self.tips, self.tails))] = np.arange(self.arcs)
        self.roots = may_start(small)

    def __len__(self) -> int:
        return 2 * self.nodes + self.arcs

    def arc(self, places: Ints) -> Ints:
        """The columns of the arcs at ``places``."""
        return self.nodes + places

    def root(self, nodes: Ints) -> Ints:
        """The columns of blocks that start at ``nodes``."""
        return self.nodes + self.arcs + nodes

    def entering(self, inside: Truths) -> Ints:
        """The columns that enter the set ``inside`` (k,): its arcs from without and its starts."""
        arcs = np.flatnonzero(inside[self.tips] & ~inside[self.tails])
        return np.concatenate([self.arc(arcs), self.root(np.flatnonzero(inside & self.roots))])


def may_start(small: Compiled) -> Truths:
    """Where a block may start without loss (k,): a block without any such node is never missed.

    With one block and a node that is in, it starts there.
    """
    held = np.flatnonzero(small.state > 0)
    if small.blocks == 1 and len(held):
        alone = np.zeros(len(small), dtype=bool)
        alone[held[np.argmax(small.gain[held])]] = True
        return alone
    truths: Truths = (small.leaf | (small.state > 0)) & (small.state >= 0)
    return truths


def lines_of(small: Compiled, groups: Sequence[Ints], columns: Columns) -> list[Line]:
    """Return the rows of a problem: its limits first, then entering, pairs of arcs, ends, groups, the order of starts."""
    return [
        *_limits(small, columns),
        *_entering(columns),
        *_pairs(columns),
        *_ends(small, columns),
        *_groups(groups),
        *_order_of_starts(small, columns),
    ]


def _entering(columns: Columns) -> list[Line]:
    lines = []
    for node in range(columns.nodes):
        arcs = np.arange(columns.starts[node], columns.starts[node + 1])
        index = np.concatenate([[node], columns.arc(arcs), columns.root(np.array([node]))])
        value = np.full(len(index), -1.0)
        value[0] = 1.0
        lines.append(Line(index, value, 0.0, 0.0))
    return lines


def _pairs(columns: Columns) -> list[Line]:
    """``y_uv + y_vu <= x_u`` and ``<= x_v``."""
    return [
        Line(np.array([*columns.arc(np.array([place, columns.reverse[place]])), node]), np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)
        for place, node in enumerate(columns.tips)
    ]  # fmt: skip


def _ends(small: Compiled, columns: Columns) -> list[Line]:
    """A node where no best plan ends has an arc onward: ``x_v <= sum of y out of v``."""
    lines = []
    for node in np.flatnonzero(~small.leaf & (small.state == 0)):
        onward = columns.reverse[columns.starts[node] : columns.starts[node + 1]]
        index = np.concatenate([[node], columns.arc(onward)])
        lines.append(Line(index, np.concatenate([[1.0], np.full(len(onward), -1.0)]), -np.inf, 0.0))
    return lines


def _limits(small: Compiled, columns: Columns) -> list[Line]:
    """The compiled rows, with the leeway that the gate gives."""
    lines = []
    roots = np.flatnonzero(columns.roots)
    for use, per_block, limit in zip(small.use, small.per_block, small.limit, strict=True):
        used = np.flatnonzero(use)
        index, value = used, use[used]
        if per_block:
            index = np.concatenate([used, columns.root(roots)])
            value = np.concatenate([value, np.full(len(roots), per_block)])
        lines.append(Line(index, value, -np.inf, float(limit) + RELATIVE * abs(float(limit))))
    return lines


def _groups(groups: Sequence[Ints]) -> list[Line]:
    return [
        Line(np.array([group[0], other]), np.array([1.0, -1.0]), 0.0, 0.0) for group in groups for other in group[1:]
    ]


def _order_of_starts(small: Compiled, columns: Columns) -> list[Line]:
    """A block starts at its node of the greatest gain among those where one may start (equal: the first).

    Touching nodes that are both taken belong to one block, therefore ``r_v + x_u <= 1`` for u before v that touch; with
    one block in all ``x_u + sum of r_v over all v after u <= 1``.
    """
    roots = np.flatnonzero(columns.roots)
    ranked = roots[np.argsort(-small.gain[roots], kind="stable")]
    if small.blocks == 1:
        return [
            Line(np.concatenate([[node], columns.root(ranked[at + 1 :])]), np.ones(len(ranked) - at), -np.inf, 1.0)
            for at, node in enumerate(ranked[:-1])
        ]
    rank = np.full(columns.nodes, -1)
    rank[ranked] = np.arange(len(ranked))
    before = (rank[columns.tails] >= 0) & (rank[columns.tails] < rank[columns.tips])
    return [
        Line(np.array([columns.tails[place], *columns.root(columns.tips[[place]])]), np.ones(2), -np.inf, 1.0)
        for place in np.flatnonzero(before)
    ]


def cut_of(columns: Columns, node: int, inside: Truths) -> Line:
    """A block that holds ``node`` enters the set ``inside`` (k,) or starts in it: ``x_v <= y(into S) + r(S)``."""
    index = np.concatenate([[node], columns.entering(inside)])
    value = np.full(len(index), -1.0)
    value[0] = 1.0
    return Line(index, value, -np.inf, 0.0)


def beside_of(columns: Columns, node: int, inside: Truths) -> Line:
    """The set ``inside`` is too small to be a block: with ``node`` in it one of its neighbours is taken."""
    beside = np.unique(columns.tails[inside[columns.tips] & ~inside[columns.tails]])
    return Line(np.concatenate([[node], beside]), np.concatenate([[1.0], np.full(len(beside), -1.0)]), -np.inf, 0.0)


def other_than(taken: Truths) -> Line:
    """Any set but ``taken`` (k,)."""
    return Line(np.arange(len(taken)), np.where(taken, 1.0, -1.0), -np.inf, float(taken.sum()) - 1.0)


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


class _Silent(highspy.Highs):
    """HiGHS that does not greet: its banner would come with the callbacks, before it can be asked to be silent."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Programme:
    """Maximise the gain over rows that may grow, within column bounds that may change.

    HiGHS works with tolerances, therefore none of its objectives is believed: its row prices give a bound by weak
    duality (:meth:`bound_by`), which holds for any prices whatever. Only rounding can spoil it, and SAFETY covers that.
    """

    def __init__(self, columns: Columns, gain: Floats, state: Ints, lines: Sequence[Line]) -> None:
        self._highs = _Silent()  # type: ignore[no-untyped-call]
        for name, value in (
            ("threads", 1), ("random_seed", 1), ("solver", "simplex"), ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9), ("presolve", "off"),
        ):  # fmt: skip
            self._highs.setOptionValue(name, value)
        number = len(columns)
        self._scale = usual_size(gain)
        self.gain = np.zeros(number)
        self.gain[: columns.nodes] = gain / self._scale
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

    def drop_idle(self, first: int, values: Floats, margin: float) -> None:
        """Forget rows from ``first`` on that ``values`` (columns,) keeps with more than ``margin`` to spare."""
        spare = self._high - np.bincount(self._row, self._value * values[self._index], len(self))
        self.drop((spare > margin) & (np.arange(len(self)) >= first))

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
