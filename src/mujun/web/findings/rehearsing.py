"""Computing a run without publishing it: register as known then → findings → rows, and what differs from before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from mujun import __version__
from mujun.files.findings import write_findings
from mujun.register.tables import Register
from mujun.renewal.findings import Findings, find
from mujun.rulebook.expressions import Expression
from mujun.rulebook.findings.ruleset import FindingsRules
from mujun.web.evaluations.models import Run, RunResult
from mujun.web.findings import actions
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.findings.queries import published_run, referred_folders, rules_of
from mujun.web.frozen import FINDINGS
from mujun.web.people.visible import PROTECTED
from mujun.web.register.queries import load_register

Progress = Callable[[str, int, int], None]
TABLES_READ = ("parcels", "buildings", "firms", "occupancy", "measures")
MOST_LISTED = 5_000
_AMOUNT_FIGURES = {"tax_wan", "tax_per_mu", "invested_share"} | PROTECTED["parcels"]
Key = tuple[str, str]


def rehearse(run: FindingsRun, *, by: Any, progress: Progress) -> FindingsRun:
    """Compute a draft and keep the result; nothing is published. Raises MujunError with a sentence where it cannot."""
    FINDINGS.sweep(referred_folders())
    progress("读取登记数据", 0, 0)
    register = load_register(run.revision, TABLES_READ)
    progress("逐宗对照标准", 0, 0)
    grades = grades_of(run.grades)
    findings = find(register, rules_of(run.rules), run.year, grades)
    progress("冻结数据与结果", 0, 0)
    folder, digests = FINDINGS.freeze(run.pk, lambda place: write_findings(findings, place, grades))
    try:
        previous = published_run(run.year, run.rule_name)
        rows = _rows(findings, run.pk, progress)
        rehearsal = actions.Rehearsal(
            folder=folder,
            digests=digests,
            rows=rows,
            digest=_digest(rows),
            code_version=__version__,
            summary=_summary(findings),
            changes=_changes(previous, rows),
            previous=previous.pk if previous else None,
        )
        progress("写入认定结果", 0, 0)
        return actions.keep_findings(run.pk, rehearsal, by=by)
    except Exception:
        if folder not in referred_folders():
            FINDINGS.remove(folder)
        raise


def grades_of(run: Run | None) -> pd.DataFrame | None:
    """The grades of a published evaluation as the library takes them."""
    if run is None:
        return None
    pairs = RunResult.objects.filter(run=run).values_list("firm_id", "grade")
    return pd.DataFrame(list(pairs), columns=["firm_id", "grade"])


def _rests_on_amounts(rules: FindingsRules) -> set[str]:
    """The criteria whose value, threshold or sentence shows a protected figure."""
    found = set()
    for criterion in rules.criteria:
        shown = {criterion.figure}
        if isinstance(criterion.threshold, Expression):
            shown |= criterion.threshold.names
        if shown & _AMOUNT_FIGURES:
            found.add(criterion.name)
    return found


def _rows(findings: Findings, run: int, progress: Progress) -> list[Finding]:
    amounts = _rests_on_amounts(findings.rules)
    land = _Land(findings.register, findings)
    rows = []
    for number, record in enumerate(findings.table.to_dict("records")):
        if number % 500 == 0:
            progress("整理每条认定的依据", number, len(findings.table))
        cells = findings.cells(number)
        rows.append(
            Finding(
                run_id=run,
                **land.of(int(record["position"])),
                criterion=record["criterion"],
                label=record["label"],
                kind=record["kind"],
                value=_plain(record["value"]),
                threshold=_plain(record["threshold"]),
                value_text=record["value_text"],
                threshold_text=record["threshold_text"],
                unit=record["unit"],
                distance=_plain(record["distance"]),
                since=record["since"].date(),
                stage=record["stage"],
                fee_wan=_plain(record["fee_wan"]),
                clause=record["clause"][:300],
                origin=record["origin"],
                sentence=record["sentence"],
                cells=cells,
                amounts=record["criterion"] in amounts,
                firms=land.firms(cells, int(record["position"])) if record["criterion"] in amounts else [],
            )
        )
    for record in findings.undecided.to_dict("records"):
        row = {name: record[name] for name in ("criterion", "label", "kind")}
        rows.append(
            Finding(run_id=run, found=False, sentence=record["reason"], **land.of(int(record["position"])), **row)
        )
    return rows


class _Land:
    """What every row says about its parcel, and whose figures a row rests on."""

    def __init__(self, register: Register, findings: Findings) -> None:
        parcels = register["parcels"]
        self._columns = {name: parcels[name].tolist() for name in ("parcel_id", "town", "holder_id", "holder_name")}
        self._area = findings.figures.columns["area_mu"].tolist()

    def of(self, position: int) -> dict[str, Any]:
        row: dict[str, Any] = {name: values[position] for name, values in self._columns.items()}
        row["town"], row["holder_name"] = row["town"][:60], row["holder_name"][:200]
        return row | {"area_mu": _plain(self._area[position])}

    def firms(self, cells: list[dict[str, Any]], position: int) -> list[str]:
        taxed = {cell["key"][0] for cell in cells if cell["table"] == "measures"}
        contract = any(cell["table"] == "parcels" and cell["column"] in PROTECTED["parcels"] for cell in cells)
        return sorted(taxed | ({self._columns["holder_id"][position]} if contract else set()))


def _plain(value: float) -> float | None:
    return None if value != value else float(value)


def _digest(rows: list[Finding]) -> str:
    """SHA-256 over what every row says, in order."""
    hashed = hashlib.sha256()
    for row in rows:
        said = [
            row.parcel_id,
            row.criterion,
            row.found,
            row.value_text,
            row.threshold_text,
            str(row.since),
            row.sentence,
        ]
        hashed.update(json.dumps(said, ensure_ascii=False).encode())
    return hashed.hexdigest()


def _summary(findings: Findings) -> dict[str, Any]:
    found, undecided = (table["criterion"].value_counts() for table in (findings.table, findings.undecided))
    once = findings.table.drop_duplicates("parcel_id")["position"].to_numpy()
    area = pd.Series(findings.figures.columns["area_mu"])
    return {
        "parcels": len(findings.figures),
        "found": len(once),
        "found_mu": round(float(area.iloc[once].sum()), 4),
        "fee_wan": round(float(findings.table["fee_wan"].sum()), 4),
        "criteria": [
            {
                "name": criterion.name,
                "label": criterion.label,
                "kind": criterion.kind,
                "found": int(found.get(criterion.name, 0)),
                "undecided": int(undecided.get(criterion.name, 0)),
            }
            for criterion in findings.rules.criteria
        ],
        "notes": list(findings.notes),
    }


def _changes(previous: FindingsRun | None, rows: list[Finding]) -> dict[str, Any]:
    """Say which findings are new, gone or of another value than in the published run."""
    if previous is None:
        return {}
    held = Finding.objects.filter(run=previous, found=True).values_list(
        "parcel_id", "criterion", "value_text", "label", "town", "holder_name", "amounts", "firms"
    )
    before = {(row[0], row[1]): row[2:] for row in held}
    now = {(row.parcel_id, row.criterion): row for row in rows if row.found}
    listed: list[dict[str, Any]] = []
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if old is not None and new is not None and old[0] == new.value_text:
            continue
        what = "changed" if old is not None and new is not None else "new" if new is not None else "gone"
        label, town, holder, amounts, firms = (
            old[1:] if new is None and old else (new.label, new.town, new.holder_name, new.amounts, new.firms)  # type: ignore[union-attr]
        )
        listed.append(
            {
                "what": what, "parcel_id": key[0], "criterion": key[1], "label": label, "town": town, "holder": holder,
                "before": old[0] if old else "", "after": new.value_text if new else "", "amounts": amounts, "firms": firms,
            }
        )  # fmt: skip
    counted = {what: sum(one["what"] == what for one in listed) for what in ("new", "gone", "changed")}
    return {**counted, "list": listed[:MOST_LISTED], "all": len(listed)}
