"""Another town's rows, tiles and files cannot be had by guessing addresses; neither can another person's work."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from mujun.web.maps.jobs import build_tiles
from mujun.web.maps.models import TileSet
from mujun.web.people.rights import Role
from mujun.web.register.models import JobProgress
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
NARROW = [Role.TOWN, Role.FIRM]
SECRETS = ("乙字五金", "P2", "P3")
"""What only the other town has; the second firm's code also stands in the first town, where it is a tenant."""


@pytest.fixture
def drawn(county, settings, tmp_path) -> dict[str, TileSet]:
    settings.TILES_ROOT = tmp_path / "tiles"
    build_tiles()
    return {found.town: found for found in TileSet.objects.all()}


@pytest.mark.parametrize("role", NARROW)
def test_cards_outside_the_scope_are_like_cards_that_do_not_exist(county, signed_in, role):
    client = signed_in(role)
    assert client.get("/parcels/P1/").status_code == 200
    assert client.get(f"/firms/{FIRM}/").status_code == 200
    nowhere = client.get("/parcels/NERGENS/")
    for address in ("/parcels/P2/", "/parcels/P3/", f"/firms/{OTHER_FIRM}/", f"/firms/{OTHER_FIRM}/account.xlsx"):
        answer = client.get(address)
        assert answer.status_code == nowhere.status_code == 404, address
    for extra in ({}, {"HX-Request": "true"}):
        assert client.get("/parcels/P2/", headers=extra).status_code == 404
    assert client.get("/parcels/P2/?known=2019-01-01&day=2019-01-01").status_code == 404


@pytest.mark.parametrize("role", NARROW)
@pytest.mark.parametrize("address", ["/parcels/", "/firms/"])
@pytest.mark.parametrize("query", ["", f"town={OTHER_TOWN}", "q=P2", "q=乙", "sort=-town", "page=2"])
def test_lists_and_their_workbooks_stay_inside(county, signed_in, role, address, query):
    client = signed_in(role)
    table = client.get(f"{address}?{query}").context["table"]
    assert {getattr(row, "parcel_id", None) or row.firm_id for row in table.rows} <= {"P1", FIRM}
    answer = client.get(f"{address}?{query}&format=xlsx")
    cells = [str(cell) for row in load_workbook(io.BytesIO(answer.content)).active.values for cell in row]
    assert not set(SECRETS) & set(cells)


@pytest.mark.parametrize("role", NARROW)
def test_the_search_finds_only_what_is_inside(drawn, signed_in, role):
    client = signed_in(role)
    for text in ("P", "P2", "乙", "yz", "五金", OTHER_FIRM, OTHER_TOWN):
        found = client.get("/search/", {"q": text, "format": "json"}).json()["results"]
        assert not [hit for hit in found if "P2" in str(hit) or "乙" in str(hit)], text
    assert client.get("/search/", {"q": "P1", "format": "json"}).json()["results"]


def test_a_cadre_gets_the_tiles_of_the_own_town_only(drawn, signed_in):
    client, everything, firm = signed_in(Role.TOWN), signed_in(Role.ANALYST), signed_in(Role.FIRM)

    def status(who, town: str) -> int:
        found = drawn[town]
        return who.get(f"/tiles/{found.digest}/{found.min_zoom}/0/0.mvt").status_code

    assert [status(client, town) for town in (TOWN, OTHER_TOWN, "")] == [200, 404, 404]
    assert [status(everything, town) for town in (TOWN, OTHER_TOWN, "")] == [200, 200, 200]
    assert [status(firm, town) for town in (TOWN, OTHER_TOWN, "")] == [404, 404, 404]
    assert client.get(f"/tiles/{'0' * 64}/9/0/0.mvt").status_code == 404


@pytest.mark.parametrize("role", NARROW)
def test_the_table_behind_the_map_is_cut_to_the_scope(drawn, signed_in, role):
    client = signed_in(role)
    for address in ("/map/table.json", "/map/names.json", "/map/table.json?run=1"):
        answer = client.get(address)
        text = answer.content.decode() if answer.status_code == 200 else ""
        assert not any(secret in text for secret in SECRETS), address
        assert drawn[OTHER_TOWN].digest not in text
        assert drawn[""].digest not in text
    assert "P1" in json.dumps(client.get("/map/table.json").json()) or role is Role.TOWN


@pytest.mark.parametrize("role", NARROW)
def test_no_page_names_what_is_outside(drawn, signed_in, role):
    client = signed_in(role)
    for address in ("/", "/parcels/", "/firms/", "/runs/", "/notices/areas/", "/objections/", "/jobs/", "/tokens/"):
        text = client.get(address).content.decode()
        assert not any(f">{secret}<" in text for secret in SECRETS), address
        assert OTHER_TOWN not in text, address


def test_a_map_drawn_for_one_is_not_served_to_another(drawn, signed_in):
    whole = signed_in(Role.ANALYST).get("/map/table.json")
    cut = signed_in(Role.TOWN).get("/map/table.json", headers={"If-None-Match": whole.headers["ETag"]})
    assert cut.status_code == 200
    assert cut.content != whole.content
    assert "Cookie" in cut.headers["Vary"]
    assert "private" in cut.headers["Cache-Control"]


def test_nobody_sees_or_stops_another_ones_work(person, signed_in):
    job = JobProgress.objects.create(kind="tiles", title="示范工作", by=person(Role.ANALYST))
    for role in (Role.TOWN, Role.FIRM, Role.ADMINISTRATOR):
        client = signed_in(role)
        for address in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/part/"):
            assert client.get(address).status_code == 404
        assert client.post(f"/jobs/{job.pk}/stop/").status_code == 404
        assert "示范工作" not in client.get("/jobs/").content.decode()
    assert signed_in(Role.AUDITOR).post(f"/jobs/{job.pk}/stop/").status_code == 404
    job.refresh_from_db()
    assert not job.stop_requested


@pytest.mark.parametrize("path", ["../../secret-key", "..%2f..%2fsecret-key", "%2e%2e/secret-key", "....//secret-key"])
def test_no_file_of_the_installation_can_be_reached(county, signed_in, path):
    client = signed_in(Role.ANALYST)
    for prefix in (
        "/static/",
        "/parcels/",
        "/firms/",
        "/tiles/",
        "/ogc/collections/parcels/items/",
        "/imports/templates/",
    ):
        assert client.get(f"{prefix}{path}").status_code in (301, 400, 404), prefix
