"""The API shows each role exactly its rows, and amounts only to those who may read them."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from mujun.register.schema import TABLES
from mujun.web.audit.models import AuditEvent
from mujun.web.people.rights import Role
from mujun.web.people.visible import PROTECTED
from tests.web.conftest import FIRM, OTHER_FIRM

pytestmark = pytest.mark.django_db

ALL = {
    "parcels": {"P1", "P2", "P3"},
    "buildings": {"B1", "B2", "B3"},
    "units": {"U1", "U2", "U3"},
    "firms": {FIRM, OTHER_FIRM},
    "measures": {FIRM, OTHER_FIRM},
    "taxes": {FIRM, OTHER_FIRM},
    "marks": {FIRM, OTHER_FIRM},
    "occupancy": {f"{FIRM}/P1", f"{OTHER_FIRM}/P1", f"{OTHER_FIRM}/P2"},
    "barriers": {"R1"},
    "projects": {"J1"},
}
OWN = {
    "parcels": {"P1"},
    "buildings": {"B1"},
    "units": {"U1"},
    "firms": {FIRM},
    "measures": {FIRM},
    "taxes": {FIRM},
    "marks": {FIRM},
    "occupancy": {f"{FIRM}/P1", f"{OTHER_FIRM}/P1"},
    "barriers": {"R1"},
    "projects": set(),
}
SEEN = {
    Role.ANALYST: ALL,
    Role.LEADER: ALL,
    Role.AUDITOR: ALL,
    Role.ADMINISTRATOR: ALL,
    Role.DEPARTMENT: ALL,
    Role.TOWN: OWN,
    Role.FIRM: OWN,
}
READS_AMOUNTS = {Role.ANALYST, Role.LEADER, Role.AUDITOR, Role.FIRM}


def name_of(table: str, row: dict) -> str:
    return f"{row['firm_id']}/{row['parcel_id']}" if table == "occupancy" else row[TABLES[table].key[0]]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_its_rows_and_no_more(county, signed_in, role, table):
    answer = signed_in(role).get(f"/api/v1/{table}").json()
    rows = answer["items"]
    assert {name_of(table, row) for row in rows} == SEEN[role][table]
    assert answer["count"] == len(rows)
    hidden = PROTECTED.get(table, frozenset())
    if role in READS_AMOUNTS:
        assert answer["masked"] == []
    else:
        assert set(answer["masked"]) == hidden
        assert all(row[column] is None for row in rows for column in hidden)


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if len(table.key) == 1])
@pytest.mark.parametrize("role", list(Role))
def test_a_single_row_cannot_be_had_by_guessing_its_address(county, signed_in, role, table):
    client = signed_in(role)
    for key in ALL[table]:
        status = client.get(f"/api/v1/{table}/{key}").status_code
        assert status == (200 if key in SEEN[role][table] else 404), key


@pytest.mark.parametrize("role", [Role.TOWN, Role.ADMINISTRATOR])
def test_a_single_row_is_masked_too(county, signed_in, role):
    assert signed_in(role).get("/api/v1/parcels/P1").json()["land_price_wan"] is None


def test_filters_do_not_widen_the_scope(county, signed_in):
    client = signed_in(Role.FIRM)
    for address in (
        f"/api/v1/firms?firm_id={OTHER_FIRM}",
        f"/api/v1/measures?firm_id={OTHER_FIRM}",
        "/api/v1/parcels?town=乙镇",
    ):
        assert client.get(address).json()["count"] == 0


def test_a_cadre_without_towns_and_a_firm_without_code_see_nothing(county, person, client):
    cadre = person(Role.TOWN)
    cadre.towns = []
    cadre.save()
    client.force_login(cadre)
    for table in TABLES:
        if table != "barriers":
            assert client.get(f"/api/v1/{table}").json()["count"] == 0


@pytest.mark.parametrize("role", list(Role))
def test_excel_has_the_same_rows_and_the_same_mask(county, signed_in, role):
    client = signed_in(role)
    answer = client.get("/api/v1/measures?format=xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    head, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert {row[0] for row in rows} == SEEN[role]["measures"]
    amounts = [row[head.index("税收(wan)")] for row in rows]
    assert all(amount is None for amount in amounts) is (role not in READS_AMOUNTS)


def test_reading_amounts_is_logged_and_reading_masked_ones_is_not(county, signed_in):
    signed_in(Role.TOWN).get("/api/v1/measures")
    assert not AuditEvent.objects.filter(action="amounts.viewed").exists()
    signed_in(Role.ANALYST).get(f"/api/v1/measures?firm_id={FIRM}")
    event = AuditEvent.objects.get(action="amounts.viewed")
    assert (event.by.role, event.about, event.detail["asked"]) == (Role.ANALYST, "measures:list", {"firm_id": FIRM})
    assert event.request_id


def test_an_older_revision_shows_what_was_known_then(county, signed_in):
    from mujun.web.register.models import MODELS, Revision

    later = Revision.objects.create(kind="correction")
    old = MODELS["measures"]._default_manager.get(firm_id=FIRM, year=2022)
    MODELS["measures"]._default_manager.filter(pk=old.pk).update(until=later)
    MODELS["measures"]._default_manager.create(since=later, firm_id=FIRM, year=2022, tax_wan=1.0)
    client = signed_in(Role.ANALYST)
    address = f"/api/v1/measures?firm_id={FIRM}&year=2022"
    assert [row["tax_wan"] for row in client.get(address).json()["items"]] == [1.0]
    then = client.get(f"{address}&revision={county.pk}").json()["items"]
    assert [(row["tax_wan"], row["since"]) for row in then] == [(3022.0, county.pk)]
    assert client.get(f"{address}&revision=0").json()["count"] == 0


def test_pages_follow_each_other_by_next(county, signed_in):
    client = signed_in(Role.ANALYST)
    address, keys = "/api/v1/parcels?limit=2", []
    while address:
        body = client.get(address).json()
        keys += [row["parcel_id"] for row in body["items"]]
        address = body["next"]
    assert keys == ["P1", "P2", "P3"]


def test_text_that_would_act_as_a_formula_stays_text(county, signed_in):
    from mujun.web.register.models import MODELS

    MODELS["firms"]._default_manager.filter(firm_id=FIRM).update(name='=HYPERLINK("http://elders","klik")')
    answer = signed_in(Role.ANALYST).get("/api/v1/firms?format=xlsx")
    cells = [cell for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    [cell] = [cell for cell in cells if str(cell.value).startswith("=HYPERLINK")]
    assert cell.data_type == "s"
    assert cell.quotePrefix
