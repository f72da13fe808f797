"""Each term of a tiny task against its rows written by hand. Columns: parcel x period, then seeds (see Compiled)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mujun.renewal.blocks.problem import Terms, build_problem
from mujun.renewal.phasing import PhasingTerms, build_phasing
from mujun.renewal.phasing.compiled import compile_task
from mujun.renewal.phasing.connection import Connection
from mujun.renewal.phasing.roof_cuts import RoofCuts
from mujun.renewal.phasing.roofs import find_roofs

INF = float("inf")
FIRMS = pd.DataFrame(
    {
        "firm_id": ["F1", "F2"],
        "parcel_id": ["A", "C"],
        "sector": ["五金", "五金"],
        "floor_area_m2": [100.0, 50.0],
        "load_kn_m2": [10.0, 0.0],
        "height_m": [3.0, 3.0],
        "power_kva": [0.0, 0.0],
    }
)
UNITS = pd.DataFrame(
    {
        "unit_id": ["U1", "U2"],
        "sector": ["五金", ""],
        "floor_area_m2": [110.0, 60.0],
        "load_kn_m2": [20.0, 5.0],
        "height_m": [4.0, 4.0],
        "power_kva": [100.0, 100.0],
        "free_from": [1, 2],
    }
)


def three(terms: Terms | None = None, **phasing):
    """A – B – C in a row, two periods: costs 1, 2, 4, areas 1, 2, 3 mu, benefits 5, 6, 7."""
    nodes = pd.DataFrame(
        {
            "id": ["A", "B", "C"],
            "benefit": [5.0, 6.0, 7.0],
            "cost": [1.0, 2.0, 4.0],
            "area_mu": [1.0, 2.0, 3.0],
            "lock": ["", "in", ""],
            "together": ["g", "", "g"],
            "protected": [False, False, True],
            "staff": [1.0, 0.0, 2.0],
        }
    )
    problem = build_problem(nodes, pd.DataFrame({"a": ["A", "B"], "b": ["B", "C"]}), terms or Terms())
    tables = {name: phasing.pop(name) for name in ("firms", "units", "capacity", "seeds") if name in phasing}
    usual = {"budget_by_period": (3.0, 5.0), "discount": (1.0, 0.75)}
    return build_phasing(problem, [[0, 1, 2]], PhasingTerms(**(usual | phasing)), **tables)


def rows_of(task, kind):
    return [
        (dict(zip(one.index.tolist(), one.value.tolist(), strict=True)), one.lower, one.upper)
        for one in compile_task(task).rows
        if one.kind == kind
    ]


A1, A2, B1, B2, C1, C2, SEED_A, SEED_B, SEED_C = range(9)


def test_objective_and_bounds() -> None:
    compiled = compile_task(three())
    # Taken by period 1 earns the fall of the discount, 0.25; by period 2 what is left, 0.75.
    assert compiled.cost.tolist() == [1.25, 3.75, 1.5, 4.5, 1.75, 5.25, 0, 0, 0]
    assert compiled.lower.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert compiled.upper.tolist() == [1] * 9
    assert compiled.objective(np.array([0, 1, 2])) == 5 * 1.0 + 6 * 0.75


def test_taken_stays_taken() -> None:
    assert rows_of(three(), "time") == [
        ({A1: 1, A2: -1}, -INF, 0),
        ({B1: 1, B2: -1}, -INF, 0),
        ({C1: 1, C2: -1}, -INF, 0),
    ]


def test_budget_of_each_period() -> None:
    first, second = rows_of(three(), "budget")
    assert first == ({A1: 1, B1: 2, C1: 4}, -INF, 3)
    assert second == ({A1: -1, A2: 1, B1: -2, B2: 2, C1: -4, C2: 4}, -INF, 5)


def test_together_in_the_same_period() -> None:
    assert rows_of(three(), "together") == [({A1: 1, C1: -1}, 0, 0), ({A2: 1, C2: -1}, 0, 0)]


def test_one_seed_which_is_taken() -> None:
    assert rows_of(three(), "seed") == [({SEED_A: 1, SEED_B: 1, SEED_C: 1}, -INF, 1)]
    assert rows_of(three(), "seed_taken")[2] == ({C2: -1, SEED_C: 1}, -INF, 0)


def test_who_is_taken_is_the_seed_or_touches() -> None:
    touch = rows_of(three(), "touch")
    assert touch[0] == ({A1: 1, B1: -1, SEED_A: -1}, -INF, 0)
    assert touch[3] == ({A2: -1, B2: 1, C2: -1, SEED_B: -1}, -INF, 0)


def test_a_given_seed() -> None:
    assert compile_task(three(seeds=[1])).upper.tolist()[6:] == [0, 1, 0]


@pytest.mark.parametrize(
    ("terms", "kind", "expected"),
    [
        (Terms(min_block_mu=4), "min_block", ({A2: 1, B2: 2, C2: 3, SEED_A: -4, SEED_B: -4, SEED_C: -4}, 0, INF)),
        (Terms(max_block_mu=5), "max_block", ({A2: 1, B2: 2, C2: 3}, -INF, 5)),
        (Terms(max_blocks=0), "max_blocks", ({SEED_A: 1, SEED_B: 1, SEED_C: 1}, -INF, 0)),
        (Terms(protected_share_max=0.5), "protected", ({A2: -0.5, B2: -1, C2: 1.5}, -INF, 0)),
        (Terms(resources={"staff": 2.0}), "resource", ({A2: 1, C2: 2}, -INF, 2)),
        (Terms(target_mu=4), "target", ({A2: 1, B2: 2, C2: 3}, 4, INF)),
    ],
)
def test_terms_of_the_last_period(terms, kind, expected) -> None:
    assert rows_of(three(terms), kind) == [expected]


def test_connection_is_cut_where_a_solution_is_in_pieces() -> None:
    compiled = compile_task(three())
    solution = np.zeros(9)
    solution[[A1, A2, C1, C2, SEED_A]] = 1
    cuts = Connection(compiled).broken(solution)
    # C is taken, W = {C}: B must be taken, or the seed be C; in both periods.
    assert [dict(zip(cut.index.tolist(), cut.value.tolist(), strict=True)) for cut in cuts] == [
        {B1: -1, C1: 1, SEED_C: -1},
        {B2: -1, C2: 1, SEED_C: -1},
    ]
    solution[[B1, B2]] = 1
    assert Connection(compiled).broken(solution) == []


def roof_rows(task, taken):
    compiled = compile_task(task)
    solution = np.zeros(compiled.columns)
    solution[taken] = 1
    return [
        (dict(zip(one.index.tolist(), one.value.tolist(), strict=True)), one.upper)
        for one in RoofCuts(compiled, find_roofs(task)).broken(solution)
    ]


def test_load_and_date_of_units() -> None:
    task = three(firms=FIRMS, units=UNITS, split=True)
    # F1 needs 10 kN/m²: U1 only. F2 may use U1 from the start, U2 from period 2.
    assert roof_rows(task, [A1, A2, C1, C2]) == [({A1: 100, C1: 50}, 110)]
    assert roof_rows(task, [A1, A2, C2]) == []


def test_a_workshop_that_stays_whole_counts_as_one() -> None:
    units = UNITS.assign(floor_area_m2=[75.0, 75.0], free_from=1, load_kn_m2=20.0)
    rows = roof_rows(three(firms=FIRMS, units=units), [A1, A2, C1, C2])
    assert ({A1: 1}, 0.0) in rows  # larger than 100 m²: no unit of 75 m² holds one
    assert roof_rows(three(firms=FIRMS, units=units, split=True), [A1, A2, C1, C2]) == []


def test_floor_space_by_sector_and_on_freed_land() -> None:
    capacity = pd.DataFrame({"period": [1, 2], "sector": ["五金", "五金"], "floor_area_m2": [60.0, 20.0]})
    task = three(firms=FIRMS, capacity=capacity, new_floor_m2_per_mu={"五金": 10.0}, lag=1, split=True)
    assert roof_rows(task, [A1, A2, C1, C2])[0] == ({A1: 100, C1: 50}, 60)
    # By period 2: 80 m² of capacity, and 10 m² for each mu freed by period 1.
    assert roof_rows(task, [A2, C2]) == [({A2: 100, C2: 50, A1: -10, B1: -20, C1: -30}, 80)]


def test_power_is_shared_out() -> None:
    firms, units = FIRMS.assign(power_kva=80.0, load_kn_m2=0.0), UNITS.assign(free_from=1, floor_area_m2=500.0)
    assert ({A1: 80, C1: 80}, 200) not in roof_rows(three(firms=firms, units=units), [A1, A2, C1, C2])
    short = units.assign(power_kva=[100.0, 50.0])
    assert ({A1: 80, C1: 80}, 100) in roof_rows(three(firms=firms, units=short), [A1, A2, C1, C2])
