"""``mujun blocks`` on instances with several periods: files, exit codes, and the independent checker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mujun.cli.main import main
from mujun.files.instances import write_instance
from mujun.renewal.blocks.problem import Terms
from tests.renewal.blocks.checker import file_faults
from tests.tracked import ROOT

NODES = "id,benefit,cost,area_mu,lock,五金\n007,3,6,3,,100\n08,2,6,4,,100\nNA,1,6,5,,0\n"
CAPACITY = "period,sector,floor_area_m2\n1,五金,100\n2,五金,100\n"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "实例"
    folder.mkdir()
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    (folder / "edges.csv").write_text("a,b\n007,08\n08,NA\n", encoding="utf-8")
    (folder / "problem.yaml").write_text("budget_by_period: [6, 12]\nmax_blocks: 1\n", encoding="utf-8")
    (folder / "capacity.csv").write_text(CAPACITY, encoding="utf-8")
    return folder


def plan_of(folder: Path, *options: str, code: int = 0) -> dict[str, Any]:
    out = folder.parent / "plan.json"
    assert main(["blocks", str(folder), "--out", str(out), *options]) == code
    assert file_faults(folder, out) == []
    plan: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return plan


def test_the_plan_says_what_is_taken_when(instance: Path, capsys: Any) -> None:
    plan = plan_of(instance)
    assert list(plan) == ["status", "objective", "bound", "gap", "seconds", "seed", "blocks", "alternatives", "periods"]
    assert (plan["status"], plan["objective"], plan["bound"], plan["gap"]) == ("optimal", 6, 6, 0)
    assert sorted(plan["blocks"][0]) == ["007", "08", "NA"]
    first, second = plan["periods"]
    assert (len(first), len(second)) == (1, 2)
    assert sum("007" in period or "08" in period for period in (first, second)) == 2 or "NA" in first
    assert "期" in capsys.readouterr().out


def test_what_is_displaced_needs_a_roof_in_its_period(instance: Path) -> None:
    """Roofs for one only, and late: 08 alone could join NA, but 007 gains more than both and ends up alone."""
    (instance / "capacity.csv").write_text("period,sector,floor_area_m2\n2,五金,100\n", encoding="utf-8")
    plan = plan_of(instance)
    assert (plan["objective"], plan["status"]) == (3, "optimal")
    assert plan["periods"][0] in ([], ["NA"])


def test_all_the_money_together_binds_as_well(instance: Path) -> None:
    (instance / "problem.yaml").write_text("budget: 12\nbudget_by_period: [6, 12]\n", encoding="utf-8")
    assert plan_of(instance)["objective"] == 5


def test_one_period_with_all_the_money_is_the_ordinary_answer(instance: Path) -> None:
    (instance / "capacity.csv").unlink()
    (instance / "problem.yaml").write_text("budget: 12\nmax_blocks: 1\n", encoding="utf-8")
    ordinary = plan_of(instance)
    (instance / "problem.yaml").write_text("budget_by_period: [12]\nmax_blocks: 1\n", encoding="utf-8")
    one = plan_of(instance)
    assert [one[key] for key in ("status", "objective", "blocks")] == [
        ordinary[key] for key in ("status", "objective", "blocks")
    ]
    assert one["periods"] == [sorted(name for block in ordinary["blocks"] for name in block)]


@pytest.mark.parametrize("objective", ["area", "net", "cost"])
def test_every_objective(instance: Path, objective: str) -> None:
    text = f"budget_by_period: [6, 12]\nobjective: {objective}\ntarget_mu: 4\n"
    (instance / "problem.yaml").write_text(text, encoding="utf-8")
    plan = plan_of(instance)
    # Net: each parcel costs more than it gains; the least loss that frees 4 mu is 08 alone.
    assert plan["objective"] == pytest.approx({"area": 12, "net": -4, "cost": 6}[objective])
    assert plan["status"] == "optimal"


def test_wishes_that_clash(instance: Path, capsys: Any) -> None:
    (instance / "nodes.csv").write_text(NODES.replace("3,,100", "3,in,100").replace("4,,100", "4,in,100"))
    (instance / "problem.yaml").write_text("budget_by_period: [6, 5]\n", encoding="utf-8")
    plan = plan_of(instance, code=3)
    assert (plan["status"], plan["blocks"], plan["periods"]) == ("infeasible", [], [[], []])
    assert plan["clash"][0] in capsys.readouterr().out


def test_fewer_alternatives_than_asked_for_are_told(instance: Path) -> None:
    plan = plan_of(instance, "--alternatives", "5")
    assert len(plan["alternatives"]) < 5
    assert any("另给的方案只有" in note for note in plan["notes"])


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("capacity.csv", "period,sector\n1,五金\n", "floor_area_m2"),
        ("capacity.csv", "period,sector,floor_area_m2\n3,五金,1\n", "第2行“period”列“3”不是期数"),
        ("capacity.csv", "period,sector,floor_area_m2\n1,五金,-1\n", "是负数“-1”"),
        ("capacity.csv", "period,sector,floor_area_m2\n1,塑料,1\n", "行业“塑料”在 nodes.csv 里没有建筑面积"),
        ("nodes.csv", NODES.replace("4,,100", "4,,x"), "“五金”列“x”不是有限的数"),
        ("problem.yaml", "budget_by_period: []\n", "budget_by_period"),
    ],
)
def test_a_broken_instance_is_told_in_a_sentence(instance: Path, file: str, text: str, words: str, capsys: Any) -> None:
    (instance / file).write_text(text, encoding="utf-8")
    out = instance.parent / "plan.json"
    assert main(["blocks", str(instance), "--out", str(out)]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_the_checker_sees_every_fault(instance: Path) -> None:
    out = instance.parent / "plan.json"
    plan_of(instance)
    plan = json.loads(out.read_text(encoding="utf-8"))

    def told(**changes: Any) -> str:
        out.write_text(json.dumps({**plan, **changes}), encoding="utf-8")
        return "; ".join(file_faults(instance, out))

    assert "over budget" in told(periods=[["007", "08"], ["NA"]])
    assert "no roof" in told(periods=[["007", "08"], ["NA"]])
    assert "in pieces" in told(periods=[["007", "NA"], ["08"]])
    assert "same parcels" in told(periods=[["007"], ["08"]])
    assert "twice" in told(periods=[["007"], ["007", "08", "NA"]])
    assert "periods" in told(periods=[["007", "08", "NA"]])
    del plan["periods"]
    assert "periods" in told()


def _grid(folder: Path, side: int, periods: int) -> None:
    random = np.random.default_rng(5)
    place = np.arange(side * side).reshape(side, side)
    pairs = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
    ends = np.vstack([np.column_stack([first.ravel(), second.ravel()]) for first, second in pairs]).astype(str)
    area = random.lognormal(0, 0.5, side * side)
    floor = {name: np.round(area * random.uniform(0, 300, side * side), 1) for name in ("五金", "塑料")}
    nodes = pd.DataFrame(
        {"id": place.ravel().astype(str), "benefit": area * random.normal(0.2, 1, side * side), "cost": area,
         "area_mu": area, **{f"floor_{name}_m2": values for name, values in floor.items()}}
    )  # fmt: skip
    rows = [
        (period, name, 0.08 * float(values.sum())) for period in range(1, periods + 1) for name, values in floor.items()
    ]
    write_instance(
        folder, nodes, pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1]}), Terms(max_blocks=4, min_block_mu=3.0),
        budget_by_period=[0.08 * float(area.sum())] * periods,
        capacity=pd.DataFrame(rows, columns=["period", "sector", "floor_area_m2"]),
    )  # fmt: skip


def test_some_hundreds_of_parcels_have_a_plan_and_a_bound(tmp_path: Path) -> None:
    _grid(tmp_path / "grid", 14, 3)
    plan = plan_of(tmp_path / "grid", "--time-limit", "60", "--gap", "0.05")
    assert plan["objective"] > 0
    assert plan["bound"] >= plan["objective"]
    assert (plan["status"] == "optimal") == (plan["gap"] <= 0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal here")
def test_killed_the_last_plan_is_kept_and_marked(tmp_path: Path) -> None:
    folder, out = tmp_path / "grid", tmp_path / "plan.json"
    _grid(folder, 40, 3)
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "mujun.cli.main", "blocks", str(folder), "--out", str(out), "--time-limit", "900"]
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not (out.exists() and json.loads(out.read_text())["blocks"]):
        time.sleep(0.1)
    process.kill()
    process.wait(60)
    plan = json.loads(out.read_text())
    assert (plan["status"], plan["unfinished"]) == ("stopped", True)
    assert plan["blocks"]
    assert file_faults(folder, out) == []
