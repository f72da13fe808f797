"""Replaying a run folder, whatever was computed: again from its frozen inputs, compared file by file."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mujun.base.errors import UnreadableInput
from mujun.files import findings, runs
from mujun.files.run_folder import digest_of, read_run, refuse_foreign, relative, write_json

Description = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found: ``same`` if every byte agrees, else the files that ``differ`` and why."""

    same: bool
    differ: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One kind of run: the files that are its ``inputs``, the ``parts`` of run.json that are results, how to write again."""

    inputs: tuple[str, ...]
    parts: tuple[str, ...]
    write_again: Callable[[Path, Description, Path], Description]

    def is_input(self, name: str) -> bool:
        """Whether a file of the folder is an input."""
        return name.startswith("snapshot/") or name in self.inputs


KINDS = {
    "evaluation": Kind(("rules.yaml",), ("year", "rules", "counts", "baselines"), runs.write_again),
    "findings": Kind(
        ("rules.yaml", findings.GRADES), ("year", "rules", "parcels", "found", "counts", "undecided", "notes"),
        findings.write_again,
    ),
}  # fmt: skip
"""By the ``kind`` of run.json; a run that names none is an evaluation."""


def replay(run: Path, out: Path | None = None) -> Replay:
    """Recompute a run from its snapshot and compare every file with what was written then.

    The recomputed files go to ``out`` where it is given. Tables in Parquet written by another release of the
    Parquet library are compared value by value. Raises UnreadableInput where ``run`` is no run folder.
    """
    description = read_run(run)
    kind = KINDS.get(description.get("kind", "evaluation"))
    if kind is None:
        raise UnreadableInput(f"“{run}”是这个版本不认识的一种结果。", next_step="请用写出它的版本或更新的版本。")
    differ: dict[str, str] = {}
    for name, digest in description["files"].items():
        file = run / name
        if not file.is_file():
            differ[name] = "文件不见了"
        elif digest_of(file) != digest:
            differ[name] = "文件写出之后被改动"
    extra = {relative(file, run) for file in run.rglob("*") if file.is_file()} - {*description["files"], "run.json"}
    differ |= dict.fromkeys(sorted(extra), "文件不属于这次计算")
    if not any(kind.is_input(name) for name in differ):
        differ |= _recompute(kind, run, description, out, set(differ))
    return Replay(not differ, tuple(differ), tuple(f"{name}：{reason}" for name, reason in differ.items()))


def _recompute(kind: Kind, run: Path, description: Description, out: Path | None, known: set[str]) -> dict[str, str]:
    target = out or run.with_name(f".{run.name}.{os.getpid()}.replay")
    refuse_foreign(target)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    differ: dict[str, str] = {}
    try:
        for name in filter(kind.is_input, description["files"]):
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(run / name, target / name)
        fresh = kind.write_again(run, description, target)
        for name, digest in description["files"].items():
            if name in known or fresh["files"].get(name) == digest:
                continue
            if not (name.endswith(".parquet") and _same_values(run / name, target / name)):
                differ[name] = "重算结果与当时不同"
        for part in kind.parts:
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
