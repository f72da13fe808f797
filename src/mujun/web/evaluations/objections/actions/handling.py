"""Objections are handled as cases of the list ``objection``: how such a case begins, and how the objection follows it."""

from __future__ import annotations

from typing import Any

from mujun.cases.state import Event, Proof
from mujun.web.audit.actions import record
from mujun.web.cases.actions import begin_case
from mujun.web.cases.actions.lists import version_in_force
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import Case, CaseEntry
from mujun.web.cases.places import Place
from mujun.web.evaluations.models import Objection, ObjectionState
from mujun.web.register.models import Correction

LIST = "objection"


def case_fields(objection: Any) -> dict[str, str]:
    """Return what the case says of an objection, by the fields of the list."""
    about = "finding" if objection.finding_run_id else "grade" if objection.run_id else "area"
    label = f"{objection.table}.{objection.column} {'、'.join(str(part) for part in objection.key)}"
    label = objection.label if hasattr(objection, "label") else label
    fields = {
        "about": about, "cell": label[:200], "current": objection.current, "claimed": objection.claimed or "（空）",
        "text": objection.text[:20_000] or "—", "firm": objection.firm_id, "parcel": objection.parcel_id,
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value}


def place_of_objection(objection: Any) -> Place:
    """Return whom the case is about and where."""
    return Place(objection.town, objection.firm_id, objection.firm_name, objection.parcel_id)


def begin_objection_case(objection: Objection, *, by: Any) -> Case:
    """Begin the case of an objection that was just filed (inside the action)."""
    version = version_in_force(LIST, by=by)
    fields = case_fields(objection)
    case = Case(version=version, list_name=LIST, raiser=by, title=fields["cell"])
    event = Event("", fields=fields, evidence=frozenset({"document"}))
    return begin_case(case, definition_of(version), event, place_of_objection(objection), "", None, None, by=by)


def follow_case(case: Case, entry: CaseEntry, *, by: Any) -> None:
    """Bring an objection to where its case stands, and log it as an objection's."""
    objection = Objection.objects.select_for_update(of=("self",)).filter(case=case).first()
    if objection is None or objection.state == case.state:
        return
    objection.state = ObjectionState(case.state)
    if case.closed_at is not None:
        objection.reason, objection.decided_at, objection.decided_by = entry.reason, case.closed_at, by
    objection.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    if case.state == ObjectionState.UNDER_REVIEW:
        record("objection.taken_up", by=by, about=f"objection:{objection.pk}")
    elif case.state != ObjectionState.ACCEPTED:  # accepting says itself which cell it changed
        about = f"objection:{objection.pk}"
        record(f"objection.{case.state}", by=by, about=about, reason=entry.reason, firm=objection.firm_id)


def cell_corrected(case: Case) -> Proof:
    """The cell that an objection is about was corrected in the revision it names."""
    objection = Objection.objects.filter(case=case).first()
    if objection is None:
        return Proof(None, "这件事没有对应的异议，登记数据不能证明。")
    corrected = Correction.objects.filter(
        revision=objection.revision, table=objection.table, column=objection.column,
        key=list(objection.key),
    )  # fmt: skip
    held = corrected.first()
    if held is None:
        return Proof(False, f"{objection.label} 还没有更正，请在异议页面填写核定值后采纳。")
    return Proof(True, f"{objection.label} 已由 {held.before or '空'} 更正为 {held.after or '空'}。")
