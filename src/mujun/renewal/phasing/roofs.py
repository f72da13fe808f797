"""Which roof fits which workshop, and the quick (not exact) way to find one; :mod:`housing` has the exact one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from mujun.renewal.blocks.problem import Floats, Ints, Truths
from mujun.renewal.phasing.task import ANY_SECTOR, PhasingProblem

ROOM = 1e-9
"""How much, relative to a unit or store, may be taken beyond it: rounding, not floor space."""


class Roofs(NamedTuple):
    """Hosts of workshops: first the groups of units (one unit each, unless workshops may be spread), then the pools.

    ``floor``, ``power`` of w workshops; ``host_start``, ``host`` the groups that may fit each, best first (CSR);
    ``group_start``, ``group_unit`` the units of each group; ``fits`` unit by unit (w, u); ``pool_fits`` (w, p);
    ``unit_area``, ``unit_power``, ``unit_free`` (u,); ``pool_floor`` (p, T); ``pool_per_mu`` (p,); ``lag``.
    """

    floor: Floats
    power: Floats
    host_start: Ints
    host: Ints
    group_start: Ints
    group_unit: Ints
    fits: Truths
    pool_fits: Truths
    unit_area: Floats
    unit_power: Floats
    unit_free: Ints
    pool_floor: Floats
    pool_per_mu: Floats
    lag: int


class Housed(NamedTuple):
    """What is taken of every roof: what is left of units, used of pools by each period (p, T), and by whom.

    ``place`` the group, or the number of groups + the pool, or -1 (w,); ``part`` of each workshop in the units of its
    group, in the order of the group (w, longest group).
    """

    area_left: Floats
    power_left: Floats
    pool_used: Floats
    freed: Floats
    place: Ints
    part: Floats


def unit_fits(task: PhasingProblem) -> Truths:
    """Return which unit has the sector, load, height and power for which workshop (w, u), its floor area left aside."""
    shops, units = task.workshops, task.units
    fits = same_sector(shops.sector_code, units.sector_code)
    for need in ("load_kn_m2", "height_m") if task.terms.split else ("load_kn_m2", "height_m", "power_kva"):
        fits &= getattr(shops, need)[:, None] <= getattr(units, need)[None, :] * (1 + ROOM)
    return fits


def same_sector(first: Ints, second: Ints) -> Truths:
    """Return which sectors agree (len(first), len(second)); an absent one agrees with all."""
    agree: Truths = first[:, None] == second[None, :]
    agree |= (first == ANY_SECTOR)[:, None] | (second == ANY_SECTOR)[None, :]
    return agree


def find_roofs(task: PhasingProblem) -> Roofs:
    """Return the hosts of ``task``. A workshop prefers the group that the fewest others could use, then the smallest."""
    shops, units, pools = task.workshops, task.units, task.pools
    fits = unit_fits(task)
    groups = int(units.group.max()) + 1 if len(units) else 0
    order = np.argsort(units.group, kind="stable")
    group_start = np.searchsorted(units.group[order], np.arange(groups + 1))
    room = np.zeros((len(shops), groups))
    np.add.at(room.T, units.group, (fits * units.floor_area_m2[None, :]).T)
    able = room * (1 + ROOM) >= np.maximum(shops.floor_area_m2, 1e-300)[:, None]
    wanted = able.sum(axis=0) if len(shops) else np.zeros(groups)
    size = np.bincount(units.group, units.floor_area_m2, minlength=groups)
    rank = np.lexsort((size, wanted))
    lists = [rank[able[shop][rank]] for shop in range(len(shops))]
    host_start = np.zeros(len(shops) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in lists], out=host_start[1:])
    return Roofs(
        floor=shops.floor_area_m2,
        power=shops.power_kva,
        host_start=host_start,
        host=np.concatenate([*lists, np.empty(0, np.int64)]).astype(np.int64),
        group_start=group_start.astype(np.int64),
        group_unit=order.astype(np.int64),
        fits=fits,
        pool_fits=same_sector(shops.sector_code, pools.sector_code),
        unit_area=units.floor_area_m2,
        unit_power=units.power_kva,
        unit_free=units.free_from,
        pool_floor=pools.floor_area_m2,
        pool_per_mu=pools.m2_per_mu,
        lag=task.terms.lag,
    )


def nobody_housed(roofs: Roofs, periods: int) -> Housed:
    """Return the roofs with nobody under them."""
    longest = int(np.diff(roofs.group_start).max(initial=1))
    return Housed(
        area_left=roofs.unit_area.copy(),
        power_left=roofs.unit_power.copy(),
        pool_used=np.zeros((len(roofs.pool_per_mu), periods)),
        freed=np.zeros(periods),
        place=np.full(len(roofs.floor), -1, dtype=np.int64),
        part=np.zeros((len(roofs.floor), longest)),
    )


@njit(cache=True)
def recount(roofs, housed, when, freed):  # type: ignore[no-untyped-def]
    """Add up anew what is used of every roof, free of rounding: ``when`` each workshop moves (w,), ``freed`` mu (T,)."""
    groups = len(roofs.group_start) - 1
    housed.area_left[:], housed.power_left[:], housed.freed[:] = roofs.unit_area, roofs.unit_power, freed
    housed.pool_used[:] = 0.0
    for shop in range(len(roofs.floor)):
        place = housed.place[shop]
        if place >= groups:
            housed.pool_used[place - groups, when[shop] :] += roofs.floor[shop]
        elif place >= 0:
            for at in range(roofs.group_start[place], roofs.group_start[place + 1]):
                part = housed.part[shop, at - roofs.group_start[place]]
                housed.area_left[roofs.group_unit[at]] -= part * roofs.floor[shop]
                housed.power_left[roofs.group_unit[at]] -= part * roofs.power[shop]


@njit(cache=True)
def pool_room(roofs, housed, pool, period):  # type: ignore[no-untyped-def]
    """Return the floor space of ``pool`` by ``period``: what there is, and what land freed by then less the lag hosts."""
    room = roofs.pool_floor[pool, period]
    if period >= roofs.lag:
        room += roofs.pool_per_mu[pool] * housed.freed[period - roofs.lag]
    return room


@njit(cache=True)
def pools_hold(roofs, housed):  # type: ignore[no-untyped-def]
    """Return whether no pool is overfull in any period."""
    for pool in range(housed.pool_used.shape[0]):
        for period in range(housed.pool_used.shape[1]):
            used = housed.pool_used[pool, period]
            if used > 0 and used > pool_room(roofs, housed, pool, period) * (1 + ROOM):
                return False
    return True


@njit(cache=True)
def release(roofs, housed, shop, period):  # type: ignore[no-untyped-def]
    """Take ``shop``, which moved in ``period``, from under its roof."""
    place = housed.place[shop]
    if place < 0:
        return
    groups = len(roofs.group_start) - 1
    if place >= groups:
        housed.pool_used[place - groups, period:] -= roofs.floor[shop]
        for later in range(period, housed.pool_used.shape[1]):
            if housed.pool_used[place - groups, later] < 1e-9 * roofs.floor[shop]:
                housed.pool_used[place - groups, later] = 0.0
    else:
        for at in range(roofs.group_start[place], roofs.group_start[place + 1]):
            unit, slot = roofs.group_unit[at], at - roofs.group_start[place]
            if housed.part[shop, slot] > 0:
                housed.area_left[unit] += housed.part[shop, slot] * roofs.floor[shop]
                housed.power_left[unit] += housed.part[shop, slot] * roofs.power[shop]
                housed.part[shop, slot] = 0.0
    housed.place[shop] = -1


@njit(cache=True)
def house(roofs, housed, shop, period):  # type: ignore[no-untyped-def]
    """Put ``shop``, which moves in ``period``, under the first roof with room; return whether there was one."""
    groups = len(roofs.group_start) - 1
    for at in range(roofs.host_start[shop], roofs.host_start[shop + 1]):
        group = roofs.host[at]
        if _into(roofs, housed, shop, group, period, False):
            _into(roofs, housed, shop, group, period, True)
            housed.place[shop] = group
            return True
    for pool in range(housed.pool_used.shape[0]):
        if roofs.pool_fits[shop, pool] and _pool_takes(roofs, housed, shop, pool, period):
            housed.pool_used[pool, period:] += roofs.floor[shop]
            housed.place[shop] = groups + pool
            return True
    return False


@njit(cache=True)
def _pool_takes(roofs, housed, shop, pool, period):  # type: ignore[no-untyped-def]
    for later in range(period, housed.pool_used.shape[1]):
        after = housed.pool_used[pool, later] + roofs.floor[shop]
        if after > pool_room(roofs, housed, pool, later) * (1 + ROOM):
            return False
    return True


@njit(cache=True)
def _into(roofs, housed, shop, group, period, settle):  # type: ignore[no-untyped-def]
    """Return whether the units of ``group`` have room for ``shop``; with ``settle``, take it."""
    missing = 1.0
    for at in range(roofs.group_start[group], roofs.group_start[group + 1]):
        unit, slot = roofs.group_unit[at], at - roofs.group_start[group]
        if roofs.unit_free[unit] > period or not roofs.fits[shop, unit]:
            continue
        part = min(missing, (housed.area_left[unit] + ROOM * roofs.unit_area[unit]) / roofs.floor[shop])
        if roofs.power[shop] > 0:
            part = min(part, (housed.power_left[unit] + ROOM * roofs.unit_power[unit]) / roofs.power[shop])
        part = max(part, 0.0)
        if settle and part > 0:
            housed.part[shop, slot] = part
            housed.area_left[unit] -= part * roofs.floor[shop]
            housed.power_left[unit] -= part * roofs.power[shop]
        missing -= part
        if missing <= 0.0:
            return True
    return False
