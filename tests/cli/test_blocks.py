"""``mujun blocks`` from the outside: files, exit codes, stops. The search itself is tested in tests/renewal/blocks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mujun.cli.main import main
from mujun.files.instances import write_instance
from mujun.renewal.blocks.plan import Alternative, Plan, Status
from mujun.renewal.blocks.problem import Problem, Terms
from tests.cli.block_stand_in import Course
from tests.renewal.blocks.checker import file_faults
from tests.tracked import ROOT

NODES = "id,benefit,cost,area_mu,lock,road\n007,1.5,2,3,,x\n08,1,2,4,,x\nNA,-1,1,5,,x\n"
TREE = """33D32945 STP File, STP Format Version 1.0
SECTION Graph
Nodes 3
Edges 2
E 1 2 1.5
E 2 3 4
END
SECTION Terminals
Terminals 3
TP 1 10
TP 2 1
TP 3 2
END
EOF
"""


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "实例"
    folder.mkdir()
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    (folder / "edges.csv").write_text("a,b\n007,08\n08,NA\n", encoding="utf-8")
    (folder / "problem.yaml").write_text("budget: 10\n", encoding="utf-8")
    return folder


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Have the solver give this plan after telling these steps; returns what it was asked."""

    def prepare(plan: Plan, *steps: Course) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def solve(problem: Problem, **wishes: Any) -> Plan:
            asked.append({"problem": problem, **wishes})
            for step in steps:
                if not wishes["should_stop"]():
                    wishes["on_progress"](step)
            return plan

        monkeypatch.setattr("mujun.renewal.blocks.solve", solve, raising=False)
        return asked

    return prepare


def test_the_plan_as_a_file(instance: Path, tmp_path: Path, answering: Any, capsys: Any) -> None:
    other = Alternative(1.5, ((0,),))
    asked = answering(Plan(Status.FEASIBLE, 2.5, 3.0, ((0, 1),), seed=7, alternatives=(other,)))
    out = tmp_path / "new" / "plan.json"
    options = ["--time-limit", "5", "--gap", "0.01", "--alternatives", "1", "--seed", "7", "--json"]
    assert main(["blocks", str(instance), "--out", str(out), *options]) == 0
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert json.loads(capsys.readouterr().out) == plan
    seconds = plan.pop("seconds")
    assert seconds > 0
    assert plan == {
        "status": "feasible",
        "objective": 2.5,
        "bound": 3.0,
        "gap": pytest.approx(0.2),
        "seed": 7,
        "blocks": [["007", "08"]],
        "alternatives": [{"objective": 1.5, "blocks": [["007"]]}],
        "notes": ["nodes.csv 的“road”列未采用。"],
    }
    assert (asked[0]["gap"], asked[0]["seed"], asked[0]["alternatives"]) == (0.01, 7, 1)
    assert asked[0]["time_limit_s"] == pytest.approx(5 - seconds, abs=seconds + 0.1)
    assert [path.name for path in out.parent.iterdir()] == ["plan.json"]


def test_what_a_person_sees(instance: Path, tmp_path: Path, answering: Any, capsys: Any) -> None:
    answering(Plan(Status.OPTIMAL, 2.5, 2.5, ((0, 1),)))
    assert main(["blocks", str(instance), "--out", str(tmp_path / "plan.json")]) == 0
    captured = capsys.readouterr()
    assert "效益 2.500000，已证明的界 2.500000，差距 0.0000%" in captured.out
    assert "7.00" in captured.out
    assert "road" in captured.err


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan(Status.OPTIMAL, 0.0, 0.0, ()), 0),
        (Plan(Status.FEASIBLE, 0.0, 5.0, ()), 0),
        (Plan(Status.STOPPED, 2.5, 5.0, ((0, 1),)), 0),
        (Plan(Status.INFEASIBLE, None, None, (), clash=("宗地“007”必须纳入。", "预算为 1。")), 3),
        (Plan(Status.NO_PLAN, None, 7.0, ()), 4),
        (Plan(Status.STOPPED, None, float("inf"), ()), 4),
    ],
)
def test_exit_codes(instance: Path, tmp_path: Path, answering: Any, plan: Plan, code: int, capsys: Any) -> None:
    answering(plan)
    out = tmp_path / "plan.json"
    assert main(["blocks", str(instance), "--out", str(out)]) == code
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["status"] == plan.status.value
    assert written["objective"] == plan.objective
    assert written.get("clash", []) == list(plan.clash)
    assert all(sentence in capsys.readouterr().out for sentence in plan.clash[:1])


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lambda folder: (folder / "nodes.csv").write_text("id\n1\n"), []),
        (lambda folder: (folder / "edges.csv").unlink(), []),
        (lambda folder: (folder / "problem.yaml").write_text("budgte: 1\n"), []),
        (lambda folder: None, ["--time-limit", "nan"]),
        (lambda folder: None, ["--gap", "-1"]),
        (lambda folder: None, ["--alternatives", "-1"]),
    ],
)
def test_a_broken_call_leaves_nothing(
    instance: Path, tmp_path: Path, answering: Any, change: Any, options: list[str], capsys: Any
) -> None:
    answering(Plan(Status.OPTIMAL, 2.5, 2.5, ((0, 1),)))
    change(instance)
    out = tmp_path / "plan.json"
    assert main(["blocks", str(instance), "--out", str(out), "--json", *options]) == 2
    assert json.loads(capsys.readouterr().out)["error"]
    assert not out.exists()


