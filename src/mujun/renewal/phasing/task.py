"""The phasing problem as data: blocks, workshops to be housed, units and floor space that can house them."""

from __future__ import annotations

import dataclasses

import numpy as np

from mujun.renewal.blocks.problem import Floats, Ints, Objective, Problem
from mujun.renewal.phasing.terms import PhasingTerms

OPEN_SEED = -1
ANY_SECTOR = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Workshops:
    """w workshops, one per firm and parcel: each moves once, in the period in which its parcel is cleared.

    ``firm`` and ``sector`` texts; ``parcel`` positions (w,); ``sector_code`` (w,), -1: any; needs as in the names (w,).
    """

    firm: tuple[str, ...]
    parcel: Ints
    sector_code: Ints
    floor_area_m2: Floats
    load_kn_m2: Floats
    height_m: Floats
    power_kva: Floats

    def __len__(self) -> int:
        return len(self.firm)


@dataclasses.dataclass(frozen=True, slots=True)
class Units:
    """u units of standard factories. ``group`` units that can take one workshop together (u,); ``free_from`` period (u,)."""

    unit: tuple[str, ...]
    group: Ints
    sector_code: Ints
    floor_area_m2: Floats
    load_kn_m2: Floats
    height_m: Floats
    power_kva: Floats
    free_from: Ints

    def __len__(self) -> int:
        return len(self.unit)


@dataclasses.dataclass(frozen=True, slots=True)
class Pools:
    """p stores of floor space known by sector only, for any load, height and power, shared out by area.

    ``name`` says which; ``floor_area_m2`` what there is by the end of each period in all (p, T); ``m2_per_mu`` what each
    freed mu adds after the lag (p,).
    """

    name: tuple[str, ...]
    new: tuple[bool, ...]
    sector_code: Ints
    floor_area_m2: Floats
    m2_per_mu: Floats

    def __len__(self) -> int:
        return len(self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class PhasingProblem:
    """Blocks given as positions of parcels; parcels outside all blocks are never cleared. ``seeds``: -1 where open."""

    problem: Problem
    terms: PhasingTerms
    blocks: tuple[tuple[int, ...], ...]
    seeds: tuple[int, ...]
    workshops: Workshops
    units: Units
    pools: Pools
    sectors: tuple[str, ...]

    @property
    def gain(self) -> Floats:
        """What is gained by each parcel (n,), before the discount: area where the plan was drawn for area, or benefit."""
        return self.problem.benefit if self.problem.terms.objective is Objective.COST else self.problem.gain

    @property
    def block_of(self) -> Ints:
        """The block of each parcel (n,), -1 outside."""
        block_of = np.full(len(self.problem), -1, dtype=np.int64)
        for number, block in enumerate(self.blocks):
            block_of[list(block)] = number
        return block_of
