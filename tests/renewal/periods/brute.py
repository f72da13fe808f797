"""Small random problems over several periods, and their best plan by trying every period of every parcel and every parting."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem
from mujun.renewal.periods import Periods


def draw(seed: int, *, parcels: int = 7) -> tuple[Problem, Periods]:
    """Draw a problem of up to ``parcels`` parcels and two or three periods, with terms of every kind."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, parcels + 1))
    t = 3 if n <= 5 and rng.random() < 0.3 else 2
    ids = [f"P{number}" for number in rng.permutation(n)]
    pairs = [(a, int(rng.integers(0, a))) for a in range(1, n) if rng.random() < 0.85]
    pairs += [pair for pair in itertools.combinations(range(n), 2) if rng.random() < 0.12]
    cost = rng.integers(1, 9, n).astype(float) if rng.random() < 0.5 else np.round(rng.uniform(0.5, 9, n), 3)
    area = np.round(rng.uniform(1, 5, n), 2)
    objective = Objective(rng.choice(["benefit", "benefit", "area", "net", "cost"]))
    target = objective is Objective.COST or rng.random() < 0.15
    terms = Terms(
        objective=objective,
        budget=float(np.round(rng.uniform(0.3, 0.9) * cost.sum(), 2)) if rng.random() < 0.25 else None,
        min_block_mu=float(rng.choice([0, 0, 3, 6])),
        max_block_mu=float(rng.integers(7, 14)) if rng.random() < 0.3 else None,
        max_blocks=int(rng.integers(1, 4)) if rng.random() < 0.5 else None,
        target_mu=float(np.round(rng.uniform(0.1, 0.5) * area.sum(), 2)) if target else None,
        resources={"staff": float(rng.integers(4, 20))} if rng.random() < 0.2 else {},
        protected_share_max=float(rng.choice([0.0, 0.3, 1.0])),
        holes=bool(rng.random() < 0.85),
        front_price=float(rng.choice([0.0, 0.0, 0.0, 0.05])),
    )
    nodes = pd.DataFrame(
        {
            "id": ids,
            "benefit": np.round(rng.uniform(-1, 9, n), 2),
            "cost": cost,
            "area_mu": area,
            "lock": rng.choice(["", "", "", "", "", "", "", "in", "out"], n),
            "together": rng.choice(["", "", "", "", "g"], n),
            "protected": rng.random(n) < 0.1,
            "staff": rng.integers(0, 6, n).astype(float),
        }
    )
    edges = pd.DataFrame(
        [(ids[a], ids[b], float(rng.integers(1, 60))) for a, b in pairs], columns=["a", "b", "front_m"]
    )
    sectors = [["", "x"], ["x", "y"], ["x"], [""], []][int(rng.integers(5))]
    sectors = sectors[1:] if len(sectors) > 1 and "" in sectors else sectors
    floor = {name: rng.choice([0.0, 40.0, 75.0, 120.0], n) for name in sectors}
    room = {name: rng.choice([0.0, 80.0, 150.0, 240.0], t) for name in sectors}
    money = tuple(np.round(rng.uniform(0.1, 1.1, t) * cost.sum() / t, 2).tolist())
    money = (np.inf,) * t if sectors and rng.random() < 0.2 else money
    return build_problem(nodes, edges, terms), Periods(money, floor, room)


def best_by_trying(problem: Problem, periods: Periods) -> float | None:
    """Return the best objective in the sense of the problem, None where no plan keeps the terms."""
    small = problem.terms.objective is Objective.COST
    when = np.array(list(itertools.product(range(len(periods) + 1), repeat=len(problem))), dtype=np.int64)
    when = when.reshape(-1, len(problem))
    taken = when < len(periods)
    value = taken @ problem.gain
    for (a, b), front in zip(problem.edges.tolist(), problem.front_m.tolist(), strict=True):
        value = value - problem.terms.front_price * front * (taken[:, a] != taken[:, b])
    good = _sums(problem, periods, when, taken)
    for row in sorted(np.flatnonzero(good).tolist(), key=lambda row: -value[row]):
        if _parted(problem, when[row].tolist(), len(periods)):
            return float(-value[row] if small else value[row])
    return None


def _at_most(sums, limit):
    return sums <= limit + 1e-9 * abs(limit) + 1e-12


def _sums(problem, periods, when, taken):
    terms = problem.terms
    good = np.ones(len(when), dtype=bool)
    good &= ~(taken[:, problem.lock < 0]).any(axis=1) & taken[:, problem.lock > 0].all(axis=1)
    for group in set(problem.together.tolist()) - {-1}:
        mine = when[:, problem.together == group]
        good &= (mine == mine[:, :1]).all(axis=1)
    for period, money in enumerate(periods.budget):
        if np.isfinite(money):
            good &= _at_most((when == period) @ problem.cost, money)
        for sector, floor in periods.floor_m2.items():
            good &= _at_most((when <= period) @ floor, periods.room_m2[sector][: period + 1].sum())
    if terms.budget is not None:
        good &= _at_most(taken @ problem.cost, terms.budget)
    if terms.target_mu is not None:
        good &= _at_most(-(taken @ problem.area_mu), -terms.target_mu)
    for name, limit in terms.resources.items():
        good &= _at_most(taken @ problem.use[name], limit)
    return good


def _parted(problem, when, periods):
    """Whether what is taken can be cut into allowed blocks, each connected by the end of every period it has begun in."""
    taken = [place for place, at in enumerate(when) if at < periods]
    most = len(taken) if problem.terms.max_blocks is None else problem.terms.max_blocks
    return any(
        len(blocks) <= most and all(_is_block(problem, block, when, periods) for block in blocks)
        for blocks in _partings(taken)
    )


def _partings(members):
    if not members:
        yield []
        return
    first, rest = members[0], members[1:]
    for number in range(len(rest) + 1):
        for others in itertools.combinations(rest, number):
            for blocks in _partings([one for one in rest if one not in others]):
                yield [(first, *others), *blocks]


def _is_block(problem, block, when, periods):
    terms = problem.terms
    area = sum(problem.area_mu[place] for place in block)
    kept = sum(problem.area_mu[place] for place in block if problem.protected[place])
    if area < terms.min_block_mu * (1 - 1e-9) or kept > terms.protected_share_max * area + 1e-12:
        return False
    if terms.max_block_mu is not None and area > terms.max_block_mu * (1 + 1e-9):
        return False
    for period in range(periods):
        begun = {place for place in block if when[place] <= period}
        if begun and _reached(problem, begun) != begun:
            return False
    if terms.holes:
        return True
    around = _reached(problem, set(range(len(problem))), start=block[0])
    rest = around - set(block)
    return not rest or _reached(problem, rest) == rest


def _reached(problem, members, start=None):
    reached, todo = set(), [next(iter(members)) if start is None else start]
    while todo:
        one = todo.pop()
        if one not in reached:
            reached.add(one)
            todo += [b if a == one else a for a, b in problem.edges.tolist() if one in (a, b) and {a, b} <= members]
    return reached
