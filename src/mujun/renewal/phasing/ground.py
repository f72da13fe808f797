"""What a search over plans looks at: arrays of the compiled task, and the plan it changes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.phasing.compiled import Compiled


class Ground(NamedTuple):
    """The a parcels that may be cleared and what limits them; nothing here changes.

    ``item_start``, ``item_member``: parcels that move as one (CSR), ``item`` of each parcel; ``shop_start``, ``shop``:
    workshops of each parcel (CSR); ``weight`` of each period, 0 for never (T + 1,); ``seed`` of each block or -1;
    ``use`` and ``use_limit`` of resources (r, a), (r,); ``bonus`` for parcels locked in: what makes taking them pay.
    """

    start: Ints
    neighbour: Ints
    block: Ints
    gain: Floats
    cost: Floats
    area: Floats
    protected: Truths
    bonus: Floats
    weight: Floats
    budget: Floats
    seed: Ints
    item: Ints
    item_start: Ints
    item_member: Ints
    shop_start: Ints
    shop: Ints
    use: Floats
    use_limit: Floats
    max_area: float
    min_area: float
    max_blocks: int
    share_max: float


class Plan(NamedTuple):
    """A plan in work: ``period`` of each parcel (a,), T where never; sums that go with it."""

    period: Ints
    spent: Floats
    grown: Ints
    """Parcels taken by each period of each block (b, T)."""
    area: Floats
    kept: Floats
    """Protected area taken of each block (b,)."""
    used: Floats


def lay_out(compiled: Compiled) -> Ground:
    """Return the ground of ``compiled``."""
    task, active = compiled.task, compiled.active
    problem, terms = task.problem, task.problem.terms
    item = _items(problem.together[active])
    item_member = np.argsort(item, kind="stable")
    items = int(item.max(initial=-1)) + 1
    owner = compiled.local[task.workshops.parcel]
    shop = np.argsort(owner, kind="stable")
    shop = shop[owner[shop] >= 0]
    gain = task.gain[active]
    return Ground(
        start=compiled.neighbour_start,
        neighbour=compiled.neighbour,
        block=compiled.block,
        gain=gain,
        cost=problem.cost[active],
        area=problem.area_mu[active],
        protected=problem.protected[active],
        bonus=np.where(problem.lock[active] == 1, 1.0 + 2 * np.abs(gain).sum(), 0.0),
        weight=np.array([*task.terms.discount, 0.0]),
        budget=np.array(task.terms.budget_by_period, dtype=float),
        seed=np.array([compiled.local[seed] if seed >= 0 else -1 for seed in task.seeds], dtype=np.int64),
        item=item,
        item_start=np.searchsorted(item[item_member], np.arange(items + 1)).astype(np.int64),
        item_member=item_member.astype(np.int64),
        shop_start=np.searchsorted(owner[shop], np.arange(len(active) + 1)).astype(np.int64),
        shop=shop.astype(np.int64),
        use=np.array([problem.use[name][active] for name in terms.resources], dtype=float).reshape(
            len(terms.resources), len(active)
        ),
        use_limit=np.array(list(terms.resources.values()), dtype=float),
        max_area=np.inf if terms.max_block_mu is None else terms.max_block_mu,
        min_area=terms.min_block_mu,
        max_blocks=len(task.blocks) if terms.max_blocks is None else terms.max_blocks,
        share_max=terms.protected_share_max,
    )


def nothing_taken(ground: Ground) -> Plan:
    """Return the plan that clears nothing."""
    periods, blocks = len(ground.budget), len(ground.seed)
    return Plan(
        period=np.full(len(ground.block), periods, dtype=np.int64),
        spent=np.zeros(periods),
        grown=np.zeros((blocks, periods), dtype=np.int64),
        area=np.zeros(blocks),
        kept=np.zeros(blocks),
        used=np.zeros(len(ground.use_limit)),
    )


def _items(together: Ints) -> Ints:
    """Number the parcels so that parcels of one group share a number."""
    own = np.arange(len(together)) + int(together.max(initial=0)) + 1
    return np.unique(np.where(together >= 0, together, own), return_inverse=True)[1].astype(np.int64)
