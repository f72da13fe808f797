"""A run on disk: frozen inputs, frozen rules, results. Written once; replayed to the same bytes.

grades.csv        what is published, one row per firm
accounts.parquet  every number of every account
account/          account sheets as JSON, for the firms asked for
snapshot/         the tables of the register that were read, with the cell of every value
rules.yaml        the rule set as it was
run.json          year, rule set, counts, and the SHA-256 of every other file
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mujun import __version__
from mujun.base.errors import MujunError, UnreadableInput
from mujun.evaluation import Evaluation, evaluate
from mujun.evaluation.account import account_sheet
from mujun.files.grades import write_grades
from mujun.files.run_folder import digest_of, flush, put_in_place, refuse_foreign, relative, write_json
from mujun.files.snapshot import read_snapshot, write_snapshot
from mujun.rulebook.load import parse_rules

FORMAT = 1
TABLES_READ = ("firms", "parcels", "occupancy", "measures", "taxes", "marks")


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found: ``same`` if every byte agrees, else the files that ``differ`` and why."""

    same: bool
    differ: tuple[str, ...]
    reasons: tuple[str, ...]


def write_run(evaluation: Evaluation, out: Path, accounts: Sequence[str] | str = ()) -> dict[str, Any]:
    """Write ``evaluation`` into the folder ``out`` and return the content of its ``run.json``.

    ``accounts`` are the firms whose account sheets are written as well, or ``"all"``. The folder appears whole or
    not at all. Raises MujunError where ``out`` holds something else, or a firm of ``accounts`` is unknown.
    """
    refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.{os.getpid()}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        write_snapshot(evaluation.register, draft / "snapshot", TABLES_READ)
        (draft / "rules.yaml").write_text(evaluation.rules.text, encoding="utf-8", newline="")
        _write_results(evaluation, draft, _chosen(evaluation, accounts))
        description = _describe(evaluation, draft)
        write_json(description, draft / "run.json")
        flush(draft)
        put_in_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return description


def read_run(run: Path) -> dict[str, Any]:
    """Return the content of ``run.json``; raise UnreadableInput where ``run`` is no run folder."""
    try:
        description = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UnreadableInput(
            f"“{run}”不是一次评价的结果文件夹。", next_step="请给出 mujun evaluate --out 写出的文件夹。"
        ) from None
    if not isinstance(description, dict) or "files" not in description:
        raise UnreadableInput(f"“{run}”里的 run.json 已损坏。", next_step="请从备份恢复这个文件夹。")
    return description


