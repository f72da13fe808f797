"""One step of a search: parcels that go as one change their period, if the plan stays a plan (money left aside)."""

from __future__ import annotations

import numpy as np
from numba import njit

from mujun.renewal.phasing.roofs import ROOM, house, pools_hold, release


@njit(cache=True)
def price_of_money(ground, plan, price, item, new):  # type: ignore[no-untyped-def]
    """Return by how much the fine for money spent beyond the budgets would rise."""
    first = ground.item_member[ground.item_start[item]]
    old, never = plan.period[first], len(ground.budget)
    cost = 0.0
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        cost += ground.cost[ground.item_member[at]]
    rise = 0.0
    if old < never:
        over = max(0.0, plan.spent[old] - ground.budget[old])
        rise += price[old] * (max(0.0, plan.spent[old] - cost - ground.budget[old]) - over)
    if new < never:
        over = max(0.0, plan.spent[new] - ground.budget[new])
        rise += price[new] * (max(0.0, plan.spent[new] + cost - ground.budget[new]) - over)
    return rise


@njit(cache=True)
def worth(ground, plan, item, new):  # type: ignore[no-untyped-def]
    """Return by how much the objective (with the bonus for parcels locked in) would rise."""
    never = len(ground.budget)
    rise = 0.0
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        parcel = ground.item_member[at]
        old = plan.period[parcel]
        rise += ground.gain[parcel] * (ground.weight[new] - ground.weight[old])
        if (new < never) != (old < never):
            rise += ground.bonus[parcel] if new < never else -ground.bonus[parcel]
    return rise


@njit(cache=True)
def move(ground, plan, roofs, housed, item, new, mark, queue):  # type: ignore[no-untyped-def]
    """Move ``item`` to period ``new`` (T: never) if all but the budgets allow it; return whether it was moved."""
    begin, end = ground.item_start[item], ground.item_start[item + 1]
    old = plan.period[ground.item_member[begin]]
    if old == new:
        return False
    for at in range(begin, end):
        _shift(ground, plan, housed, ground.item_member[at], old, new)
    good = _limits(ground, plan) and _connected(ground, plan, item, old, new, mark, queue)
    if good and _rehouse(ground, plan, roofs, housed, item, old, new):
        return True
    for at in range(begin, end):
        _shift(ground, plan, housed, ground.item_member[at], new, old)
    return False


@njit(cache=True)
def _shift(ground, plan, housed, parcel, old, new):  # type: ignore[no-untyped-def]
    never, block = len(ground.budget), ground.block[parcel]
    plan.period[parcel] = new
    sign = 1 if new < old else -1
    for period in range(min(old, new), max(old, new)):
        plan.grown[block, period] += sign
        housed.freed[period] += sign * ground.area[parcel]
    if old < never:
        plan.spent[old] -= ground.cost[parcel]
    if new < never:
        plan.spent[new] += ground.cost[parcel]
    if old == never or new == never:
        plan.area[block] += sign * ground.area[parcel]
        plan.kept[block] += sign * ground.area[parcel] * ground.protected[parcel]
        for resource in range(len(plan.used)):
            plan.used[resource] += sign * ground.use[resource, parcel]


@njit(cache=True)
def _limits(ground, plan):  # type: ignore[no-untyped-def]
    last = len(ground.budget) - 1
    for resource in range(len(plan.used)):
        if plan.used[resource] > ground.use_limit[resource] + ROOM * abs(ground.use_limit[resource]):
            return False
    begun = 0
    for block in range(len(plan.area)):
        if plan.grown[block, last] > 0:
            begun += 1
        if plan.area[block] > ground.max_area * (1 + ROOM):
            return False
        if plan.kept[block] > ground.share_max * plan.area[block] + ROOM * plan.area[block] and plan.grown[block, last]:
            return False
    return begun <= ground.max_blocks


