"""Raising a case."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases import engine
from mujun.cases.definition import Definition, FieldKind
from mujun.cases.state import Actor, Event, Refusal
from mujun.web.audit.actions import action, record
from mujun.web.cases.actions.files import Uploads, keep_uploads
from mujun.web.cases.actions.keeping import KeptFiles, keep_outcome
from mujun.web.cases.actions.lists import version_in_force
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import Case, Serial
from mujun.web.cases.places import Place, place_of
from mujun.web.cases.queries.people import check_units
from mujun.web.cases.refusing import CaseRefused
from mujun.web.cases.roles import Standing, person_of, roles_in, unit_in
from mujun.web.cases.subjects import SUBJECTS
from mujun.web.cases.working import working_calendar
from mujun.web.people.rights import Role


def raise_case(
    list_name: str,
    *,
    fields: Mapping[str, Any],
    source: str = "",
    town: str = "",
    owner_unit: str = "",
    contact: str = "",
    reason: str = "",
    files: Uploads | None = None,
    draft: str = "",
    by: Any,
    at: dt.datetime | None = None,
) -> Case:
    """Raise a case of a list. ``fields``: raw values of the form; ``files``: kind of evidence → uploads.

    A firm raises for itself, a cadre inside the own towns; the town is the parcel's or the firm's unless it is said.
    ``draft``: the same again from the same person gives the case there is. ``at``: when it happened, if not now.
    """
    if list_name in SUBJECTS:
        raise Refused(str(SUBJECTS[list_name].raised_where))
    known = _sent_before(draft, by)
    if known is not None:
        return known
    kept = keep_uploads(files)
    try:
        return _raise(
            list_name, dict(fields), source, town, owner_unit.strip(), contact, reason, kept, draft, at, by=by
        )
    except IntegrityError:
        sent = _sent_before(draft, by)  # at the same moment
        if sent is None:
            raise
        return sent


def _sent_before(draft: str, by: Any) -> Case | None:
    """Return the case that was raised from a draft; raises Refused where another account has sent it."""
    known = Case.objects.filter(draft=draft[:40]).select_related("version").first() if draft else None
    if known is not None and known.raiser_id != by.pk:
        raise Refused(_("这份草稿已经由另一个账号发送。"), next_step=_("请重新填写后发送。"))
    return known


@action
def _raise(
    list_name: str, fields: dict[str, Any], source: str, town: str, owner_unit: str, contact: str, reason: str,
    files: KeptFiles, draft: str, at: dt.datetime | None, *, by: Any,
) -> Case:  # fmt: skip
    definition_version = version_in_force(list_name, by=by)
    definition = definition_of(definition_version)
    _own_firm(definition, fields, by)
    check_units([owner_unit])
    place = place_of(definition, fields, town, by)
    evidence = frozenset(kind for kind, kept in files.items() if kept)
    event = Event("", reason=reason, fields=fields, evidence=evidence, unit=owner_unit)
    case = Case(version=definition_version, list_name=list_name, raiser=by, contact=contact.strip()[:100])
    case.draft = f"{draft}"[:40] or None
    return begin_case(case, definition, event, place, source, files, at, by=by)


def begin_case(
    case: Case,
    definition: Definition,
    event: Event,
    place: Place,
    source: str,
    files: KeptFiles | None,
    at: dt.datetime | None,
    *,
    by: Any,
) -> Case:
    """Begin a case through the engine and keep it (inside an action). ``case``: not saved yet, with its version."""
    now = at or timezone.now()
    person = person_of(by)
    standing = Standing(None, event.unit, place.town, place.firm_id, frozenset())
    actor = Actor(str(by.pk), unit_in(person, standing), roles_in(person, standing))
    outcome = engine.raise_case(definition, "new", event, actor, now, working_calendar(), source=source)
    if isinstance(outcome, Refusal):
        raise CaseRefused(outcome)
    for name, value in dataclasses.asdict(place).items():
        setattr(case, name, value)
    case.title = case.title or definition.title
    case.number = _next_number(case.list_name, timezone.localtime(now).year)
    entry = keep_outcome(case, definition, outcome, files, by=by)
    record(
        "case.raised", by=by, about=f"case:{case.pk}", number=case.number, list=case.list_name, role=entry.role,
        digest=definition.digest,
    )  # fmt: skip
    return case


def _own_firm(definition: Definition, fields: dict[str, Any], by: Any) -> None:
    """A firm raises for itself."""
    if by.role != Role.FIRM:
        return
    for field in definition.fields:
        if field.kind is FieldKind.FIRM:
            if fields.get(field.key) not in (None, "", by.firm_id):
                raise Refused(_("企业只能提出自己的事项。"))
            fields[field.key] = by.firm_id


def _next_number(list_name: str, year: int) -> str:
    Serial.objects.get_or_create(list_name=list_name, year=year)
    serial = Serial.objects.select_for_update().get(list_name=list_name, year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{list_name}-{year}-{serial.last:04d}"