def load_run(run: Path) -> Evaluation:
    """Compute the evaluation of a run folder anew from its frozen inputs and rules."""
    description = read_run(run)
    try:
        register = read_snapshot(run / "snapshot")
        text = (run / "rules.yaml").read_bytes().decode("utf-8")
        return evaluate(register, parse_rules(text, "rules.yaml"), int(description["year"]))
    except (OSError, pa.ArrowException, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UnreadableInput(f"“{run}”的快照读不出来。", why=str(error).splitlines()[0]) from None


def replay(run: Path, out: Path | None = None) -> Replay:
    """Recompute a run from its snapshot and compare every file with what was written then.

    The recomputed files go to ``out`` where it is given. Tables in Parquet written by another release of the
    Parquet library are compared value by value. Raises UnreadableInput where ``run`` is no run folder.
    """
    description = read_run(run)
    differ: dict[str, str] = {}
    for name, digest in description["files"].items():
        file = run / name
        if not file.is_file():
            differ[name] = "文件不见了"
        elif digest_of(file) != digest:
            differ[name] = "文件在评价之后被改动"
    extra = {relative(file, run) for file in run.rglob("*") if file.is_file()} - {*description["files"], "run.json"}
    differ |= dict.fromkeys(sorted(extra), "文件不属于这次评价")
    if not any(name.startswith(("snapshot/", "rules.yaml")) for name in differ):
        differ |= _recompute(run, description, out, set(differ))
    return Replay(not differ, tuple(differ), tuple(f"{name}：{reason}" for name, reason in differ.items()))


def _recompute(run: Path, description: dict[str, Any], out: Path | None, known: set[str]) -> dict[str, str]:
    target = out or run.with_name(f".{run.name}.{os.getpid()}.replay")
    refuse_foreign(target)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    differ: dict[str, str] = {}
    try:
        evaluation = load_run(run)
        shutil.copytree(run / "snapshot", target / "snapshot")
        shutil.copyfile(run / "rules.yaml", target / "rules.yaml")
        firms = [Path(name).stem for name in description["files"] if name.startswith("account/")]
        _write_results(evaluation, target, [firm for firm in firms if firm in evaluation.positions])
        fresh = _describe(evaluation, target)
        for name, digest in description["files"].items():
            if name in known or fresh["files"].get(name) == digest:
                continue
            if not (name.endswith(".parquet") and _same_values(run / name, target / name)):
                differ[name] = "重算结果与当时不同"
        for part in ("year", "rules", "counts", "baselines"):
            if fresh.get(part) != description.get(part):
                differ["run.json"] = f"“{part}”与重算结果不同"
        write_json(fresh, target / "run.json")
    finally:
        if out is None:
            shutil.rmtree(target, ignore_errors=True)
    return differ


def _same_values(before: Path, after: Path) -> bool:
    try:
        written_by = pq.ParquetFile(before).metadata.created_by
        if written_by == pq.ParquetFile(after).metadata.created_by:
            return False
        return bool(pq.read_table(before).equals(pq.read_table(after)))
    except (OSError, pa.ArrowException):
        return False


def _chosen(evaluation: Evaluation, accounts: Sequence[str] | str) -> Iterable[str]:
    if accounts == "all":
        return list(evaluation.positions)
    unknown = [firm for firm in accounts if firm not in evaluation.positions]
    if unknown:
        raise MujunError(f"没有企业 {'、'.join(unknown)}。", next_step="请核对统一社会信用代码。")
    return list(accounts)


def _write_results(evaluation: Evaluation, folder: Path, accounts: Iterable[str]) -> None:
    write_grades(evaluation, folder / "grades.csv")
    table = pa.Table.from_pandas(evaluation.accounts, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, folder / "accounts.parquet", compression="zstd")
    for firm in accounts:
        (folder / "account").mkdir(exist_ok=True)
        write_json(account_sheet(evaluation, firm), folder / "account" / f"{_file_name(firm)}.json")


def _file_name(firm_id: str) -> str:
    if firm_id in ("", ".", "..") or any(character in firm_id for character in '/\\:\0"<>|?*'):
        raise MujunError(f"企业代码“{firm_id}”不能用作文件名。", next_step="请先更正这个代码。")
    return firm_id


def _describe(evaluation: Evaluation, folder: Path) -> dict[str, Any]:
    grades = evaluation.grades
    graded = grades[grades["grade"] != ""]
    counts = (graded["group"] + " " + graded["grade"]).value_counts().sort_index()
    files = sorted(relative(file, folder) for file in folder.rglob("*") if file.is_file())
    return {
        "format": FORMAT,
        "mujun": __version__,
        "year": evaluation.year,
        "rules": {
            "name": evaluation.rules.name,
            "title": evaluation.rules.title,
            "sha256": evaluation.rules.digest,
        },
        "firms": len(grades),
        "counts": {str(key): int(number) for key, number in counts.items()},
        "not_graded": {
            str(k): int(v) for k, v in grades.loc[grades["rank"].isna(), "reason"].value_counts().sort_index().items()
        },
        "baselines": {" ".join(key): repr(reference.value) for key, reference in sorted(evaluation.baselines.items())},
        "files": {name: digest_of(folder / name) for name in files if name != "run.json"},
    }
