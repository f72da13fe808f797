"""Figures of chosen blocks and what sets two choices apart. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from mujun.web.renewal.frozen import Frozen


@dataclasses.dataclass(frozen=True, slots=True)
class Sums:
    """What blocks come to: 亩, 万元, 万元 a year, m²."""

    parcels: int
    area_mu: float
    cost_wan: float
    benefit: float
    floor_m2: float


def sums(frozen: Frozen, codes: Sequence[str]) -> Sums:
    """Return the figures of ``codes`` taken together."""
    places = [frozen.position[code] for code in codes]
    floor = frozen.nodes["floor_m2"].to_numpy(float) if "floor_m2" in frozen.nodes else np.zeros(len(frozen.nodes))
    columns = (frozen.problem.area_mu, frozen.problem.cost, frozen.problem.benefit, floor)
    return Sums(len(places), *(math.fsum(column[places].tolist()) for column in columns))


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What one choice has that another has not (``added``), and the other way round (``dropped``); codes in order."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    added_mu: float
    dropped_mu: float
    area_mu: float
    cost_wan: float
    benefit: float


def difference(frozen: Frozen, now: Sequence[Sequence[str]], before: Sequence[Sequence[str]]) -> Difference:
    """Return what ``now`` adds to and drops from ``before``; figures are now less before."""
    new, old = ({code for block in blocks for code in block} for blocks in (now, before))
    added, dropped = sorted(new - old), sorted(old - new)
    more, less = sums(frozen, added), sums(frozen, dropped)
    return Difference(
        tuple(added), tuple(dropped), more.area_mu, less.area_mu,
        more.area_mu - less.area_mu, more.cost_wan - less.cost_wan, more.benefit - less.benefit,
    )  # fmt: skip


def share_of_its_own(frozen: Frozen, now: Sequence[Sequence[str]], before: Sequence[Sequence[str]]) -> float:
    """Return the part of the area of ``now`` that ``before`` does not have (0 to 1)."""
    area = sums(frozen, [code for block in now for code in block]).area_mu
    return difference(frozen, now, before).added_mu / area if area else 0.0
