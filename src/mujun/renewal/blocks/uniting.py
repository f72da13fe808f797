"""What several good choices agree on stays; where they differ is decided again, all over the map at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mujun.renewal.blocks.bounding import Look
from mujun.renewal.blocks.problem import Ints, Truths
from mujun.renewal.blocks.within import Within


def united(part: Within, looks: Sequence[Look], taken: Truths, groups: Sequence[Ints], most: int) -> Ints:
    """Return a state (n,) that leaves about ``most`` parcels open: 1 in, 0 open, -1 out.

    ``taken`` (n,) is the best plan, ``looks`` are of ``part``. The looks join in, the least bound first, as long as
    they and the plan differ in at most ``most`` parcels; those about which the best look is least certain fill the
    rest. What is settled stays, and parcels that go together are open together.
    """
    ranked = sorted(looks, key=lambda seen: seen.bound)
    both, either = taken.copy(), taken.copy()
    for seen in ranked:
        chosen = part.whole(np.where(seen.chosen, 1, 0)) > 0
        agreed, met = both & chosen, either | chosen
        if (met & ~agreed).sum() <= most:
            both, either = agreed, met
    state = np.where(both, 1, np.where(either, 0, -1))
    price = np.where(either, part.lifted(ranked[0].leaving), part.lifted(ranked[0].taking))
    price[state == 0] = np.inf
    room = max(most - int((state == 0).sum()), 0)
    nearest = np.argsort(price, kind="stable")[:room]
    state[nearest[price[nearest] < np.inf]] = 0
    for group in groups:
        if len(np.unique(state[group])) > 1:
            state[group] = 0
    settled = part.whole(part.small.state)
    return np.where(settled != 0, settled, state)
