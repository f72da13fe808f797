"""What must not change a plan's worth, and what can only raise it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mujun.renewal.blocks.problem import build_problem
from mujun.renewal.phasing import build_phasing, phase
from tests.renewal.phasing.small import Case, draw_case

SEEDS = st.integers(10_000, 1_000_000)


def worth(case: Case) -> float | None:
    """Return the best objective of a case, None where nothing can be done."""
    plan = phase(case.task, time_limit_s=300)
    assert plan.gap is None or plan.gap <= 1e-9
    return plan.objective


def rebuilt(case: Case, *, order=None, problem=None, terms=None, firms=None, units=None, capacity=None) -> Case:
    """Return the case with some of its parts replaced, its parcels in another order."""
    task, old = case.task, case.task.problem
    order = np.arange(len(old)) if order is None else order
    groups = old.together[order]
    nodes = pd.DataFrame(
        {
            "id": [old.ids[place] for place in order],
            "benefit": old.benefit[order],
            "cost": old.cost[order],
            "area_mu": old.area_mu[order],
            "lock": [{-1: "out", 0: "", 1: "in"}[lock] for lock in old.lock[order].tolist()],
            "together": ["" if group < 0 else f"g{group}" for group in groups],
            "protected": old.protected[order],
            **{name: use[order] for name, use in old.use.items()},
        }
    )
    edges = pd.DataFrame([(old.ids[a], old.ids[b]) for a, b in old.edges], columns=["a", "b"])
    made = problem or build_problem(nodes, edges, old.terms)
    place = {name: number for number, name in enumerate(made.ids)}
    firms = case.firms if firms is None else firms
    units = case.units if units is None else units
    capacity = case.capacity if capacity is None else capacity
    built = build_phasing(
        made,
        [[place[old.ids[one]] for one in block] for block in task.blocks],
        terms or task.terms,
        firms=firms,
        units=units,
        capacity=capacity,
        seeds=[place[old.ids[seed]] if seed >= 0 else -1 for seed in task.seeds],
    )
    return Case(built, firms, units, capacity)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_renumbering_changes_nothing(seed: int) -> None:
    case = draw_case(seed)
    rng = np.random.default_rng(seed)
    other = rebuilt(
        case,
        order=rng.permutation(len(case.task.problem)),
        firms=case.firms.sample(frac=1, random_state=seed),
        units=case.units.sample(frac=1, random_state=seed),
    )
    assert worth(other) == pytest.approx(worth(case), abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([0.01, 7.0, 10_000.0]))
def test_money_and_benefit_may_be_counted_in_any_unit(seed: int, unit: float) -> None:
    case = draw_case(seed)
    old = case.task.problem
    problem = dataclasses.replace(old, cost=old.cost * unit, benefit=old.benefit * unit)
    terms = dataclasses.replace(
        case.task.terms, budget_by_period=tuple(amount * unit for amount in case.task.terms.budget_by_period)
    )
    scaled, plain = worth(rebuilt(case, problem=problem, terms=terms)), worth(case)
    assert (scaled is None) == (plain is None)
    if plain is not None and scaled is not None:
        assert scaled / unit == pytest.approx(plain, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(0, 2), st.floats(0.5, 20))
def test_more_money_never_hurts(seed: int, period: int, more: float) -> None:
    case = draw_case(seed)
    budgets = list(case.task.terms.budget_by_period)
    budgets[period % len(budgets)] += more
    richer = rebuilt(case, terms=dataclasses.replace(case.task.terms, budget_by_period=tuple(budgets)))
    assert at_least(worth(richer), worth(case))


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.floats(20, 200))
def test_another_unit_never_hurts(seed: int, area: float) -> None:
    case = draw_case(seed)
    one = {
        "unit_id": "Ux",
        "building_id": "Bx",
        "sector": "",
        "floor_area_m2": area,
        "load_kn_m2": 20.0,
        "height_m": 6.0,
        "power_kva": 100.0,
        "free_from": 1.0,
    }
    roomier = rebuilt(case, units=pd.concat([case.units, pd.DataFrame([one])], ignore_index=True))
    assert at_least(worth(roomier), worth(case))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_workshop_less_never_hurts(seed: int) -> None:
    case = draw_case(seed)
    assert at_least(worth(rebuilt(case, firms=case.firms.iloc[1:])), worth(case))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_spreading_workshops_over_a_building_never_hurts(seed: int) -> None:
    case = draw_case(seed)
    whole = rebuilt(case, terms=dataclasses.replace(case.task.terms, split=False))
    spread = rebuilt(case, terms=dataclasses.replace(case.task.terms, split=True))
    assert at_least(worth(spread), worth(whole))


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_the_same_seed_gives_the_same_plan(seed: int) -> None:
    case = draw_case(seed)
    first, second = (phase(case.task, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(first.parcels, second.parcels)
    pd.testing.assert_frame_equal(first.moves, second.moves)


def at_least(better: float | None, worse: float | None) -> bool:
    """Return whether the first is at least the second, where None (nothing can be done) is the least."""
    return worse is None or (better is not None and better >= worse - 1e-7)
