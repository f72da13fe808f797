"""Runs on disk: whole or not there, replayed to the same bytes, honest about every change."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mujun.base.errors import MujunError, UnreadableInput
from mujun.evaluation import evaluate
from mujun.files.grades import points
from mujun.files.replaying import replay
from mujun.files.run_folder import read_run
from mujun.files.runs import load_run, write_run
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, Source, conform, origin_code
from mujun.rulebook.load import load_rules


def register() -> Register:
    size = 30
    ids = [f"F{n:02d}" for n in range(size)]
    frames = {
        "firms": pd.DataFrame({"firm_id": ids, "name": ids, "above_scale": [n % 3 == 0 for n in range(size)]}),
        "occupancy": pd.DataFrame(
            {"firm_id": ids, "parcel_id": ids, "kind": "own", "area_m2": np.arange(size) * 500.5, "from": pd.Timestamp("2010-01-01")}
        ),
        "measures": pd.DataFrame(
            {"firm_id": ids, "year": 2022, "tax_wan": np.arange(size) * 7.01, "electricity_kwh": 12345.6, "employees": 10.0,
             "value_added_wan": np.arange(size) * 31.7, "revenue_wan": 1000.0}
        ),
        "marks": pd.DataFrame({"firm_id": ids[:3], "year": 2022, "code": ["veto_safety", "new_firm", "bonus_safety"], "points": 2.0}),
    }  # fmt: skip
    built = Register()
    for name, frame in frames.items():
        columns = {column: ("ABCDEFGHIJ"[place], column) for place, column in enumerate(frame.columns)}
        built.sources.append(Source(f"{name}.xlsx", "一", columns))
        codes = origin_code(len(built.sources) - 1, np.arange(2, len(frame) + 2))
        built.tables[name] = RegisterTable(conform(frame, TABLES[name]), dict.fromkeys(frame.columns, codes))
    return built


@pytest.fixture
def run(tmp_path) -> Path:
    write_run(evaluate(register(), load_rules("HY2022"), 2022), tmp_path / "run", ["F03"])
    return tmp_path / "run"


def test_a_run_replays_to_the_same_bytes(run, tmp_path):
    outcome = replay(run, tmp_path / "again")
    assert outcome.same, outcome.reasons
    for file in run.rglob("*"):
        if file.is_file():
            assert (tmp_path / "again" / file.relative_to(run)).read_bytes() == file.read_bytes(), file


def test_another_process_with_another_hash_seed_writes_the_same_bytes(run):
    program = "import sys; from pathlib import Path; from mujun.files.replaying import replay; sys.exit(not replay(Path(sys.argv[1])).same)"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        assert subprocess.run([sys.executable, "-c", program, str(run)], env=environment, check=False).returncode == 0


def test_what_was_frozen_is_what_was_there(run):
    again = load_run(run)
    fresh = evaluate(register(), load_rules("HY2022"), 2022)
    pd.testing.assert_frame_equal(again.grades, fresh.grades)
    assert again.register.cell("measures", 3, "tax_wan") == fresh.register.cell("measures", 3, "tax_wan")
    assert again.register.cell("measures", 3, "tax_wan").address == "measures.xlsx / 一 / C5"


@pytest.mark.parametrize(
    "name",
    [
        "grades.csv",
        "accounts.parquet",
        "rules.yaml",
        "account/F03.json",
        "snapshot/measures.parquet",
        "snapshot/sources.json",
    ],
)
def test_any_change_is_found(run, name):
    file = run / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    outcome = replay(run)
    assert not outcome.same
    assert name in outcome.differ


def test_a_file_that_is_missing_or_too_many_is_found(run):
    (run / "extra.txt").write_text("x")
    (run / "grades.csv").unlink()
    assert set(replay(run).differ) == {"grades.csv", "extra.txt"}


def test_a_result_forged_together_with_its_digest_is_found(run):
    grades = run / "grades.csv"
    grades.write_bytes(grades.read_bytes().replace(b",A,", b",B,", 1))
    assert b",B," in grades.read_bytes()
    description = json.loads((run / "run.json").read_text())
    description["files"]["grades.csv"] = hashlib.sha256(grades.read_bytes()).hexdigest()
    (run / "run.json").write_text(json.dumps(description))
    assert replay(run).differ == ("grades.csv",)


def test_a_run_of_another_release_still_replays(run):
    description = json.loads((run / "run.json").read_text())
    description["mujun"] = "0.0.1"
    (run / "run.json").write_text(json.dumps(description))
    assert replay(run).same


def test_a_table_written_by_another_parquet_release_is_compared_by_value(run, monkeypatch):
    file = run / "accounts.parquet"
    table = pq.read_table(file)
    pq.write_table(table, file, compression="gzip")
    description = json.loads((run / "run.json").read_text())
    description["files"]["accounts.parquet"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (run / "run.json").write_text(json.dumps(description))
    assert replay(run).differ == ("accounts.parquet",)
    content = file.read_bytes()
    created = pq.ParquetFile(file).metadata.created_by.encode()
    file.write_bytes(content.replace(created, created[:-1] + b"9"))
    description["files"]["accounts.parquet"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (run / "run.json").write_text(json.dumps(description))
    assert replay(run).same


def test_nothing_foreign_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(MujunError, match="不会覆盖"):
        write_run(evaluate(register(), load_rules("HY2022"), 2022), tmp_path / "mine")
    assert [file.name for file in tmp_path.rglob("*")] == ["mine", "letter.txt"]


def test_a_run_may_be_written_again_and_unknown_firms_are_refused(run):
    before = (run / "run.json").read_bytes()
    with pytest.raises(MujunError, match="没有企业 NOBODY"):
        write_run(evaluate(register(), load_rules("HY2022"), 2022), run, ["NOBODY"])
    assert (run / "run.json").read_bytes() == before
    write_run(evaluate(register(), load_rules("HY2022"), 2022), run, "all")
    assert len(list((run / "account").iterdir())) == 30
    assert replay(run).same


def test_no_run_folder_is_a_sentence(tmp_path):
    with pytest.raises(UnreadableInput, match="不是一次评价"):
        read_run(tmp_path)


def test_grades_csv_is_plain(run):
    text = (run / "grades.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert list(rows[0])[:4] == ["firm_id", "year", "group", "area_mu"]
    assert list(rows[0])[-7:] == ["bonus", "penalty", "total", "rank", "grade", "reason", "next_grade_gap"]
    assert not any("e-" in value or value == "nan" for row in rows for value in row.values())
    assert rows[0]["reason"] == "no_area"
    assert rows[0]["total"] == rows[0]["rank"] == rows[0]["grade"] == ""


@pytest.mark.parametrize(
    ("value", "four", "two"),
    [
        (1116076, "111.6076", "111.61"),
        (-150, "-0.0150", "-0.01"),
        (50, "0.0050", "0.01"),
        (-1_000_049, "-100.0049", "-100.00"),
    ],
)
def test_points_are_printed_half_up(value, four, two):
    assert (points(value), points(value, 2)) == (four, two)
