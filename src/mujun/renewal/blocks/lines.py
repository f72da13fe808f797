"""The rows of a block problem as a linear programme, and the cuts that hold its blocks together.

Columns, all between 0 and 1: ``x_v`` node v is taken; ``y_p`` the arc into v along place p of the neighbour lists is
used; ``r_v`` a block starts at v. Each taken node is entered once, ``x_v = r_v + sum of y into v``, so that a plan is a
forest of arborescences (directed cut formulation, Ljubic et al. 2006); the cuts come as they are broken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from mujun.renewal.blocks.compiled import Compiled
from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.blocks.rules import RELATIVE


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """``lower <= sum(value x columns[index]) <= upper``; ``always``: of every plan, whatever the gains and the limits are."""

    index: Ints
    value: Floats
    lower: float
    upper: float
    always: bool = True


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
    return Line(np.arange(len(taken)), np.where(taken, 1.0, -1.0), -np.inf, float(taken.sum()) - 1.0, always=False)
