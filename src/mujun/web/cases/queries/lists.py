"""Lists in force, their versions, and which somebody may raise a case of."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from mujun.base.errors import RuleError
from mujun.cases.definition import Definition, State
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import Case, ListVersion
from mujun.web.cases.roles import Standing, person_of, roles_in
from mujun.web.cases.subjects import SUBJECTS
from mujun.web.people.rights import Right, Role, has_right


@dataclasses.dataclass(frozen=True, slots=True)
class ListInForce:
    """A list that cases are raised in; ``may_raise``: whether who asks may (somewhere in the own scope)."""

    version: ListVersion
    definition: Definition
    may_raise: bool


def lists_for(user: Any) -> list[ListInForce]:
    """The lists in force that ``user`` may see, by one query."""
    if not has_right(user, Right.READ_CASES):
        return []
    rows = ListVersion.objects.filter(in_force=True)
    if user.role == Role.FIRM:
        rows = rows.filter(for_firms=True)
    return [list_of(version, user) for version in rows.order_by("name")]


def list_of(version: ListVersion, user: Any) -> ListInForce:
    """A list with its definition, and whether ``user`` may raise a case of it."""
    definition = definition_of(version)
    person = person_of(user)
    town = min(person.towns, default="")
    roles = roles_in(person, Standing(town=town, firm_id=person.firm_id))
    elsewhere = version.name in SUBJECTS
    return ListInForce(version, definition, not elsewhere and bool(roles & set(definition.raising.who)))


def list_named(name: str) -> ListVersion | None:
    """The version in force of a list, else its newest valid one (no new cases), else None."""
    return ListVersion.objects.filter(name=name, valid=True).order_by("-in_force", "-pk").first()


def list_versions() -> QuerySet[ListVersion]:
    """Every version of every list, also those with faults."""
    return ListVersion.objects.select_related("by").order_by("name", "-in_force", "-pk")


_READ: dict[str, Definition] = {}
"""Definitions by their digest; the text of a version never changes."""


def definitions_of(versions: QuerySet[ListVersion]) -> list[tuple[int, Definition]]:
    """Return (key, definition) of versions: one query, and once per process another for texts that were not read yet.

    A version that this program cannot read any more is left out.
    """
    keys = list(versions.values_list("pk", "digest"))
    for version in ListVersion.objects.filter(pk__in=[pk for pk, digest in keys if digest not in _READ]):
        try:
            _READ[version.digest] = definition_of(version)
        except RuleError:
            continue
    return [(pk, _READ[digest]) for pk, digest in keys if digest in _READ]


def former_states(definition: Definition) -> list[State]:
    """States that the list no longer has but cases under its other versions may be in, with labels that say so."""
    used = Exists(Case.objects.filter(version=OuterRef("pk")))
    others = ListVersion.objects.filter(used, name=definition.name, valid=True).exclude(digest=definition.digest)
    known = {state.key for state in definition.states}
    found: dict[str, State] = {}
    for _pk, other in definitions_of(others.order_by("-pk")):
        for state in other.states:
            if state.key not in known:
                label = _("{state}（旧规则）").format(state=state.label)
                found.setdefault(state.key, dataclasses.replace(state, label=label))
    return list(found.values())