@njit(cache=True)
def _connected(ground, plan, item, old, new, mark, queue):  # type: ignore[no-untyped-def]
    begin, end = ground.item_start[item], ground.item_start[item + 1]
    for period in range(min(old, new), max(old, new)):
        for at in range(begin, end):
            parcel = ground.item_member[at]
            if end - begin == 1 and new < old:
                good = _touches(ground, plan, parcel, period)
            else:
                good = holds(ground, plan, ground.block[parcel], period, mark, queue)
            if not good:
                return False
    return True


@njit(cache=True)
def _touches(ground, plan, parcel, period):  # type: ignore[no-untyped-def]
    block = ground.block[parcel]
    if plan.grown[block, period] == 1:
        return ground.seed[block] < 0 or ground.seed[block] == parcel
    for at in range(ground.start[parcel], ground.start[parcel + 1]):
        if plan.period[ground.neighbour[at]] <= period:
            return True
    return False


@njit(cache=True)
def holds(ground, plan, block, period, mark, queue):  # type: ignore[no-untyped-def]
    """Return whether what is taken of ``block`` by ``period`` is connected and has its seed, if it has one."""
    count = plan.grown[block, period]
    if count == 0:
        return True
    begin = ground.seed[block]
    if begin >= 0:
        if plan.period[begin] > period:
            return False
    else:
        for parcel in range(len(ground.block)):
            if ground.block[parcel] == block and plan.period[parcel] <= period:
                begin = parcel
                break
    mark[0] += 1
    stamp = mark[0]
    mark[begin + 1] = stamp
    queue[0] = begin
    done, waiting = 0, 1
    while done < waiting:
        node = queue[done]
        done += 1
        for at in range(ground.start[node], ground.start[node + 1]):
            other = ground.neighbour[at]
            if mark[other + 1] != stamp and plan.period[other] <= period:
                mark[other + 1] = stamp
                queue[waiting] = other
                waiting += 1
    return waiting == count


@njit(cache=True)
def _rehouse(ground, plan, roofs, housed, item, old, new):  # type: ignore[no-untyped-def]
    """Give the workshops of ``item`` roofs of period ``new``; if there are none, leave everything as it was."""
    if len(roofs.floor) == 0:
        return True
    never = len(ground.budget)
    shops = _shops(ground, item)
    places, parts = housed.place[shops].copy(), housed.part[shops].copy()
    for shop in shops:
        release(roofs, housed, shop, old)
    good = True
    if new < never:
        for shop in shops:
            good = good and house(roofs, housed, shop, new)
    good = good and pools_hold(roofs, housed)
    if good:
        return True
    for shop in shops:
        release(roofs, housed, shop, new)
    for number in range(len(shops)):
        _return(roofs, housed, shops[number], places[number], parts[number], old)
    return False


@njit(cache=True)
def _shops(ground, item):  # type: ignore[no-untyped-def]
    number = 0
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        parcel = ground.item_member[at]
        number += ground.shop_start[parcel + 1] - ground.shop_start[parcel]
    shops = np.empty(number, np.int64)
    number = 0
    for at in range(ground.item_start[item], ground.item_start[item + 1]):
        parcel = ground.item_member[at]
        for place in range(ground.shop_start[parcel], ground.shop_start[parcel + 1]):
            shops[number] = ground.shop[place]
            number += 1
    return shops


@njit(cache=True)
def _return(roofs, housed, shop, place, part, period):  # type: ignore[no-untyped-def]
    groups = len(roofs.group_start) - 1
    housed.place[shop] = place
    if place >= groups:
        housed.pool_used[place - groups, period:] += roofs.floor[shop]
    elif place >= 0:
        housed.part[shop] = part
        for at in range(roofs.group_start[place], roofs.group_start[place + 1]):
            unit = roofs.group_unit[at]
            housed.area_left[unit] -= part[at - roofs.group_start[place]] * roofs.floor[shop]
            housed.power_left[unit] -= part[at - roofs.group_start[place]] * roofs.power[shop]
