"""What a parcel's card shows of its findings: value, threshold, clause, and the cells, each open to an objection."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mujun.register.schema import TABLES
from mujun.web.audit.actions import log_amounts_view
from mujun.web.findings.models import Finding, FindingsRun
from mujun.web.findings.objecting import window_for_finding
from mujun.web.findings.queries import HIDDEN, hides, of_parcel, standing_run
from mujun.web.pages.findings.columns import shown_sentence, shown_value, with_unit
from mujun.web.people.rights import Right, Scope, has_right, scope_of
from mujun.web.people.visible import masked
from mujun.web.register import wording


@dataclasses.dataclass(frozen=True, slots=True)
class ReadCell:
    """One value that a criterion read, as the card shows it; ``url`` is where to object, or nothing."""

    label: str
    key: str
    value: Any
    unit: str
    cell: dict[str, Any] | None
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding as the card shows it."""

    row: Finding
    value: str
    threshold: str
    sentence: str
    fee_wan: float | None
    cells: list[ReadCell]


@dataclasses.dataclass(frozen=True, slots=True)
class ParcelFindings:
    """Everything the card says about findings of one parcel."""

    run: FindingsRun
    found: list[ShownFinding]
    undecided: list[Finding]
    objecting: bool
    closed: str


def parcel_findings(user: Any, parcel_id: str) -> ParcelFindings | None:
    """What the run that counts says about a parcel inside the scope of ``user``; None where there is nothing to say."""
    run = standing_run() if has_right(user, Right.READ_RESULTS) else None
    if run is None:
        return None
    scope = scope_of(user)
    rows = of_parcel(parcel_id, run)
    for row in rows:
        row.run = run
    found = [row for row in rows if row.found]
    if any(row.amounts and not hides(row, scope) for row in found):
        log_amounts_view(by=user, about=f"parcel:{parcel_id}", findings=run.pk)
    window = window_for_finding(found[0]) if found else None
    objecting = bool(window and window.open and has_right(user, Right.OBJECT_FINDINGS))
    shown = [_shown(row, scope, objecting=objecting) for row in found]
    closed = window.sentence if window and has_right(user, Right.OBJECT_FINDINGS) else ""
    return ParcelFindings(run, shown, [row for row in rows if not row.found], objecting, closed)


def _shown(row: Finding, scope: Scope, *, objecting: bool) -> ShownFinding:
    hidden = hides(row, scope)
    threshold = HIDDEN if hidden and row.kind == "below_promise" else with_unit(row.threshold_text, row.unit)
    fee = row.fee_wan if "land_price_wan" not in masked("parcels", scope) else None
    cells = [_cell(row, cell, scope, objecting=objecting) for cell in row.cells if _may_name(cell, scope)]
    return ShownFinding(row, shown_value(row, scope), threshold, shown_sentence(row, scope), fee, cells)


def _may_name(cell: dict[str, Any], scope: Scope) -> bool:
    """A firm is not told which other firms' figures stand behind a finding."""
    if scope.firms is None or cell["table"] not in ("measures", "firms", "occupancy"):
        return True
    return cell["key"][0] in scope.firms


def _cell(row: Finding, cell: dict[str, Any], scope: Scope, *, objecting: bool) -> ReadCell:
    column = TABLES[cell["table"]].column(cell["column"])
    hidden = cell["column"] in masked(cell["table"], scope)
    parts = [str(part or "") for part in cell["key"]]
    query = urlencode({"table": cell["table"], "column": cell["column"], "key": parts}, doseq=True)
    url = f"{reverse('finding_object', args=[row.pk])}?{query}" if objecting and not hidden else ""
    named = [part for part in parts if part and part != row.parcel_id]
    value = HIDDEN if hidden else _words(cell["value"])
    return ReadCell(cell["label"], " ".join(named), value, wording.UNITS.get(column.unit, ""), cell["cell"], url)


def _words(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
