"""In which lists somebody raises cases, those at hand first, and which source stands ready."""

from __future__ import annotations

from typing import Any

from mujun.cases.definition import Definition
from mujun.web.cases import queries
from mujun.web.people.rights import Role

SOURCES = {Role.FIRM: ("firm_page", "firm_self", "online"), Role.TOWN: ("town_report", "snapshot", "patrol")}
"""The sources by which a role brings in what it sees."""
PARTIES = {Role.FIRM: "firm", Role.TOWN: "town"}
AT_HAND = 3
"""So many lists are one tap away; further ones stand behind one more."""


def ready_source(definition: Definition, role: str) -> str:
    """Which source of a list stands ready for a role; nothing where none is made for it."""
    there = {one.key for one in definition.sources}
    return next((source for source in SOURCES.get(Role(role), ()) if source in there), "")


def lists_to_raise(user: Any) -> tuple[list[queries.ListInForce], list[queries.ListInForce]]:
    """The lists in which this person raises cases, those at hand apart from further ones.

    First what is made for the role, then what names its party first, then what asks for fewer papers.
    """
    found = sorted((one for one in queries.lists_for(user) if one.may_raise), key=lambda one: _distance(one, user.role))
    return (found, []) if len(found) <= AT_HAND + 1 else (found[:AT_HAND], found[AT_HAND:])


def _distance(held: queries.ListInForce, role: str) -> tuple[bool, int, int, str]:
    raising, party = held.definition.raising, PARTIES.get(Role(role), "office")
    place = raising.who.index(party) if party in raising.who else len(raising.who)
    return not ready_source(held.definition, role), place, len(raising.needs.evidence), held.version.name
