"""Everything that is done to a case that is there. Each act goes through the engine and leaves a line in the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases import engine
from mujun.cases.definition import RATE, REOPEN, Definition, FieldKind
from mujun.cases.state import Event, Proof, Refusal
from mujun.web.audit.actions import action, record
from mujun.web.cases.actions.files import Uploads, keep_uploads
from mujun.web.cases.actions.held import actor_of, held_case
from mujun.web.cases.actions.keeping import KeptFiles, keep_outcome
from mujun.web.cases.definitions import definition_for
from mujun.web.cases.holding import whole_state
from mujun.web.cases.models import Case, CaseEntry
from mujun.web.cases.places import place_of
from mujun.web.cases.proofs.registry import prove
from mujun.web.cases.queries.people import check_units
from mujun.web.cases.refusing import CaseRefused
from mujun.web.cases.subjects import follow
from mujun.web.cases.working import working_calendar
from mujun.web.people.rights import Right, has_right


def act(
    pk: int,
    move: str,
    *,
    reason: str = "",
    approval: str = "",
    fields: Mapping[str, Any] | None = None,
    files: Uploads | None = None,
    unit: str = "",
    units: Sequence[str] = (),
    part: str = "",
    extension: int = 0,
    by: Any,
    at: dt.datetime | None = None,
) -> Case:
    """Take the step ``move`` of the case's definition. Raises CaseRefused with the engine's sentence and who can.

    ``files``: kind of evidence → uploads; ``unit``: made responsible; ``units``: departments that get a part; ``part``:
    the department whose part is meant; ``extension``: more time in the clock's unit.
    """
    kept = keep_uploads(files)
    event = Event(
        move, reason=reason, approval=approval, fields=dict(fields or {}), evidence=_kinds(kept), unit=unit,
        units=tuple(units), part=part, extension=extension,
    )  # fmt: skip
    return _act(pk, event, kept, at, by=by)


def rate(pk: int, stars: int, reason: str = "", *, by: Any, at: dt.datetime | None = None) -> Case:
    """Rate the end of a case, 1 to 5, once per round."""
    return _act(pk, Event(RATE, reason=reason, stars=stars), {}, at, by=by)


def reopen(pk: int, reason: str, *, by: Any, at: dt.datetime | None = None) -> Case:
    """Open a closed case again; it is counted and published."""
    return _act(pk, Event(REOPEN, reason=reason), {}, at, by=by)


def _kinds(kept: KeptFiles) -> frozenset[str]:
    return frozenset(kind for kind, files in kept.items() if files)


@action
def _act(pk: int, event: Event, kept: KeptFiles, at: dt.datetime | None, *, by: Any) -> Case:
    case = held_case(pk, by)
    do_event(case, event, kept, at, by=by)
    return case


def do_event(
    case: Case, event: Event, kept: KeptFiles | None = None, at: dt.datetime | None = None, *, by: Any
) -> CaseEntry:
    """Do an event to a case that is held, and keep what comes of it (inside an action). ``by`` is who acts."""
    definition = definition_for(case)
    _check_places(definition, event, by)
    check_units([event.unit, *event.units])
    proofs = _proofs(definition, event, case)
    event = Event(**{**{name: getattr(event, name) for name in Event.__slots__}, "proofs": proofs})
    actor = actor_of(by, case)
    outcome = engine.apply(definition, whole_state(case), event, actor, at or timezone.now(), working_calendar())
    if isinstance(outcome, Refusal):
        raise CaseRefused(outcome)
    before, rounds = case.state, case.round
    entry = keep_outcome(case, definition, outcome, kept, by=by)
    detail = {"number": case.number, "move": event.action, "before": before, "after": case.state, "role": entry.role}
    what = {RATE: "case.rated", REOPEN: "case.reopened"}.get(event.action, "case.acted")
    record(what, by=by, about=f"case:{case.pk}", reason=event.reason, round=rounds, part=event.part, **detail)
    follow(case, entry, by=by)
    return entry


def _check_places(definition: Definition, event: Event, by: Any) -> None:
    """A firm or parcel that is named by the act has to be there for who names it."""
    kinds = {FieldKind.FIRM, FieldKind.PARCEL}
    if any(field.kind in kinds and event.fields.get(field.key) for field in definition.fields):
        place_of(definition, event.fields, "", by)


def _proofs(definition: Definition, event: Event, case: Case) -> dict[str, Proof]:
    """Compute the proof that this act asks for, and no other."""
    moves = definition.parts.transitions if event.part and definition.parts else definition.transitions
    wanted = {move.needs.proof for move in moves if move.key == event.action and move.needs.proof}
    return {name: prove(name, case) for name in wanted}


def attach(
    pk: int, kind: str, uploads: Sequence[UploadedFile[Any]], note: str = "", *, by: Any, at: dt.datetime | None = None
) -> CaseEntry:
    """Hand in evidence of one kind without a step: whoever has a part in the case, while it is not closed.

    For which step it counts is the engine's to say. Raises CaseRefused for a kind that only others may bring.
    """
    if not uploads:
        raise Refused(_("请选择文件。"))
    return _attach(pk, kind, keep_uploads({kind: uploads}), note.strip(), at, by=by)


@action
def _attach(pk: int, kind: str, kept: KeptFiles, note: str, at: dt.datetime | None, *, by: Any) -> CaseEntry:
    case = held_case(pk, by)
    if not has_right(by, Right.RAISE_CASES):
        raise Refused(_("您不是这件事的当事人或经办人，不能补充材料。"))
    definition = definition_for(case)
    outcome = engine.attach(definition, whole_state(case), kind, actor_of(by, case), at or timezone.now(), note)
    if isinstance(outcome, Refusal):
        raise CaseRefused(outcome)
    made = keep_outcome(case, definition, outcome, kept, by=by)
    digests = [one.digest for files in kept.values() for one in files]
    record("case.evidence", by=by, about=f"case:{pk}", number=case.number, kind=kind, sha256=digests)
    return made
