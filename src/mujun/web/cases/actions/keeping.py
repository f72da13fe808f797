"""What the engine made of a case is kept: the case, its clocks, parts and ratings, its trail, and what was told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mujun.cases.definition import Definition
from mujun.cases.grouping import group_key
from mujun.cases.state import Alert, CaseState, Entry, Outcome
from mujun.web.cases.actions.matters import join_matter
from mujun.web.cases.holding import case_values, clock_values, entry_clocks
from mujun.web.cases.models import Case, CaseAlert, CaseClock, CaseEntry, CaseFile, CasePart, CaseRating, CaseWord
from mujun.web.cases.places import moved_place
from mujun.web.cases.words import words_of
from mujun.web.documents import Kept

KeptFiles = Mapping[str, Sequence[Kept]]


def keep_outcome(
    case: Case, definition: Definition, outcome: Outcome, files: KeptFiles | None = None, *, by: Any
) -> CaseEntry:
    """Write a case after an event (inside an action); return the first new line of its trail."""
    anew = case.pk is None or outcome.case.round != case.round
    state = dataclasses.replace(outcome.case, case=str(case.pk)) if case.pk else outcome.case
    found_by = found_by_of(case) if case.pk else None
    before = dict(case.fields) if case.pk else None
    for name, value in case_values(definition, state).items():
        setattr(case, name, value)
    if case.fields.get("subject"):
        case.title = str(case.fields["subject"])[:200]
    if before is not None:
        move_case(case, definition, before, by=by)
    case.cause = group_key(definition, state.fields)[:300]
    counted = [held for held in state.clocks if not (anew and held.stopped_at)]
    case.missed = (case.missed and not anew) or any(_counts_as_missed(held, state) for held in counted)
    case.save()
    _keep_parts(case, state)
    _keep_clocks(case, state)
    if case.ratings.count() < len(state.ratings):
        rated = state.ratings[-1]
        reason = outcome.entries[0].reason[:500]
        CaseRating.objects.create(
            case=case, round=rated.round, stars=rated.stars, reason=reason, at=state.changed_at, by=by
        )
    entries = [keep_entry(case, entry, by=by) for entry in outcome.entries]
    keep_alerts({str(case.pk): case.pk, outcome.case.case: case.pk}, outcome.alerts)
    keep_files(case, entries[0], files or {}, by=by)
    if found_by != found_by_of(case):
        keep_words(case)
    join_matter(case, definition)
    return entries[0]


def found_by_of(case: Case) -> tuple[str, ...]:
    """What the search finds a case by."""
    return (case.title, case.firm_name, case.firm_id, case.parcel_id)


def move_case(case: Case, definition: Definition, before: Mapping[str, Any], *, by: Any) -> None:
    """Bring firm, parcel, point and town to what the fields say, where an act changed them (``before``: as they were).

    Raises Refused for a firm or parcel that ``by`` does not see.
    """
    place = moved_place(definition, case, before, by)
    if place is not None:
        for name, value in dataclasses.asdict(place).items():
            setattr(case, name, value)


def _counts_as_missed(held: Any, state: CaseState) -> bool:
    """A clock of this round that was missed: one that goes on, or stopped just now."""
    if held.stopped_at is None:
        overdue = held.running and held.due_at is not None and held.due_at < state.changed_at
        return bool(held.late or overdue)
    return bool(held.late and held.stopped_at == state.changed_at)


def _keep_parts(case: Case, state: CaseState) -> None:
    wanted = {part.unit: part.state for part in state.parts}
    held = {part.unit: part for part in case.parts.all()}
    gone = [part.pk for unit, part in held.items() if unit not in wanted]
    if gone:
        CasePart.objects.filter(pk__in=gone).delete()
    for unit, at in wanted.items():
        if unit not in held:
            CasePart.objects.create(case=case, unit=unit[:100], state=at)
        elif held[unit].state != at:
            CasePart.objects.filter(pk=held[unit].pk).update(state=at)


def _keep_clocks(case: Case, state: CaseState) -> None:
    """Clocks keep their place: those there are first (an extension counts its turn up), then those that started."""
    rows = list(case.clocks.all())
    for row, held in zip(rows, state.clocks, strict=False):
        values = clock_values(held)
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    CaseClock.objects.bulk_create(CaseClock(case=case, **clock_values(held)) for held in state.clocks[len(rows) :])


def keep_entry(case: Case, entry: Entry, *, by: Any) -> CaseEntry:
    """Add one line to the trail."""
    return CaseEntry.objects.create(
        case=case, at=entry.at, action=entry.action, label=entry.label[:60], by=by, unit=entry.unit[:100],
        role=entry.role, round=entry.round, before=entry.before, after=entry.after, part=entry.part[:100],
        reason=entry.reason, approval=entry.approval[:200], evidence=list(entry.evidence), proof=entry.proof,
        stars=entry.stars, fields=dict(entry.fields), owner_unit=entry.owner_unit[:100], units=list(entry.units),
        clocks=entry_clocks(entry.clocks),
    )  # fmt: skip


def keep_alerts(keys: Mapping[str, int], alerts: Iterable[Alert]) -> int:
    """Add what was told; the database refuses to tell a step twice. ``keys``: case of the alert → key of its row."""
    made = CaseAlert.objects.bulk_create(
        CaseAlert(
            case_id=keys[alert.case], clock=alert.clock, turn=alert.turn, step=alert.step, kind=alert.kind.value,
            to=list(alert.to), sentence=alert.sentence[:300], at=alert.at, due_at=alert.due_at,
        )
        for alert in alerts
    )  # fmt: skip
    return len(made)


def keep_files(case: Case, entry: CaseEntry, files: KeptFiles, *, by: Any) -> None:
    """Name what was handed in with a line of the trail; the same file twice in one line is one row."""
    known: set[tuple[str, str]] = set()
    for kind, kept in files.items():
        for one in kept:
            if (kind, one.digest) in known:
                continue
            known.add((kind, one.digest))
            CaseFile.objects.create(
                case=case, entry=entry, evidence=kind, round=case.round, picture=one.is_picture, path=one.path,
                name=one.name, sha256=one.digest, size=one.size, at=entry.at, by=by,
            )  # fmt: skip


def keep_words(case: Case) -> None:
    """Bring what the search finds a case by to its names."""
    wanted = words_of(case)
    held = set(CaseWord.objects.filter(case=case).values_list("word", flat=True))
    CaseWord.objects.filter(case=case, word__in=held - wanted).delete()
    CaseWord.objects.bulk_create(CaseWord(case=case, word=word) for word in sorted(wanted - held))
