"""Findings on disk: what was found and why, what cannot be decided, and the hashes of all of it; replayed to the same bytes.

findings.csv    parcel, criterion, value, threshold, clause, since
undecided.csv   parcel, criterion, reason
findings.json   every finding with its sentence, distance, stage, fee and the cells behind it
grades.csv      the grades that criteria read, where they read any
snapshot/       the tables of the register that were read, with the cell of every value
rules.yaml      the rule set as it was
run.json        year, rule set, counts, and the SHA-256 of every other file
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from mujun import __version__
from mujun.base.errors import MujunError, UnreadableInput
from mujun.files.grades import plain, safe_text
from mujun.files.run_folder import digests, read_run, write_json, written_whole
from mujun.files.snapshot import read_snapshot, write_snapshot
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform
from mujun.renewal.findings import Findings, find
from mujun.rulebook.findings.load import parse_findings_rules

FORMAT = 1
GRADES = "grades.csv"
TABLES_READ = ("firms", "parcels", "buildings", "occupancy", "measures")
HEADINGS = ("parcel", "criterion", "value", "threshold", "clause", "since")


def write_findings(findings: Findings, out: Path, grades: pd.DataFrame | None = None) -> dict[str, Any]:
    """Write ``findings`` into the folder ``out`` and return the content of its ``run.json``.

    ``grades`` are those the criteria read (kept beside the findings). The folder appears whole or not at all. Raises
    MujunError where ``out`` holds something else.
    """
    with written_whole(out) as draft:
        write_snapshot(_as_read(findings.register), draft / "snapshot", TABLES_READ, shapes=("parcels",))
        (draft / "rules.yaml").write_text(findings.rules.text, encoding="utf-8", newline="")
        if grades is not None:
            _write_csv(draft / GRADES, ("firm_id", "grade"), grades[["firm_id", "grade"]].itertuples(index=False))
        _write_results(findings, draft)
        description = describe(findings, draft)
        write_json(description, draft / "run.json")
    return description


def _as_read(register: Register) -> Register:
    """The register with the shapes that findings measure: those of parcels without a registered area."""
    held = register.tables.get("parcels")
    if held is None or not len(held):
        return register
    unread = held.data["registered_area_m2"].notna().to_numpy()
    shapes = held.data["geometry"].astype(object).mask(unread, None)
    data = conform(held.data.assign(geometry=shapes), TABLES["parcels"])
    return Register({**register.tables, "parcels": RegisterTable(data, held.origin)}, register.sources)


def _write_results(findings: Findings, folder: Path) -> None:
    _write_csv(folder / "findings.csv", HEADINGS, _rows(findings))
    undecided = findings.undecided[["parcel_id", "criterion", "reason"]].itertuples(index=False)
    _write_csv(folder / "undecided.csv", ("parcel", "criterion", "reason"), undecided)
    write_json(_described(findings), folder / "findings.json")


def load_findings(run: Path) -> Findings:
    """Find anew from the frozen inputs, rules and grades of a folder of findings."""
    description = read_run(run)
    try:
        register = read_snapshot(run / "snapshot")
        text = (run / "rules.yaml").read_bytes().decode("utf-8")
        grades = read_grades(run / GRADES) if (run / GRADES).exists() else None
        return find(register, parse_findings_rules(text, "rules.yaml"), int(description["year"]), grades)
    except (OSError, pa.ArrowException, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UnreadableInput(f"“{run}”的快照读不出来。", why=str(error).splitlines()[0]) from None


def write_again(run: Path, description: dict[str, Any], target: Path) -> dict[str, Any]:
    """Write the results of a folder anew into ``target``, where its inputs are; return what ``run.json`` should say."""
    del description  # findings have nothing that was asked for besides
    findings = load_findings(run)
    _write_results(findings, target)
    return describe(findings, target)


def read_grades(place: Path) -> pd.DataFrame:
    """Read firm_id and grade from ``grades.csv``, or from the folder of a run that holds one.

    Raises UnreadableInput where there is no such file or it has other columns.
    """
    file = place / "grades.csv" if place.is_dir() else place
    try:
        table = pd.read_csv(file, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"读不到评价等级“{place}”。",
            why=str(error).splitlines()[0],
            next_step="请给出 mujun evaluate --out 写出的文件夹或其中的 grades.csv。",
        ) from None
    missing = [name for name in ("firm_id", "grade") if name not in table]
    if missing:
        raise UnreadableInput(
            f"“{file}”里没有 {'、'.join(missing)} 列。", next_step="请给出 mujun evaluate 写出的 grades.csv。"
        )
    return table[["firm_id", "grade"]]


def describe(findings: Findings, folder: Path) -> dict[str, Any]:
    """Return what ``run.json`` says: the year, the rules, how many of each, and the hash of every file."""
    return {
        "format": FORMAT,
        "kind": "findings",
        "mujun": __version__,
        "year": findings.year,
        "rules": {"name": findings.rules.name, "title": findings.rules.title, "sha256": findings.rules.digest},
        "parcels": len(findings.figures),
        "found": int(findings.table["parcel_id"].nunique()),
        "counts": _counts(findings, findings.table),
        "undecided": _counts(findings, findings.undecided),
        "notes": list(findings.notes),
        "files": digests(folder),
    }


def _counts(findings: Findings, table: pd.DataFrame) -> dict[str, int]:
    numbers = table["criterion"].value_counts()
    return {criterion.name: int(numbers.get(criterion.name, 0)) for criterion in findings.rules.criteria}


def _rows(findings: Findings) -> Iterable[Sequence[str]]:
    table = findings.table
    numeric = table["value"].notna().tolist()
    values = zip(table["value"].tolist(), table["threshold"].tolist(), strict=True)
    days = table["since"].dt.strftime("%Y-%m-%d")
    texts = zip(table["parcel_id"], table["criterion"], table["value_text"], table["threshold_text"], strict=True)
    for number, (value, limit), (parcel, name, said, said_limit), clause, day in zip(
        numeric, values, texts, table["clause"], days, strict=True
    ):
        shown = (plain(value), plain(limit)) if number else (said, said_limit)
        yield safe_text(str(parcel)), name, *shown, safe_text(clause), day


def _described(findings: Findings) -> dict[str, Any]:
    records = []
    for row, record in enumerate(findings.table.drop(columns="position").to_dict("records")):
        record["since"] = record["since"].date().isoformat()
        clean = {name: None if value != value else value for name, value in record.items()}
        records.append({**clean, "cells": findings.cells(row)})
    return {"year": findings.year, "rules": findings.rules.name, "findings": records, "notes": list(findings.notes)}


def _write_csv(file: Path, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows(rows)


def read_findings(folder: Path) -> list[dict[str, Any]]:
    """Return the findings of a folder that :func:`write_findings` wrote. Raises MujunError where it is no such folder."""
    try:
        content = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
        return list(content["findings"])
    except (OSError, ValueError, KeyError, TypeError):
        raise MujunError(
            f"“{folder}”不是一次低效用地认定的结果文件夹。", next_step="请给出 mujun findings --out 写出的文件夹。"
        ) from None
