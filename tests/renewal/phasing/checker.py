"""An independent judge of phased plans: reads the tables and the rules, knows nothing of how a plan was found."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from mujun.renewal.phasing import PhasedPlan, PhasingProblem

SLACK = 1e-7


def faults(
    task: PhasingProblem, plan: PhasedPlan, firms: pd.DataFrame, units: pd.DataFrame, capacity: pd.DataFrame
) -> list[str]:
    """Return what is wrong with ``plan``; ``firms``, ``units``, ``capacity`` as handed to build_phasing."""
    if plan.objective is None:
        return []
    problem, found = task.problem, []
    when = {row.parcel_id: None if pd.isna(row.period) else int(row.period) for row in plan.parcels.itertuples()}
    place = {name: number for number, name in enumerate(problem.ids)}
    found += _objective(task, plan, when, place)
    found += _money_and_limits(task, when, place)
    found += _growth(task, when)
    found += _roofs(task, plan, when, place, firms, units, capacity)
    if plan.bound is not None and plan.bound < plan.objective - SLACK * (1 + abs(plan.objective)):
        found.append("bound below the objective")
    return found


def _objective(task, plan, when, place):
    if set(when) != {task.problem.ids[member] for block in task.blocks for member in block}:
        return ["parcels of blocks missing or foreign"]
    value = sum(
        task.gain[place[name]] * task.terms.discount[period - 1] for name, period in when.items() if period is not None
    )
    if abs(value - plan.objective) > SLACK * (1 + abs(value)):
        return [f"objective {plan.objective}, recomputed {value}"]
    inside = [plan.period[place[name]] + 1 == (period or 0) for name, period in when.items()]
    return [] if all(inside) else ["table and array disagree"]


def _money_and_limits(task, when, place):
    problem, terms, found = task.problem, task.problem.terms, []
    spent = defaultdict(float)
    for name, period in when.items():
        number = place[name]
        if period is not None:
            spent[period] += problem.cost[number]
        if problem.lock[number] and (problem.lock[number] > 0) != (period is not None):
            found.append(f"{name} against its lock")
    for period, amount in spent.items():
        if amount > task.terms.budget_by_period[period - 1] * (1 + SLACK) + SLACK:
            found.append(f"period {period} overspent")
    groups = defaultdict(set)
    for number, group in enumerate(problem.together):
        if group >= 0:
            groups[group].add(when.get(problem.ids[number]))
    found += [f"group {group} torn" for group, periods in groups.items() if len(periods) > 1]
    taken = {place[name] for name, period in when.items() if period is not None}
    for name, limit in terms.resources.items():
        if sum(problem.use[name][number] for number in taken) > limit + SLACK * (1 + abs(limit)):
            found.append(f"resource {name}")
    return found + _blocks(task, taken)


def _blocks(task, taken):
    problem, terms, found = task.problem, task.problem.terms, []
    begun = 0
    for block in task.blocks:
        mine = [number for number in block if number in taken]
        area = sum(problem.area_mu[number] for number in mine)
        begun += bool(mine)
        if mine and area < terms.min_block_mu * (1 - SLACK):
            found.append("block too small")
        if terms.max_block_mu is not None and area > terms.max_block_mu * (1 + SLACK):
            found.append("block too large")
        kept = sum(problem.area_mu[number] for number in mine if problem.protected[number])
        if kept > terms.protected_share_max * area + SLACK:
            found.append("too much protected")
    if terms.max_blocks is not None and begun > terms.max_blocks:
        found.append("too many blocks")
    return found


def _growth(task, when):
    problem, found = task.problem, []
    touching = defaultdict(set)
    for a, b in problem.edges.tolist():
        touching[a].add(b)
        touching[b].add(a)
    for block, seed in zip(task.blocks, task.seeds, strict=True):
        for period in range(1, task.terms.periods + 1):
            taken = {
                number
                for number in block
                if when[problem.ids[number]] is not None and when[problem.ids[number]] <= period
            }
            if not taken:
                continue
            if seed >= 0 and seed not in taken:
                found.append("block does not begin at its seed")
            reached, todo = set(), [next(iter(taken))]
            while todo:
                one = todo.pop()
                if one in reached:
                    continue
                reached.add(one)
                todo += [other for other in touching[one] if other in taken]
            if reached != taken:
                found.append(f"block in pieces in period {period}")
    return found


def _text(value):
    return "" if value is None or value != value else str(value).strip()


def _number(row, name):
    value = row.get(name)
    return 0.0 if value is None or value != value else float(value)


def _roofs(task, plan, when, place, firms, units, capacity):
    found, terms = [], task.terms
    must = {}
    for row in firms.to_dict("records"):
        if when.get(row["parcel_id"]) is not None and _number(row, "floor_area_m2") > 0:
            must[(row["firm_id"], row["parcel_id"])] = row
    rooms = {row["unit_id"]: row for row in units.to_dict("records")}
    went = defaultdict(list)
    for move in plan.moves.to_dict("records"):
        went[(move["firm_id"], move["parcel_id"])].append(move)
    if set(went) != set(must):
        return ["somebody has no roof, or one that was not asked for"]
    area, power, pools = defaultdict(float), defaultdict(float), defaultdict(float)
    for key, moves in went.items():
        firm, period = must[key], when[key[1]]
        floor = firm["floor_area_m2"]
        if abs(sum(move["floor_area_m2"] for move in moves) - floor) > 1e-6 * (1 + floor):
            found.append(f"{key}: floor area")
        if any(move["period"] != period for move in moves):
            found.append(f"{key}: moves at another time than its parcel")
        if len(moves) > 1 and (not terms.split or len({rooms[m["to"]]["building_id"] for m in moves}) > 1):
            found.append(f"{key}: torn apart")
        for move in moves:
            if move["kind"] == "unit":
                area[move["to"]] += move["floor_area_m2"]
                power[move["to"]] += move["floor_area_m2"] / floor * _number(firm, "power_kva")
                found += _unit(task, key, firm, period, rooms[move["to"]])
            else:
                sector = move["to"].partition("（")[2].rstrip("）")
                found += [f"{key}: sector of {move['to']}"] if not _agree(sector, firm.get("sector")) else []
                pools[(move["kind"], sector, period)] += move["floor_area_m2"]
    for unit, row in rooms.items():
        for need, used in (("floor_area_m2", area[unit]), ("power_kva", power[unit])):
            if used > _number(row, need) * (1 + SLACK) + SLACK:
                found.append(f"{unit}: {need} overfull")
    return found + _pools(task, when, place, pools, capacity)


def _agree(first, second):
    return not _text(first) or not _text(second) or _text(first) == _text(second)


def _unit(task, key, firm, period, unit):
    inside = {task.problem.ids[member] for block in task.blocks for member in block}
    faults = {
        "is not free yet": max(_number(unit, "free_from"), 1) > period,
        "would have to move again": _text(unit.get("parcel_id")) in inside,
        "load": _number(firm, "load_kn_m2") > _number(unit, "load_kn_m2") * (1 + SLACK),
        "height": _number(firm, "height_m") > _number(unit, "height_m") * (1 + SLACK),
        "sector": not _agree(firm.get("sector"), unit.get("sector")),
    }
    return [f"{key}, {unit['unit_id']}: {fault}" for fault, wrong in faults.items() if wrong]


def _pools(task, when, place, pools, capacity):
    terms, found = task.terms, []
    for kind, sector in {(kind, sector) for kind, sector, _ in pools}:
        for period in range(1, terms.periods + 1):
            used = sum(a for (k, s, p), a in pools.items() if (k, s) == (kind, sector) and p <= period)
            if kind == "capacity":
                room = sum(
                    _number(row, "floor_area_m2")
                    for row in capacity.to_dict("records")
                    if _text(row.get("sector")) == sector and row["period"] <= period
                )
            else:
                freed = sum(
                    task.problem.area_mu[place[name]]
                    for name, at in when.items()
                    if at is not None and at <= period - terms.lag
                )
                room = terms.new_floor_m2_per_mu.get(sector, 0.0) * freed
            if used > room * (1 + SLACK) + SLACK:
                found.append(f"{kind} {sector} overfull in period {period}")
    return found
