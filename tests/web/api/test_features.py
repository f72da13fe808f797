"""OGC API - Features: what the standard asks, and that GDAL's own driver reads it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
import shapely
from django.test import Client

from mujun.web.people import actions
from mujun.web.people.rights import Role
from mujun.web.people.visible import PROTECTED
from mujun.web.register.models import MODELS
from tests.web.conftest import OTHER_FIRM

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/parcels/items"


def ids(client: Client, address: str) -> list[str]:
    return [feature["id"] for feature in client.get(address).json()["features"]]


def test_the_first_page_leads_everywhere(county, signed_in):
    client = signed_in(Role.ANALYST)
    links = {link["rel"]: link["href"] for link in client.get("/ogc/").json()["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= links.keys()
    for href in links.values():
        assert client.get(href).status_code == 200
    assert any(part.endswith("/conf/core") for part in client.get(links["conformance"]).json()["conformsTo"])
    described = client.get(links["service-desc"])
    assert described.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert set(described.json()["paths"]) >= {"/", "/conformance", "/collections/parcels/items"}


def test_collections_say_where_they_are(county, signed_in):
    client = signed_in(Role.ANALYST)
    found = {each["id"]: each for each in client.get("/ogc/collections").json()["collections"]}
    assert set(found) == {"parcels", "buildings", "barriers"}
    assert found["parcels"]["extent"]["spatial"]["bbox"] == [pytest.approx([120.02, 28.5, 120.07, 28.51])]
    assert found["buildings"]["extent"]["spatial"]["bbox"] == [[-180.0, -90.0, 180.0, 90.0]]
    assert client.get("/ogc/collections/parcels").json()["itemType"] == "feature"
    assert client.get("/ogc/collections/firms").status_code == 404


def test_a_feature_is_geojson_without_amounts(county, signed_in):
    feature = signed_in(Role.ANALYST).get(f"{ITEMS}/P1").json()
    assert (feature["type"], feature["id"]) == ("Feature", "P1")
    assert not PROTECTED["parcels"] & feature["properties"].keys()
    shape = shapely.geometry.shape(feature["geometry"])
    assert shape.exterior.is_ccw
    assert shape.equals_exact(shapely.box(120.02, 28.5, 120.03, 28.51), 1e-9)


def test_no_amount_is_in_any_answer_of_any_collection(county, signed_in):
    client = signed_in(Role.ANALYST)
    for name in ("parcels", "buildings", "barriers"):
        text = client.get(f"/ogc/collections/{name}/items").content.decode()
        assert "wan" not in text


def test_each_role_gets_its_features(county, signed_in):
    assert ids(signed_in(Role.ANALYST), ITEMS) == ["P1", "P2", "P3"]
    for role in (Role.TOWN, Role.FIRM):
        client = signed_in(role, username=f"own-{role}")
        assert ids(client, ITEMS) == ["P1"]
        assert ids(client, f"{ITEMS}?bbox=120,28,121,29") == ["P1"]
        assert client.get(f"{ITEMS}/P2").status_code == 404
    assert ids(signed_in(Role.FIRM, username="tenant", firm_id=OTHER_FIRM), ITEMS) == ["P1", "P2"]
    assert Client().get(ITEMS).status_code == 401


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("120.02,28.5,120.03,28.51", ["P1"]),
        ("120.02,28.5,0,120.03,28.51,100", ["P1"]),
        ("120.031,28.5,120.039,28.51", []),
        ("120.03,28.50,120.04,28.51", ["P1", "P2"]),
        ("119,28,121,29", ["P1", "P2", "P3"]),
        ("170,28,120.035,29", ["P1"]),
        ("-10,-10,10,10", []),
    ],
)
def test_a_box_gives_what_touches_it(county, signed_in, box, expected):
    assert ids(signed_in(Role.ANALYST), f"{ITEMS}?bbox={box}") == expected


def test_a_box_looks_at_the_shape_and_not_only_at_its_frame(county, signed_in):
    triangle = shapely.to_wkb(shapely.Polygon([(120.02, 28.5), (120.03, 28.5), (120.02, 28.51)]))
    MODELS["parcels"]._default_manager.filter(parcel_id="P1").update(geometry=triangle)
    client = signed_in(Role.ANALYST)
    assert ids(client, f"{ITEMS}?bbox=120.028,28.508,120.029,28.509") == []
    assert ids(client, f"{ITEMS}?bbox=120.021,28.501,120.022,28.502") == ["P1"]


@pytest.mark.parametrize("extra", ["", "&bbox=119,28,121,29"])
def test_pages_follow_each_other_by_links(county, signed_in, extra):
    client = signed_in(Role.ANALYST)
    address, found, rounds = f"{ITEMS}?limit=2{extra}", [], 0
    while address:
        body = client.get(address).json()
        assert body["numberMatched"] == 3
        assert body["numberReturned"] == len(body["features"]) <= 2
        found += [feature["id"] for feature in body["features"]]
        address = next((link["href"] for link in body["links"] if link["rel"] == "next"), "")
        rounds += 1
    assert (found, rounds) == (["P1", "P2", "P3"], 2)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=x",
        "offset=-1",
        "bbox=1,2,3",
        "bbox=1,2,3,nan",
        "bbox=0,9,1,8",
        "bbox=a,b,c,d",
        "onbekend=1",
        "crs=EPSG:4326",
        "f=html",
        "datetime=gisteren",
        "limit=99999999999999999999",
    ],
)
def test_a_broken_question_is_refused_with_a_sentence(county, signed_in, query):
    answer = signed_in(Role.ANALYST).get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query", ["datetime=2022-12-31", "datetime=../2022-01-01T00:00:00Z", "limit=99999", "town=甲镇"]
)
def test_what_the_standard_allows_is_accepted(county, signed_in, query):
    answer = signed_in(Role.ANALYST).get(f"{ITEMS}?{query}")
    assert answer.status_code == 200
    assert answer.json()["numberMatched"] == (1 if "town" in query else 3)


def test_a_parcel_that_is_not_drawn_has_no_geometry(county, signed_in):
    MODELS["parcels"]._default_manager.filter(parcel_id="P3").update(geometry=None)
    client = signed_in(Role.ANALYST)
    assert client.get(f"{ITEMS}/P3").json()["geometry"] is None
    assert ids(client, f"{ITEMS}?bbox=119,28,121,29") == ["P1", "P2"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="gdal-bin is not installed")
def test_gdal_reads_it_with_a_token(county, person, live_server):
    _token, text = actions.make_token(by=person(Role.TOWN), name="GDAL", days=1)

    def ogrinfo(*arguments: str, token: str = text) -> subprocess.CompletedProcess[str]:
        settings = {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}", "no_proxy": "*"}
        call = ["ogrinfo", "-ro", "-al", f"OAPIF:{live_server.url}/ogc/", *arguments]
        return subprocess.run(call, capture_output=True, text=True, timeout=60, env=os.environ | settings, check=False)

    found = ogrinfo("parcels")
    assert found.returncode == 0, found.stderr
    assert "Feature Count: 1" in found.stdout
    assert "parcel_id (String) = P1" in found.stdout
    assert "POLYGON ((120.03 28.5,120.03 28.51,120.02 28.51,120.02 28.5,120.03 28.5))" in found.stdout
    assert "P2" not in found.stdout
    assert "Feature Count: 0" in ogrinfo("parcels", "-spat", "121", "28", "122", "29").stdout
    assert ogrinfo("parcels", token="mujun_wrong").returncode != 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="gdal-bin is not installed")
def test_gdal_follows_the_pages_to_the_end(county, person, live_server, tmp_path):
    _token, text = actions.make_token(by=person(Role.ANALYST), name="GDAL", days=1)
    target = tmp_path / "parcels.geojson"
    call = ["ogr2ogr", str(target), f"OAPIF:{live_server.url}/ogc/", "parcels", "-oo", "PAGE_SIZE=1"]
    settings = {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {text}", "no_proxy": "*"}
    subprocess.run(call, check=True, timeout=60, env=os.environ | settings, capture_output=True)
    assert len(json.loads(target.read_text())["features"]) == 3
