"""Who is what in a case, as a table."""

from __future__ import annotations

import pytest

from mujun.web.cases.roles import Person, Standing, roles_in, unit_in
from mujun.web.people.rights import Role

OFFICE = {"checker", "office"}
CASE = Standing(raiser=1, owner_unit="住建局", town="甲镇", firm_id="F1", part_units=frozenset({"应急局", "乙镇"}))
NEW = Standing(town="甲镇", firm_id="F1")

TABLE = [
    # who, in which case, is what, for which unit
    (Person(1, "firm", firm_id="F1"), CASE, {"raiser", "firm"}, ""),
    (Person(2, "firm", firm_id="F1"), CASE, {"firm"}, ""),
    (Person(2, "firm", firm_id="F2"), CASE, set(), ""),
    (Person(1, "firm", firm_id="F2"), CASE, {"raiser"}, ""),
    (Person(2, "firm", firm_id=""), Standing(raiser=1), set(), ""),
    (Person(3, "firm", firm_id="F1"), NEW, {"raiser", "firm"}, ""),
    (Person(4, "town", towns=frozenset({"甲镇"})), CASE, {"town"}, "甲镇"),
    (Person(4, "town", towns=frozenset({"丙镇"})), CASE, set(), "丙镇"),
    (Person(4, "town", towns=frozenset({"丙镇", "乙镇"})), CASE, {"part_unit"}, "乙镇"),
    (Person(4, "town", towns=frozenset({"甲镇"})), Standing(1, "甲镇", "甲镇"), {"town", "owner_unit"}, "甲镇"),
    (Person(4, "town", "甲镇安监所", frozenset({"甲镇"})), CASE, {"town"}, "甲镇安监所"),
    (Person(4, "town", "甲镇安监所", frozenset({"甲镇"})), Standing(1, "甲镇安监所"), {"owner_unit"}, "甲镇安监所"),
    (Person(5, "department", "住建局"), CASE, {"owner_unit", "checker"}, "住建局"),
    (Person(5, "department", "应急局"), CASE, {"part_unit", "checker"}, "应急局"),
    (Person(1, "department", "审计局"), CASE, {"raiser", "checker"}, "审计局"),
    (Person(6, "analyst", "专班"), CASE, OFFICE, "专班"),
    (Person(6, "analyst"), CASE, OFFICE, ""),
    (Person(6, "analyst", "住建局"), CASE, OFFICE | {"owner_unit"}, "住建局"),
    (Person(6, "analyst"), NEW, OFFICE | {"raiser"}, ""),
    (Person(6, "analyst"), Standing(1), OFFICE, ""),
    (Person(7, "leader", "县府办"), CASE, {"leader"}, "县府办"),
    (Person(7, "leader", "住建局"), CASE, {"leader"}, "住建局"),
    (Person(7, "leader"), NEW, {"leader", "raiser"}, ""),
    (Person(8, "auditor", "住建局"), CASE, set(), "住建局"),
    (Person(8, "auditor"), NEW, set(), ""),
    (Person(9, "administrator"), CASE, set(), ""),
]


@pytest.mark.parametrize(("person", "standing", "roles", "unit"), TABLE)
def test_who_is_what(person, standing, roles, unit):
    assert roles_in(person, standing) == roles
    assert unit_in(person, standing) == unit


def test_the_table_knows_every_role():
    assert {person.role for person, *_rest in TABLE} == set(Role)
