"""HiGHS on a flow formulation: area flows from at most K chosen roots to every parcel taken.

x_v taken, y_v root, s_v ≥ 0 area that enters at a root, f_a ≥ 0 area on arc a = (u, v):
    Σ f into v + s_v − Σ f out of v = area_v x_v          every parcel taken is fed
    f_a ≤ U x_v, s_v ≤ U y_v, y_v ≤ x_v, Σ y ≤ K           only through parcels taken, from a root
    s_v ≥ min_block y_v, Σ cost x ≤ budget, resources, target, locks, groups
    d_e ≥ |x_u − x_v| where a front has a price
U is the largest area a block can have. Areas are scaled to a mean of 1; where some are 0, units flow instead.
"""

from __future__ import annotations

import highspy
import numpy as np
from instance import Folder, NotApplicable, answer

INF = highspy.kHighsInf


def solve(folder: Folder, seconds: float, seed: int) -> tuple[list[list[int]], float | None, str]:
    """Build the model, solve it, and read the blocks off as connected pieces."""
    terms, number = folder.terms, len(folder)
    most = int(terms.get("max_blocks") or number)
    smallest, largest = terms.get("min_block_mu") or 0.0, terms.get("max_block_mu")
    if terms.get("holes") == "forbid":
        raise NotApplicable("holes")
    if largest is not None and most > 1:
        raise NotApplicable("a largest block among several")
    unit = bool((folder.area <= 0).any())
    if unit and (smallest > 0 or largest is not None):
        raise NotApplicable("areas of 0 with a smallest or largest block")
    scale = float(folder.area.mean()) or 1.0
    feed = np.ones(number) if unit else folder.area / scale
    whole, smallest = float(feed.sum()) if largest is None else float(largest) / scale, smallest / scale
    model = _Model()
    x = model.columns(folder.gain, 0.0, 1.0, number, whole_number=True)
    y = model.columns(0.0, 0.0, 1.0, number, whole_number=True)
    s = model.columns(0.0, 0.0, whole, number)
    arcs = np.vstack([folder.edges, folder.edges[:, ::-1]])
    f = model.columns(0.0, 0.0, whole, len(arcs))
    _flow(model, folder, feed, whole, smallest, arcs, (x, y, s, f))
    model.row(0.0, most, y, np.ones(number))
    _limits(model, folder, x)
    if terms.get("front_price"):
        _fronts(model, folder, x)
    status, bound, values = model.solve(seconds, seed)
    if values is None:
        return [], bound, f"{status}, no plan"
    taken = np.flatnonzero(values[x] > 0.5)
    return folder.pieces(taken.tolist()), bound, status


def _flow(model: _Model, folder: Folder, feed, whole, smallest, arcs, columns) -> None:
    x, y, s, f = columns
    into: list[list[int]] = [[] for _ in range(len(folder))]
    out: list[list[int]] = [[] for _ in range(len(folder))]
    for arc, (u, v) in enumerate(arcs.tolist()):
        out[u].append(f[arc])
        into[v].append(f[arc])
    for v in range(len(folder)):
        places = [*into[v], *out[v], s[v], x[v]]
        model.row(0.0, 0.0, places, [1.0] * len(into[v]) + [-1.0] * len(out[v]) + [1.0, -feed[v]])
        model.row(-INF, 0.0, [y[v], x[v]], [1.0, -1.0])
        model.row(-INF, 0.0, [s[v], y[v]], [1.0, -whole])
        if smallest > 0:
            model.row(0.0, INF, [s[v], y[v]], [1.0, -smallest])
        if folder.lock[v]:
            value = float(folder.lock[v] == "in")
            model.row(value, value, [x[v]], [1.0])
    for arc, (_, v) in enumerate(arcs.tolist()):
        model.row(-INF, 0.0, [f[arc], x[v]], [1.0, -whole])


def _limits(model: _Model, folder: Folder, x: np.ndarray) -> None:
    terms = folder.terms
    if terms.get("budget") is not None:
        model.row(-INF, terms["budget"], x, folder.cost)
    if terms.get("target_mu") is not None:
        model.row(terms["target_mu"], INF, x, folder.area)
    for name, limit in (terms.get("resources") or {}).items():
        model.row(-INF, limit, x, folder.table[name].astype(float).to_numpy())
    if "together" in folder.table:
        groups = folder.table["together"]
        for _, members in groups[groups != ""].groupby(groups[groups != ""]):
            for node in members.index[1:]:
                model.row(0.0, 0.0, [x[members.index[0]], x[node]], [1.0, -1.0])


def _fronts(model: _Model, folder: Folder, x: np.ndarray) -> None:
    exposed = model.columns(-folder.terms["front_price"] * folder.front_m, 0.0, 1.0, len(folder.edges))
    for edge, (u, v) in enumerate(folder.edges.tolist()):
        for first, second in ((u, v), (v, u)):
            model.row(0.0, INF, [exposed[edge], x[first], x[second]], [1.0, -1.0, 1.0])


class _Model:
    """Columns and rows gathered, then handed to HiGHS at once."""

    def __init__(self) -> None:
        self._gain: list[np.ndarray] = []
        self._upper: list[np.ndarray] = []
        self._whole: list[np.ndarray] = []
        self._lower_row: list[float] = []
        self._upper_row: list[float] = []
        self._places: list[np.ndarray] = []
        self._factors: list[np.ndarray] = []
        self._count = 0

    def columns(self, gain, lower: float, upper: float, number: int, *, whole_number: bool = False) -> np.ndarray:
        self._gain.append(np.broadcast_to(np.asarray(gain, dtype=float), (number,)))
        self._upper.append(np.full(number, upper))
        self._whole.append(np.full(number, whole_number))
        self._count += number
        return np.arange(self._count - number, self._count)

    def row(self, lower: float, upper: float, places, factors) -> None:
        self._lower_row.append(lower)
        self._upper_row.append(upper)
        self._places.append(np.asarray(places, dtype=np.int32))
        self._factors.append(np.asarray(factors, dtype=float))

    def solve(self, seconds: float, seed: int) -> tuple[str, float | None, np.ndarray | None]:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._count, len(self._lower_row)
        lp.col_cost_ = np.concatenate(self._gain)
        lp.col_lower_, lp.col_upper_ = np.zeros(self._count), np.concatenate(self._upper)
        lp.row_lower_, lp.row_upper_ = np.array(self._lower_row), np.array(self._upper_row)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            for whole in np.concatenate(self._whole)
        ]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in self._places])]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate(self._places)
        lp.a_matrix_.value_ = np.concatenate(self._factors)
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("time_limit", max(1.0, seconds))
        highs.setOptionValue("random_seed", seed)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.passModel(lp)
        highs.run()
        info = highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
        values = np.array(highs.getSolution().col_value) if found else None
        return highs.modelStatusToString(highs.getModelStatus()), bound, values


if __name__ == "__main__":
    answer(solve, __doc__)
