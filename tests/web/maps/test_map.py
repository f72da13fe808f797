"""The map gives every role what lies inside its scope, and nothing of anybody else's by guessing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mujun.web.evaluations.models import Run
from mujun.web.maps import archives
from mujun.web.maps.jobs import build_tiles
from mujun.web.maps.models import MapBuild, TileSet
from mujun.web.middleware import content_security_policy
from mujun.web.people.rights import Role
from mujun.web.register.models import Parcel, Revision
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

SignedIn = Callable[..., Client]
ALL_SEEING = (Role.ANALYST, Role.LEADER, Role.DEPARTMENT, Role.AUDITOR, Role.ADMINISTRATOR)


def a_tile(tile_set: TileSet) -> str:
    from pmtiles.tile import tileid_to_zxy

    tile_id = min(archives.reader(tile_set.digest)._places)
    return reverse("tile", args=[tile_set.digest, *tileid_to_zxy(tile_id)])


def table_of(client: Client, run: str = "") -> dict[str, Any]:
    answer = client.get(reverse("map_table"), {"run": run})
    assert answer.status_code == 200
    return json.loads(answer.content)


def face_of(table: dict[str, Any], key: str) -> dict[str, Any]:
    return next(face for face in table["faces"] if face["key"] == key)


def label_by_parcel(table: dict[str, Any], build: MapBuild, key: str) -> dict[str, str]:
    face = face_of(table, key)
    held = archives.numbers(build.digest)
    numbers = range(1, table["count"] + 1) if table["numbers"] == "all" else table["numbers"]
    return {
        held.parcel_ids[number - 1]: face["labels"][int(digit, 36)]
        for number, digit in zip(numbers, face["classes"], strict=True)
    }


def test_there_is_a_set_for_the_county_and_for_each_town(build: MapBuild) -> None:
    assert [(one.whole, one.town) for one in build.sets.order_by("-whole", "town")] == [
        (True, ""), (False, OTHER_TOWN), (False, TOWN),
    ]  # fmt: skip
    assert build.parcels == 3


@pytest.mark.parametrize("role", Role)
def test_tiles_inside_the_scope_only(role: Role, build: MapBuild, signed_in: SignedIn) -> None:
    client = signed_in(role)
    for tile_set in build.sets.all():
        allowed = role in ALL_SEEING or (role == Role.TOWN and tile_set.town == TOWN)
        answer = client.get(a_tile(tile_set), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == (200 if allowed else 404), (role, tile_set)
        if allowed:
            assert gzip.decompress(answer.content)
            assert "immutable" in answer["Cache-Control"]
            assert "private" in answer["Cache-Control"]


def test_a_tile_needs_an_account(build: MapBuild, client: Client) -> None:
    assert client.get(a_tile(build.sets.all()[0])).status_code == 302


def test_a_set_that_does_not_exist_is_not_found(build: MapBuild, signed_in: SignedIn) -> None:
    assert signed_in(Role.ANALYST).get(reverse("tile", args=["0" * 64, 3, 1, 1])).status_code == 404


def test_a_place_without_land_is_an_empty_tile(build: MapBuild, signed_in: SignedIn) -> None:
    digest = build.sets.get(whole=True).digest
    answer = signed_in(Role.ANALYST).get(reverse("tile", args=[digest, 14, 0, 0]))
    assert (answer.status_code, answer.content) == (200, b"")


def test_tiles_unpacked_for_who_cannot_unpack(build: MapBuild, signed_in: SignedIn) -> None:
    answer = signed_in(Role.ANALYST).get(a_tile(build.sets.get(whole=True)))
    assert "Content-Encoding" not in answer
    assert answer.content.startswith(b"\x1a")


def test_the_table_of_who_sees_all(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    table = table_of(signed_in(Role.ANALYST))
    assert table["numbers"] == "all"
    assert label_by_parcel(table, build, "grade") == {"P1": "D 类", "P2": "D 类", "P3": "未评价"}
    assert face_of(table, "grade")["counts"] == [0, 0, 0, 2, 1]
    assert {town["name"]: town["parcels"] for town in table["towns"]} == {TOWN: 1, OTHER_TOWN: 2}
    assert len(table["sets"]) == 1


def test_the_table_of_a_cadre_has_his_towns_only_and_no_amounts(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    table = table_of(signed_in(Role.TOWN))
    assert table["count"] == 1
    assert [town["name"] for town in table["towns"]] == [TOWN]
    assert "tax" not in [face["key"] for face in table["faces"]]
    digests = [one.digest for one in build.sets.filter(town=TOWN)]
    assert all(any(digest in one["tiles"] for digest in digests) for one in table["sets"])
    names = json.loads(signed_in(Role.TOWN, username="second").get(reverse("map_names")).content)
    assert names["parcels"] == ["P1"]


def test_a_firm_gets_its_own_parcels_as_shapes(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    table = table_of(signed_in(Role.FIRM))
    assert table["parcels"] == ["P1"]
    assert len(table["shapes"]["features"]) == 1
    assert table["sets"] == []
    assert signed_in(Role.FIRM, username="second").get(reverse("map_names")).status_code == 404


def test_another_firms_grade_is_not_on_a_cadres_map(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    """The land in the first town is used by the other town's firm after the first lets all of it."""
    from mujun.web.register.models import Occupancy

    Occupancy.objects.filter(firm_id=OTHER_FIRM, parcel_id="P1").update(area_m2=4_900.0)
    Occupancy.objects.filter(firm_id=FIRM, parcel_id="P1").update(area_m2=5_000.0)
    seen = label_by_parcel(table_of(signed_in(Role.TOWN)), build, "grade")
    assert seen == {"P1": "未评价"}
    assert label_by_parcel(table_of(signed_in(Role.LEADER)), build, "grade")["P1"] == "D 类"


