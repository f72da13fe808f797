"""The checker and the brute force are checked themselves: by hand, and against each other."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mujun.files.instances import write_instance
from mujun.renewal.blocks.problem import Objective, Problem, Terms, build_problem
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.checker import faults, file_faults, given, objective
from tests.renewal.blocks.instances import KINDS, as_python, random_problem


def square(terms: Terms, **columns: Any) -> Problem:
    """Nine parcels, three by three, each of 1 mu, benefit 1 and cost 1, fronts of 10 m."""
    nodes = pd.DataFrame({"id": list("abcdefghi"), "benefit": 1.0, "cost": 1.0, "area_mu": 1.0, "lock": ""})
    for name, values in columns.items():
        nodes[name] = values
    right = [(n, n + 1) for n in range(9) if n % 3 < 2]
    pairs = right + [(n, n + 3) for n in range(6)]
    edges = pd.DataFrame({"a": [nodes["id"][a] for a, _ in pairs], "b": [nodes["id"][b] for _, b in pairs]})
    return build_problem(nodes, edges.assign(front_m=10.0), terms)


@pytest.mark.parametrize(
    ("terms", "columns", "blocks", "fault"),
    [
        (Terms(), {}, [[0, 1], []], "is empty"),
        (Terms(), {}, [[0, 1], [1, 2]], "stands twice"),
        (Terms(), {}, [[0, 9]], "no parcel 9"),
        (Terms(), {}, [[0, 2]], "not connected"),
        (Terms(min_block_mu=2), {}, [[0, 1], [5]], "too small"),
        (Terms(max_block_mu=2), {}, [[0, 1, 2]], "too large"),
        (Terms(max_blocks=1), {}, [[0], [1]], "too many blocks"),
        (Terms(budget=2), {}, [[0, 1, 2]], "over budget"),
        (Terms(budget=0), {}, [[0]], "over budget"),
        (Terms(target_mu=3), {}, [[0, 1]], "target missed"),
        (Terms(resources={"floor": 2}), {"floor": 1.5}, [[0, 1]], "too much floor"),
        (Terms(), {"lock": ["in", *[""] * 8]}, [[1]], "lock of a"),
        (Terms(), {"lock": ["out", *[""] * 8]}, [[0]], "lock of a"),
        (Terms(), {"together": ["x", "", "x", *[""] * 6]}, [[0, 1]], "group"),
        (Terms(), {"protected": [True, *[False] * 8]}, [[0, 1]], "protected"),
        (Terms(protected_share_max=0.4), {"protected": [True, *[False] * 8]}, [[0, 1]], "protected"),
        (Terms(holes=False), {}, [[3, 4, 5]], "hole"),
    ],
)
def test_each_fault_is_found_and_nothing_else(
    terms: Terms, columns: dict[str, Any], blocks: list[list[int]], fault: str
) -> None:
    problem = given(square(terms, **columns))
    found = faults(problem, blocks)
    assert len(found) == 1
    assert fault in found[0]
    assert faults(given(square(Terms())), blocks) == (found if fault in ("is empty", "stands twice", "no parcel 9", "not connected") else [])  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "blocks"),
    [
        (Terms(budget=2 * (1 - 5e-10)), [[0, 1]]),
        (Terms(min_block_mu=2 * (1 + 5e-10)), [[0, 1]]),
        (Terms(holes=False), [[0, 1, 2, 3, 4, 5, 6, 7, 8]]),
        (Terms(holes=False), [[4]]),
        (Terms(holes=False), [[0, 1, 2, 5, 8, 7, 6, 3]]),
        (Terms(max_blocks=0), []),
        (Terms(max_block_mu=1), [[0], [1]]),
        (Terms(protected_share_max=0.5), [[0, 1]]),
    ],
)
def test_what_is_allowed(terms: Terms, blocks: list[list[int]]) -> None:
    assert faults(given(square(terms, protected=[True, *[False] * 8] if terms.protected_share_max else False)), blocks) == []  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "value"),
    [
        (Terms(), 3),
        (Terms(objective=Objective.AREA), 6),
        (Terms(objective=Objective.NET), -9),
        (Terms(objective=Objective.COST, target_mu=1), 12),
        (Terms(front_price=0.1), 3 - 5),
        (Terms(objective=Objective.COST, target_mu=1, front_price=0.1), 12 + 5),
    ],
)
def test_the_objective_by_hand(terms: Terms, value: float) -> None:
    """Of a, b and e five fronts of 10 m lie open: b-c, d-e, e-f, a-d, e-h."""
    problem = given(square(terms, cost=4.0, area_mu=2.0))
    assert objective(problem, [[0, 1], [4]]) == pytest.approx(value)


def partitions(members: list[int]) -> Any:
    """Yield every way to cut a list into parts."""
    if not members:
        yield []
        return
    first, rest = members[0], members[1:]
    for size in range(len(rest) + 1):
        for others in itertools.combinations(rest, size):
            left = [node for node in rest if node not in others]
            for parts in partitions(left):
                yield [[first, *others], *parts]


@pytest.mark.parametrize("seed", range(60))
def test_brute_force_agrees_with_the_checker_on_every_plan_there_is(seed: int) -> None:
    problem = random_problem(seed, largest=5)
    plain = given(problem)
    sign = -1 if problem.terms.objective is Objective.COST else 1
    best: float | None = None
    for size in range(len(problem) + 1):
        for members in itertools.combinations(range(len(problem)), size):
            for blocks in partitions(list(members)):
                if not faults(plain, blocks):
                    value = objective(plain, blocks)
                    best = value if best is None or sign * value > sign * best else best
    found = brute(problem).objective
    assert (found is None) == (best is None)
    if best is not None:
        assert found == pytest.approx(best, abs=1e-12)


def test_all_kinds_and_both_answers_occur() -> None:
    problems = [random_problem(seed) for seed in range(400)]
    answers = [brute(problem) for problem in problems]
    assert 0.1 < np.mean([answer.objective is None for answer in answers]) < 0.6
    assert sum(bool(answer.taken) for answer in answers) > 100
    assert {problem.terms.objective for problem in problems} == set(Objective)
    for kind in KINDS:
        assert any(brute(random_problem(seed, [kind])).taken for seed in range(20)), kind


def test_a_problem_can_be_pasted() -> None:
    problem = random_problem(3, KINDS)
    again = eval(as_python(problem), {"np": np, "Problem": Problem, "Terms": Terms, "Objective": Objective})
    for field in dataclasses.fields(Problem):
        if field.name != "use":
            assert np.array_equal(getattr(problem, field.name), getattr(again, field.name)), field.name


def test_a_plan_file_is_checked_against_its_folder(tmp_path: Path) -> None:
    nodes = pd.DataFrame({"id": ["01", "02"], "benefit": [1.0, 2.0], "cost": [1.0, 1.0], "area_mu": [1.0, 1.0]})
    write_instance(tmp_path / "x", nodes, pd.DataFrame({"a": ["01"], "b": ["02"]}), Terms(budget=1))
    plan = tmp_path / "plan.json"

    def found(**changes: Any) -> list[str]:
        content = {
            "status": "optimal",
            "objective": 2.0,
            "bound": 2.0,
            "gap": 0.0,
            "blocks": [["02"]],
            "alternatives": [],
        }
        plan.write_text(json.dumps(content | changes))
        return file_faults(tmp_path / "x", plan)

    assert found() == []
    assert found(blocks=[["01", "02"]], objective=3.0, bound=3.0) == ["over budget"]
    assert "objective is 2.0" in found(objective=2.5, bound=2.5)[0]
    assert found(blocks=[["2"]]) == ["no parcel '2'"]
    assert found(bound=1.0, gap=0.5) == ["the plan is better than its bound"]
    assert found(gap=0.1)[0].startswith("the gap")
    assert found(alternatives=[{"objective": 1.0, "blocks": [["02"]]}])[0].startswith("objective is 2.0")