@pytest.mark.parametrize("name", ["none", "nodes.csv", "plan.txt"])
def test_what_is_no_instance(instance: Path, tmp_path: Path, name: str, capsys: Any) -> None:
    (tmp_path / "plan.txt").write_text("x")
    where = instance / name if name == "nodes.csv" else tmp_path / name
    assert main(["blocks", str(where), "--out", str(tmp_path / "plan.json")]) == 2
    assert "实例文件夹" in capsys.readouterr().err


def test_each_better_plan_is_kept_and_marked_until_the_end(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "plan.json"
    seen: list[dict[str, Any]] = []

    def solve(problem: Problem, **wishes: Any) -> Plan:
        for objective, blocks in ((1.5, ((0,),)), (2.5, ((0, 1),))):
            wishes["on_progress"](Course(0.1, objective, 3.0, None, blocks))
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if out.exists() and (plan := json.loads(out.read_text()))["objective"] == objective:
                    seen.append(plan)
                    break
                time.sleep(0.01)
        return Plan(Status.OPTIMAL, 2.5, 2.5, ((0, 1),))

    monkeypatch.setattr("mujun.renewal.blocks.solve", solve, raising=False)
    assert main(["blocks", str(instance), "--out", str(out)]) == 0
    assert [(plan["status"], plan["unfinished"], plan["blocks"]) for plan in seen] == [
        ("stopped", True, [["007"]]),
        ("stopped", True, [["007", "08"]]),
    ]
    final = json.loads(out.read_text())
    assert (final["status"], "unfinished" in final) == ("optimal", False)


def test_a_steiner_tree_is_answered_in_its_own_terms(tmp_path: Path, answering: Any) -> None:
    """Taking 1 and 2: the edge costs 1.5, the prize of 3 is left out; the best is 13 - 9.5 = 3.5."""
    path, out = tmp_path / "tree.stp", tmp_path / "plan.json"
    path.write_text(TREE)
    asked = answering(Plan(Status.FEASIBLE, 9.5, 10.0, ((0, 3, 1),), alternatives=(Alternative(10.0, ((0,),)),)))
    assert main(["blocks", str(path), "--out", str(out), "--gap", "0.001"]) == 0
    plan = json.loads(out.read_text())
    assert (plan["objective"], plan["bound"], plan["blocks"]) == (3.5, 3.0, [["1", "2"]])
    assert plan["gap"] == pytest.approx(1 / 7)
    assert plan["alternatives"] == [{"objective": 3.0, "blocks": [["1"]]}]
    assert asked[0]["gap"] == 0


def test_the_gap_asked_for_is_that_of_the_tree(tmp_path: Path, answering: Any) -> None:
    path, out = tmp_path / "tree.stp", tmp_path / "plan.json"
    path.write_text(TREE)
    steps = (Course(0.1, 9.5, 9.7, None, ((0, 3, 1),)), Course(0.2, 9.5, 9.6, None, ((0, 3, 1),)))
    answering(Plan(Status.STOPPED, 9.5, 9.6, ((0, 3, 1),)), *steps)
    assert main(["blocks", str(path), "--out", str(out), "--gap", "0.03"]) == 0
    assert json.loads(out.read_text())["status"] == "optimal"
    answering(Plan(Status.STOPPED, 9.5, 9.6, ((0, 3, 1),)), *steps)
    assert main(["blocks", str(path), "--out", str(out), "--gap", "0.02"]) == 0
    assert json.loads(out.read_text())["status"] == "stopped"


def _start(instance: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start the command with the stand-in and return once its first plan stands in the file."""
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.cli.block_stand_in", str(instance), "--out", str(out), "--seed", "3"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not out.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert out.exists(), process.communicate()
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand_the_best_plan_is_written(instance: Path, tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "plan.json"
    process = _start(instance, out)
    process.send_signal(number)
    assert process.wait(60) == 0, process.communicate()
    plan = json.loads(out.read_text())
    assert (plan["status"], plan["objective"], plan["blocks"], plan["seed"]) == ("stopped", 2.0, [["007", "08"]], 3)
    assert "unfinished" not in plan


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed_the_last_plan_is_kept_and_marked(instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    process = _start(instance, out)
    process.kill()
    process.wait(60)
    plan = json.loads(out.read_text())
    assert (plan["status"], plan["unfinished"], plan["objective"], plan["bound"]) == ("stopped", True, 2.0, 3.0)
    assert plan["blocks"] == [["007", "08"]]


def test_a_real_answer(instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    assert main(["blocks", str(instance), "--out", str(out), "--alternatives", "2"]) == 0
    plan = json.loads(out.read_text())
    assert (plan["status"], plan["objective"]) == ("optimal", 2.5)
    assert plan["gap"] <= 1e-9
    assert sorted(name for block in plan["blocks"] for name in block) == ["007", "08"]
    assert file_faults(instance, out) == []


def test_wishes_that_clash(instance: Path, tmp_path: Path, capsys: Any) -> None:
    (instance / "nodes.csv").write_text(NODES.replace("3,,x", "3,in,x").replace("5,,x", "5,in,x"), encoding="utf-8")
    (instance / "problem.yaml").write_text("budget: 4\nmax_blocks: 1\n", encoding="utf-8")
    assert main(["blocks", str(instance), "--out", str(tmp_path / "plan.json")]) == 3
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert (plan["status"], plan["objective"], plan["blocks"]) == ("infeasible", None, [])
    assert plan["clash"]
    assert plan["clash"][0] in capsys.readouterr().out


def test_a_real_steiner_tree(tmp_path: Path) -> None:
    path, out = tmp_path / "tree.stp", tmp_path / "plan.json"
    path.write_text(TREE)
    assert main(["blocks", str(path), "--out", str(out)]) == 0
    plan = json.loads(out.read_text())
    assert (plan["status"], plan["objective"]) == ("optimal", 3.0)
    assert plan["bound"] == pytest.approx(3.0, rel=1e-9)


def test_no_parcels_at_all(instance: Path, tmp_path: Path) -> None:
    (instance / "nodes.csv").write_text("id,benefit,cost,area_mu,lock\n")
    (instance / "edges.csv").write_text("a,b\n")
    assert main(["blocks", str(instance), "--out", str(tmp_path / "plan.json")]) == 0
    assert json.loads((tmp_path / "plan.json").read_text())["blocks"] == []


@pytest.mark.slow
def test_the_real_search_stops_in_order(tmp_path: Path) -> None:
    random, side = np.random.default_rng(5), 120
    place = np.arange(side * side).reshape(side, side)
    pairs = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
    ends = np.vstack([np.column_stack([first.ravel(), second.ravel()]) for first, second in pairs]).astype(str)
    area = random.lognormal(0, 1, side * side)
    ids = place.ravel().astype(str)
    nodes = pd.DataFrame({"id": ids, "benefit": area * random.normal(0, 1, side * side), "cost": area, "area_mu": area})
    folder, out = tmp_path / "grid", tmp_path / "plan.json"
    terms = Terms(budget=0.05 * float(area.sum()), max_blocks=5)
    write_instance(folder, nodes, pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1]}), terms)
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "mujun.cli.main", "blocks", str(folder), "--out", str(out), "--time-limit", "900"]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 600
    while not out.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    process.terminate()
    assert process.wait(300) == 0, process.communicate()
    assert json.loads(out.read_text())["status"] in ("stopped", "optimal")
    assert file_faults(folder, out) == []
