"""A problem compiled to arrays: one graph, one gain, and every limit as a row over parcels and blocks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mujun.renewal.blocks.contraction import contract
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.problem import Floats, Ints, Problem, Truths

LARGE = 1e18
"""Stands for no largest area in compiled loops."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """``sum(use x taken) + per_block x blocks <= limit``; ``use`` (n,)."""

    name: str
    use: Floats
    per_block: float
    limit: float


@dataclasses.dataclass(frozen=True, slots=True)
class Compiled:
    """n nodes as arrays for compiled loops.

    ``starts``, ``heads``: neighbours (CSR, both ways). ``gain`` (n,) is maximised. ``use`` (R, n), ``per_block`` (R,),
    ``limit`` (R,): the rows. ``area`` (n,) mu; each block between ``least`` and ``most``; at most ``blocks`` of them (-1:
    any number). ``state`` (n,): 1 in, 0 open, -1 out. ``leaf`` (n,): whether a plan may end at the node though its
    priced weight is not above 0. ``parted``: whether touching parcels may have to be parted into several blocks.
    ``names``: the row names.
    """

    starts: Ints
    heads: Ints
    gain: Floats
    use: Floats
    per_block: Floats
    limit: Floats
    area: Floats
    least: float
    most: float
    blocks: int
    state: Ints
    leaf: Truths
    parted: bool
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.gain)


def usual_size(values: Floats) -> float:
    """The mean of the absolute values, above 0 so that one may divide by it."""
    return float(np.abs(values).mean()) + 1e-12 if len(values) else 1e-12


def neighbours(number: int, edges: Ints) -> tuple[Ints, Ints]:
    """Return (starts (n+1,), heads (2m,)): the neighbours of each node in ascending order."""
    tails = np.concatenate([edges[:, 0], edges[:, 1]])
    heads = np.concatenate([edges[:, 1], edges[:, 0]])
    order = np.lexsort((heads, tails))
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=number))])
    return starts.astype(np.int64), heads[order].astype(np.int64)


def rows_of(problem: Problem) -> list[Row]:
    """Return every limit as a row. Limits of single blocks are summed over the blocks, which no plan can break."""
    terms, area = problem.terms, problem.area_mu
    none = np.zeros(len(problem))
    rows = []
    if terms.budget is not None:
        rows.append(Row("budget", problem.cost, 0.0, terms.budget))
    rows += [Row(f"resource:{name}", problem.use[name], 0.0, limit) for name, limit in terms.resources.items()]
    if terms.target_mu is not None:
        rows.append(Row("target", -area, 0.0, -terms.target_mu))
    if problem.protected.any():
        share = (problem.protected - terms.protected_share_max) * area
        rows.append(Row("protected", share, 0.0, 0.0))
    if terms.min_block_mu > 0:
        rows.append(Row("least", -area, terms.min_block_mu, 0.0))
    if terms.max_block_mu is not None:
        rows.append(Row("most", area, -terms.max_block_mu, 0.0))
    if terms.max_blocks is not None:
        rows.append(Row("blocks", none, 1.0, float(terms.max_blocks)))
    return rows


def compile_problem(problem: Problem) -> Compiled:
    """Compile ``problem``; parcels that no plan can take are out from the start."""
    terms, rows = problem.terms, rows_of(problem)
    starts, heads = neighbours(len(problem), problem.edges)
    state = problem.lock.copy()
    if terms.protected_share_max <= 0:
        state[problem.protected & (state == 0) & (problem.area_mu > 0)] = -1
    use = np.array([row.use for row in rows]).reshape(len(rows), len(problem))
    return Compiled(
        starts=starts,
        heads=heads,
        gain=problem.gain.copy(),
        use=use,
        per_block=np.array([row.per_block for row in rows]),
        limit=np.array([row.limit for row in rows]),
        area=problem.area_mu,
        least=terms.min_block_mu,
        most=LARGE if terms.max_block_mu is None else terms.max_block_mu,
        blocks=-1 if terms.max_blocks is None else terms.max_blocks,
        state=state,
        leaf=_may_end(problem, use),
        parted=terms.max_block_mu is not None or not terms.holes,
        names=tuple(row.name for row in rows),
    )


def leave_small_pieces(compiled: Compiled, state: Ints) -> bool:
    """Put out, in place, pieces too small for a block; False where something that is in lies in one."""
    if compiled.least <= 0:
        return True
    free = state >= 0
    piece, count = pieces(compiled.starts, compiled.heads, free)
    sizes = np.bincount(piece[free], compiled.area[free], count)
    small = np.zeros(len(state), dtype=bool)
    small[free] = (sizes < compiled.least * (1 - 1e-9))[piece[free]]
    if (state[small] > 0).any():
        return False
    state[small] = -1
    return True


def propagate(compiled: Compiled, groups: Sequence[Ints], state: Ints) -> bool:
    """Let parcels that go together follow each other, and leave pieces too small, in place; False where impossible."""
    for group in groups:
        if (state[group] > 0).any():
            if (state[group] < 0).any():
                return False
            state[group] = 1
        elif (state[group] < 0).any():
            state[group] = -1
    return leave_small_pieces(compiled, state)


def _may_end(problem: Problem, use: Floats) -> Truths:
    """Whether a best plan may end a branch at a parcel: where it adds something, or where leaving it could break a term."""
    terms = problem.terms
    shaped = (
        terms.min_block_mu > 0
        or not terms.holes
        or terms.front_price > 0
        or problem.protected.any()
        or (problem.together >= 0).any()
    )
    if shaped:
        return np.ones(len(problem), dtype=bool)
    helps: npt.NDArray[np.bool_] = (problem.gain > 0) | (use < 0).any(axis=0)
    return helps


def shrink(compiled: Compiled, state: Ints) -> tuple[Compiled, Ints]:
    """Join touching nodes that are in, leave out those that are out; return it and the new node of each old one (-1)."""
    cluster, _total, must, starts, heads, _reverse = contract(
        compiled.starts, compiled.heads, np.full(len(compiled), -1.0), state
    )
    held = cluster >= 0
    into, count = cluster[held], len(must)

    def summed(values: Floats) -> Floats:
        return np.bincount(into, values[held], count).astype(np.float64)

    leaf = np.zeros(count, dtype=bool)
    leaf[into[compiled.leaf[held]]] = True
    small = dataclasses.replace(
        compiled,
        starts=starts,
        heads=heads,
        gain=summed(compiled.gain),
        use=np.array([summed(row) for row in compiled.use]).reshape(len(compiled.limit), count),
        area=summed(compiled.area),
        state=must.astype(np.int64),
        leaf=leaf,
    )
    return small, cluster
