"""Small random tasks with every kind of term, and their best plan by trying everything."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd

from mujun.renewal.blocks.problem import Terms, build_problem
from mujun.renewal.phasing import PhasingProblem, PhasingTerms, build_phasing


@dataclasses.dataclass
class Case:
    task: PhasingProblem
    firms: pd.DataFrame
    units: pd.DataFrame
    capacity: pd.DataFrame


def draw_case(seed: int, *, parcels: int | None = None, periods: int | None = None) -> Case:
    """Draw a task of up to 7 parcels and 3 periods."""
    rng = np.random.default_rng(seed)
    n = parcels or int(rng.integers(2, 7))
    t = periods or int(rng.integers(1, 4))
    ids = [f"P{number}" for number in rng.permutation(n)]
    edges = [(a, int(rng.integers(0, a))) for a in range(1, n)]
    edges += [(a, b) for a, b in itertools.combinations(range(n), 2) if rng.random() < 0.15]
    whole = rng.random() < 0.5
    cost = rng.integers(1, 9, n).astype(float) if whole else np.round(rng.uniform(0.5, 9, n), 3)
    resources = {"staff": float(rng.integers(4, 20))} if rng.random() < 0.2 else {}
    terms = Terms(
        min_block_mu=float(rng.choice([0, 0, 0, 4])),
        max_block_mu=float(rng.integers(5, 20)) if rng.random() < 0.2 else None,
        max_blocks=1 if rng.random() < 0.2 else None,
        resources=resources,
        protected_share_max=float(rng.choice([0.0, 0.3])),
    )
    nodes = pd.DataFrame(
        {
            "id": ids,
            "benefit": np.round(rng.uniform(-1, 9, n), 2),
            "cost": cost,
            "area_mu": np.round(rng.uniform(1, 5, n), 2),
            "lock": rng.choice(["", "", "", "", "", "in", "out"], n),
            "together": rng.choice(["", "", "", "g"], n),
            "protected": rng.random(n) < 0.1,
            "staff": rng.integers(0, 6, n).astype(float),
        }
    )
    problem = build_problem(nodes, pd.DataFrame([(ids[a], ids[b]) for a, b in edges], columns=["a", "b"]), terms)
    blocks = _blocks(rng, n, edges)
    firms, units, capacity = _tables(rng, ids, t)
    phasing = PhasingTerms(
        tuple(np.round(rng.uniform(0, cost.sum() * 1.3 / t, t), 2)),
        discount=() if rng.random() < 0.5 else tuple(np.sort(np.round(rng.uniform(0.3, 1, t), 2))[::-1]),
        new_floor_m2_per_mu={"": 30.0} if rng.random() < 0.3 else {"a": 60.0},
        lag=int(rng.integers(1, 3)),
        split=bool(rng.random() < 0.3),
    )
    seeds = [int(rng.choice(block)) if rng.random() < 0.2 else -1 for block in blocks]
    task = build_phasing(problem, blocks, phasing, firms=firms, units=units, capacity=capacity, seeds=seeds)
    return Case(task, firms, units, capacity)


def _blocks(rng, n, edges):
    """Two blocks, connected each: the tree that edges begin with, cut once."""
    if n < 4 or rng.random() < 0.5:
        return [list(range(n))]
    cut = int(rng.integers(1, n))
    below = {cut}
    for a, b in edges[: n - 1]:
        if b in below:
            below.add(a)
    return [sorted(below), sorted(set(range(n)) - below)]


def _tables(rng, ids, t):
    many = int(rng.integers(0, 6))
    firms = pd.DataFrame(
        {
            "firm_id": [f"F{number}" for number in range(many)],
            "parcel_id": rng.choice(ids, many),
            "sector": rng.choice(["a", "b", ""], many),
            "floor_area_m2": rng.integers(10, 100, many).astype(float),
            "load_kn_m2": rng.choice([0.0, 5.0, 10.0], many),
            "height_m": rng.choice([3.0, 5.0], many),
            "power_kva": rng.choice([0.0, 20.0, 60.0], many),
        }
    )
    few = int(rng.integers(0, 5))
    units = pd.DataFrame(
        {
            "unit_id": [f"U{number}" for number in range(few)],
            "building_id": rng.choice(["B1", "B2"], few),
            "sector": rng.choice(["a", "b", "", ""], few),
            "floor_area_m2": rng.integers(40, 160, few).astype(float),
            "load_kn_m2": rng.choice([8.0, 20.0], few),
            "height_m": rng.choice([4.0, 6.0], few),
            "power_kva": rng.choice([50.0, 100.0], few),
            "free_from": rng.integers(1, t + 1, few).astype(float),
        }
    )
    rows = int(rng.integers(0, 3))
    capacity = pd.DataFrame(
        {
            "period": rng.integers(1, t + 1, rows),
            "sector": rng.choice(["a", "b", ""], rows),
            "floor_area_m2": rng.integers(20, 120, rows).astype(float),
        }
    )
    return firms, units, capacity


def best_by_trying(case: Case) -> float | None:
    """Return the best objective over all periods of all parcels, or None where no plan keeps the terms."""
    task = case.task
    parcels = [number for block in task.blocks for number in block]
    gain = task.gain
    choices = []
    for plan in itertools.product(range(task.terms.periods + 1), repeat=len(parcels)):
        value = sum(
            gain[number] * task.terms.discount[at]
            for number, at in zip(parcels, plan, strict=True)
            if at < task.terms.periods
        )
        choices.append((value, plan))
    for value, plan in sorted(choices, key=lambda pair: -pair[0]):
        when = {number: at for number, at in zip(parcels, plan, strict=True) if at < task.terms.periods}
        if _simple(task, when) and _everybody_housed(case, when):
            return value
    return None


def _simple(task, when):
    problem, terms = task.problem, task.problem.terms
    for number, lock in enumerate(problem.lock):
        if (lock > 0 and number not in when and task.block_of[number] >= 0) or (lock < 0 and number in when):
            return False
    for period, budget in enumerate(task.terms.budget_by_period):
        if sum(problem.cost[number] for number, at in when.items() if at == period) > budget * (1 + 1e-9) + 1e-9:
            return False
    for group in set(problem.together.tolist()) - {-1}:
        if len({when.get(number) for number in range(len(problem)) if problem.together[number] == group}) > 1:
            return False
    if any(sum(problem.use[name][number] for number in when) > limit + 1e-9 for name, limit in terms.resources.items()):
        return False
    begun = 0
    for block, seed in zip(task.blocks, task.seeds, strict=True):
        mine = [number for number in block if number in when]
        area = sum(problem.area_mu[number] for number in mine)
        kept = sum(problem.area_mu[number] for number in mine if problem.protected[number])
        begun += bool(mine)
        if mine and area < terms.min_block_mu - 1e-9:
            return False
        if (
            terms.max_block_mu is not None and area > terms.max_block_mu + 1e-9
        ) or kept > terms.protected_share_max * area + 1e-9:
            return False
        for period in range(task.terms.periods):
            taken = {number for number in mine if when[number] <= period}
            if taken and not _connected(problem.edges.tolist(), taken, seed):
                return False
    return terms.max_blocks is None or begun <= terms.max_blocks


def _connected(edges, taken, seed):
    if seed >= 0 and seed not in taken:
        return False
    reached = {next(iter(taken))}
    grew = True
    while grew:
        more = {b for a, b in edges if a in reached and b in taken} | {
            a for a, b in edges if b in reached and a in taken
        }
        grew = not more <= reached
        reached |= more
    return reached == taken


def _everybody_housed(case: Case, when) -> bool:
    """Try every host for every workshop, one after the other."""
    task, terms = case.task, case.task.terms
    place = {name: number for number, name in enumerate(task.problem.ids)}
    movers = [
        (row, when[place[row["parcel_id"]]]) for row in case.firms.to_dict("records") if place[row["parcel_id"]] in when
    ]
    units = case.units.to_dict("records")
    buildings: dict[str, list[dict]] = {}
    for unit in units:
        buildings.setdefault(unit["building_id"] if terms.split else unit["unit_id"], []).append(unit)
    freed = [
        sum(task.problem.area_mu[number] for number, at in when.items() if at <= period - terms.lag)
        for period in range(terms.periods)
    ]
    pools = []
    for sector in ["", "a", "b"]:
        rows = [row for row in case.capacity.to_dict("records") if row["sector"] == sector]
        pools.append(
            (sector, [sum(r["floor_area_m2"] for r in rows if r["period"] <= p + 1) for p in range(terms.periods)])
        )
        pools.append((sector, [terms.new_floor_m2_per_mu.get(sector, 0.0) * mu for mu in freed]))
    left = {unit["unit_id"]: [unit["floor_area_m2"], unit["power_kva"]] for unit in units}
    used = [[0.0] * terms.periods for _ in pools]
    if terms.split:
        return _spread(movers, buildings, pools, {}, used)
    return _whole(movers, units, pools, left, used)


def _agree(firm, other):
    return not firm["sector"] or not other or firm["sector"] == other


def _suits(firm, period, unit):
    return (
        _agree(firm, unit["sector"])
        and unit["free_from"] <= period + 1
        and firm["load_kn_m2"] <= unit["load_kn_m2"]
        and firm["height_m"] <= unit["height_m"]
    )


def _pool_moves(firm, period, pools, used):
    for number, (sector, rooms) in enumerate(pools):
        later = range(period, len(rooms))
        if _agree(firm, sector) and all(used[number][p] + firm["floor_area_m2"] <= rooms[p] + 1e-6 for p in later):
            yield number, later


def _whole(movers, units, pools, left, used):
    if not movers:
        return True
    (firm, period), rest = movers[0], movers[1:]
    for unit in units:
        room = left[unit["unit_id"]]
        if (
            _suits(firm, period, unit)
            and firm["floor_area_m2"] <= room[0] + 1e-9
            and firm["power_kva"] <= room[1] + 1e-9
        ):
            room[0] -= firm["floor_area_m2"]
            room[1] -= firm["power_kva"]
            good = _whole(rest, units, pools, left, used)
            room[0] += firm["floor_area_m2"]
            room[1] += firm["power_kva"]
            if good:
                return True
    for number, later in _pool_moves(firm, period, pools, used):
        for p in later:
            used[number][p] += firm["floor_area_m2"]
        good = _whole(rest, units, pools, left, used)
        for p in later:
            used[number][p] -= firm["floor_area_m2"]
        if good:
            return True
    return False


def _spread(movers, buildings, pools, chosen, used):
    """Choose a building per workshop, then ask a linear programme whether its units hold them."""
    if not movers:
        return all(_holds(buildings[name], crowd) for name, crowd in chosen.items())
    (firm, period), rest = movers[0], movers[1:]
    for name in buildings:
        more = {**chosen, name: [*chosen.get(name, []), (firm, period)]}
        if _holds(buildings[name], more[name]) and _spread(rest, buildings, pools, more, used):
            return True
    for number, later in _pool_moves(firm, period, pools, used):
        for p in later:
            used[number][p] += firm["floor_area_m2"]
        good = _spread(rest, buildings, pools, chosen, used)
        for p in later:
            used[number][p] -= firm["floor_area_m2"]
        if good:
            return True
    return False


def _holds(units, crowd):
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    pairs = [
        (m, u) for m, (firm, period) in enumerate(crowd) for u, unit in enumerate(units) if _suits(firm, period, unit)
    ]
    for _ in pairs:
        highs.addVar(0.0, 1.0)
    for m in range(len(crowd)):
        mine = [k for k, pair in enumerate(pairs) if pair[0] == m]
        if not mine:
            return False
        highs.addRow(1.0, 1.0, len(mine), np.array(mine, np.int32), np.ones(len(mine)))
    for u, unit in enumerate(units):
        mine = [k for k, pair in enumerate(pairs) if pair[1] == u]
        for need in ("floor_area_m2", "power_kva"):
            value = np.array([crowd[pairs[k][0]][0][need] for k in mine], float)
            if mine:
                highs.addRow(-np.inf, unit[need], len(mine), np.array(mine, np.int32), value)
    highs.run()
    return highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