def test_tax_per_mu_is_weighted_by_what_each_uses(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    from mujun.web.maps.classes import parcel_frame
    from mujun.web.maps.document import evaluation_day
    from mujun.web.register.models import Occupancy

    Occupancy.objects.filter(firm_id=OTHER_FIRM, parcel_id="P1").update(area_m2=2_000.0)
    frame = parcel_frame(run, evaluation_day(run))
    first = 3_022 / (3_000 * 3 / 2_000)  # what it keeps of its own 5,000 m², in mu
    other = 4_022 / (7_000 * 3 / 2_000)
    assert frame.at["P2", "tax_wan_per_mu"] == pytest.approx(other)
    assert frame.at["P1", "tax_wan_per_mu"] == pytest.approx((first * 3_000 + other * 2_000) / 5_000)
    assert frame["use"].to_dict() == {"P1": 0, "P2": 0, "P3": 2}


def test_a_draft_is_for_those_who_may_read_drafts(build: MapBuild, run: Run, signed_in: SignedIn) -> None:
    Run.objects.filter(pk=run.pk).update(state="rehearsed", signed_by=None)
    assert "grade" in [face["key"] for face in table_of(signed_in(Role.ANALYST))["faces"]]
    assert "grade" not in [face["key"] for face in table_of(signed_in(Role.TOWN))["faces"]]


def test_the_browser_need_not_load_the_table_twice(build: MapBuild, signed_in: SignedIn) -> None:
    client = signed_in(Role.ANALYST)
    first = client.get(reverse("map_table"), headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(first.content))["count"] == 3
    again = client.get(reverse("map_table"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_first_page_says_what_to_do(db: None, signed_in: SignedIn) -> None:
    assert "这里还没有宗地" in signed_in(Role.ANALYST).get("/").content.decode()


def test_the_first_page_says_that_the_map_is_not_drawn(county: Revision, signed_in: SignedIn) -> None:
    assert "绘制地图" in signed_in(Role.ANALYST).get("/").content.decode()
    assert "<form" not in signed_in(Role.LEADER).get("/").content.decode().split("地图还没有绘制")[1]


def test_the_map_says_that_it_is_old(build: MapBuild, signed_in: SignedIn) -> None:
    client = signed_in(Role.ANALYST)
    assert "数据在这张地图之后有更新" not in client.get("/").content.decode()
    Parcel.objects.create(since=Revision.objects.create(kind="import"), parcel_id="P9", town=TOWN)
    assert "数据在这张地图之后有更新" in client.get("/").content.decode()


def test_drawing_the_same_again_keeps_the_same_sets(build: MapBuild) -> None:
    before = {(one.town, one.digest) for one in build.sets.all()}
    build_tiles()
    assert MapBuild.objects.count() == 1
    assert {(one.town, one.digest) for one in TileSet.objects.all()} == before


def test_drawing_is_started_by_who_may_import(county: Revision, signed_in: SignedIn) -> None:
    from mujun.web.register.models import JobProgress

    assert signed_in(Role.LEADER).post(reverse("map_build")).status_code == 403
    assert signed_in(Role.ANALYST).post(reverse("map_build")).status_code == 302
    assert JobProgress.objects.filter(kind="tiles").count() == 1


def test_a_revision_of_land_queues_the_drawing(county: Revision, django_capture_on_commit_callbacks: Any) -> None:
    from mujun.web.register.models import JobProgress, Measure

    with django_capture_on_commit_callbacks(execute=True):
        revision = Revision.objects.create(kind="import")
        Measure.objects.create(since=revision, firm_id=FIRM, year=2020, tax_wan=1.0)
    assert not JobProgress.objects.filter(kind="tiles").exists()
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            revision = Revision.objects.create(kind="import")
            Parcel.objects.create(since=revision, parcel_id=f"N{revision.pk}", town=TOWN)
    assert JobProgress.objects.filter(kind="tiles").count() == 1


def test_a_county_may_lay_its_own_map_service_under_the_parcels(
    build: MapBuild, signed_in: SignedIn, settings: Any
) -> None:
    client = signed_in(Role.ANALYST)
    assert '"basemap": null' in client.get("/").content.decode()
    settings.MAP_TILES = ["https://map.example/{z}/{x}/{y}"]
    settings.MAP_ORIGINS = ["https://map.example"]
    assert "https://map.example/{z}/{x}/{y}" in client.get("/").content.decode()
    assert content_security_policy().count("https://map.example") == 2
