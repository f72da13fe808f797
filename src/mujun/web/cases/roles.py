"""Which parties somebody is in a case, from the one table of rights. Pure: a table of examples tests it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from mujun.web.people.rights import ROLE_RIGHTS, Right, Role


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """What of an account matters to a case."""

    id: int
    role: str
    unit: str = ""
    towns: frozenset[str] = frozenset()
    firm_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What of a case matters to who is what in it. ``raiser`` None: it is being raised."""

    raiser: int | None = None
    owner_unit: str = ""
    town: str = ""
    firm_id: str = ""
    part_units: frozenset[str] = frozenset()


def person_of(user: Any) -> Person:
    """Return what matters of an account."""
    return Person(user.pk, user.role, user.unit.strip(), frozenset(user.towns or ()), user.firm_id)


def standing_of(case: Any, part_units: Iterable[str]) -> Standing:
    """Return what matters of a case."""
    return Standing(case.raiser_id, case.owner_unit, case.town, case.firm_id, frozenset(part_units))


def units_of(person: Person) -> frozenset[str]:
    """Return the units somebody may act for: the own one; a cadre's towns are units too."""
    return frozenset({person.unit} - {""}) | (person.towns if person.role == Role.TOWN else frozenset())


def unit_in(person: Person, standing: Standing) -> str:
    """Return the unit somebody acts for in a case: of several the one that works it, then the one it lies in."""
    mine = units_of(person)
    asked = (standing.owner_unit, *sorted(standing.part_units), person.unit, standing.town, *sorted(mine))
    return next((unit for unit in asked if unit and unit in mine), "")


def roles_in(person: Person, standing: Standing) -> frozenset[str]:
    """Return every party that somebody is in a case."""
    rights = ROLE_RIGHTS.get(Role(person.role), frozenset())
    roles = set()
    if Right.RAISE_CASES in rights:
        if standing.raiser in (None, person.id):
            roles.add("raiser")
        if person.role == Role.FIRM and person.firm_id and person.firm_id == standing.firm_id:
            roles.add("firm")
    if Right.WORK_CASES in rights:
        mine = units_of(person)
        if standing.owner_unit in mine:
            roles.add("owner_unit")
        if standing.part_units & mine:
            roles.add("part_unit")
        if person.role == Role.TOWN and standing.town in person.towns:
            roles.add("town")
    held = {Right.CHECK_CASES: "checker", Right.RUN_CASES: "office", Right.SIGN_CASES: "leader"}
    return frozenset(roles | {party for right, party in held.items() if right in rights})
