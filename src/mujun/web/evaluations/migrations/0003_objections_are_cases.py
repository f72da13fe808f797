"""Objections are handled as cases: those there are get a case with its trail and clocks, by the engine itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from mujun.cases import engine
from mujun.cases.state import Actor, CaseState, Entry, Event, Outcome, Proof
from mujun.web.cases.definitions import is_for_firms, shipped_definition
from mujun.web.cases.holding import case_values, clock_values, entry_clocks
from mujun.web.cases.words import words_of
from mujun.web.cases.working import FIRST_YEAR, LAST_YEAR

LIST = "objection"
MOVES = {"accepted": "accept", "rejected": "reject", "withdrawn": "withdraw"}


def forwards(apps: Any, schema_editor: Any) -> None:
    """Give every objection its case."""
    make_cases(apps)


def make_cases(apps: Any) -> int:
    """Give every objection without a case the one its history makes; return how many."""
    objections = apps.get_model("evaluations", "Objection").objects.filter(case=None).order_by("pk")
    if not objections.exists():
        return 0
    version = _version(apps)
    for objection in objections:
        _make_case(apps, objection, version)
    return len(objections)


def _version(apps: Any) -> Any:
    versions = apps.get_model("cases", "ListVersion").objects
    definition = shipped_definition(LIST)
    values = {
        "title": definition.title, "text": definition.text, "valid": True, "shipped": True,
        "in_force": not versions.filter(name=LIST, in_force=True).exists(), "for_firms": is_for_firms(definition),
    }  # fmt: skip
    return versions.get_or_create(name=LIST, digest=definition.digest, defaults=values)[0]


def _make_case(apps: Any, objection: Any, version: Any) -> None:
    outcomes = _history(apps, objection)
    state = outcomes[-1].case
    case = apps.get_model("cases", "Case")(
        version=version, list_name=LIST, number=_number(apps, objection.filed_at), title=state.fields["cell"],
        raiser_id=objection.filed_by_id, town=objection.town, firm_id=objection.firm_id,
        firm_name=objection.firm_name, parcel_id=objection.parcel_id, missed=any(held.late for held in state.clocks),
        **case_values(shipped_definition(LIST), state),
    )  # fmt: skip
    case.save()
    clocks = apps.get_model("cases", "CaseClock")
    clocks.objects.bulk_create(clocks(case=case, **clock_values(held)) for held in state.clocks)
    entries = apps.get_model("cases", "CaseEntry")
    alerts = apps.get_model("cases", "CaseAlert")
    for outcome in outcomes:
        for entry in outcome.entries:
            entries.objects.create(case=case, **_entry(entry))
        alerts.objects.bulk_create(
            alerts(
                case=case, clock=told.clock, turn=told.turn, step=told.step, kind=told.kind.value, to=list(told.to),
                sentence=told.sentence, at=told.at, due_at=told.due_at,
            )
            for told in outcome.alerts
        )  # fmt: skip
    words = apps.get_model("cases", "CaseWord")
    words.objects.bulk_create(words(case=case, word=word) for word in sorted(words_of(case)))
    apps.get_model("evaluations", "Objection").objects.filter(pk=objection.pk).update(case=case)


def _history(apps: Any, objection: Any) -> list[Outcome]:
    """Play the history of one objection through the engine."""
    from mujun.cases.calendar import calendar

    days = calendar(first_year=FIRST_YEAR, last_year=LAST_YEAR)
    definition = shipped_definition(LIST)
    fields = _fields(objection)
    raiser = Actor(str(objection.filed_by_id), "", frozenset({"raiser"}))
    begun = engine.raise_case(
        definition, "new", Event("", fields=fields, evidence=frozenset({"document"})), raiser, objection.filed_at, days
    )
    outcomes = [_sound(begun, objection)]
    events = apps.get_model("audit", "AuditEvent").objects.filter(about=f"objection:{objection.pk}")
    review = events.filter(action="objection.taken_up").order_by("pk").first()
    if review is not None or objection.state == "under_review":
        at = review.at if review is not None else objection.filed_at
        who = review.by_id if review is not None else None
        outcomes.append(_moved(outcomes[-1].case, Event("take_up"), who, at, days, objection))
    if objection.state in MOVES:
        event = Event(
            MOVES[objection.state], reason=objection.reason or ("" if objection.state == "withdrawn" else "—"),
            fields={"settled": objection.settled[:200]} if objection.state == "accepted" else {},
            proofs={"cell_corrected": Proof(True, f"登记数据第 {objection.revision} 版已更正。")},
        )  # fmt: skip
        at = objection.decided_at or objection.filed_at
        outcomes.append(_moved(outcomes[-1].case, event, objection.decided_by_id, at, days, objection))
    return outcomes


def _moved(case: CaseState, event: Event, who: int | None, at: dt.datetime, days: Any, objection: Any) -> Outcome:
    actor = Actor(str(who or ""), "", frozenset({"raiser" if event.action == "withdraw" else "office"}))
    return _sound(engine.apply(shipped_definition(LIST), case, event, actor, at, days), objection)


def _sound(outcome: Any, objection: Any) -> Outcome:
    if not isinstance(outcome, Outcome):
        raise RuntimeError(f"objection {objection.pk} cannot become a case: {outcome.sentence}")
    return outcome


def _fields(objection: Any) -> dict[str, str]:
    about = "finding" if objection.finding_run_id else "grade" if objection.run_id else "area"
    key = "、".join(str(part) for part in objection.key)
    fields = {
        "about": about, "cell": f"{objection.table}.{objection.column} {key}"[:200], "current": objection.current,
        "claimed": objection.claimed.strip() or "（空）", "text": objection.text.strip()[:20_000] or "—",
        "firm": objection.firm_id, "parcel": objection.parcel_id,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value}


def _number(apps: Any, at: dt.datetime) -> str:
    year = timezone.localtime(at).year
    serial, _new = apps.get_model("cases", "Serial").objects.get_or_create(list_name=LIST, year=year)
    serial.last += 1
    serial.save()
    return f"{LIST}-{year}-{serial.last:04d}"


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at, "action": entry.action, "label": entry.label, "by_id": int(entry.by) if entry.by else None,
        "unit": entry.unit, "role": entry.role, "round": entry.round, "before": entry.before, "after": entry.after,
        "reason": entry.reason, "evidence": list(entry.evidence), "proof": entry.proof, "fields": dict(entry.fields),
        "owner_unit": entry.owner_unit, "clocks": entry_clocks(entry.clocks),
    }  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0002_objections_to_findings"),
        ("cases", "0002_only_added_to"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="objection",
            name="case",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="objection", to="cases.case"
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
