"""One box: names, codes, initials, inside the scope."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from mujun.web.evaluations.models import Run
from mujun.web.maps.models import MapBuild, SearchEntry
from mujun.web.maps.search import find, initials, refresh_search
from mujun.web.people.rights import Role, Scope
from mujun.web.register.models import Firm, Revision
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

ALL = Scope(None, None, amounts=True)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("甲字五金", "jzwj"), ("重庆路3号", "cql3h"), ("ABC 制造", "abczz"), ("", ""), ("（永）", "y")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("text", ["甲字", "JZWJ", "jz wj", FIRM, FIRM[:8], FIRM.lower()[:10], FIRM[-6:]])
def test_a_firm_is_found_by_name_code_and_initials(text: str, build: MapBuild) -> None:
    assert FIRM in [entry.key for entry in find(text, ALL)]


def test_what_matches_wholly_comes_first(build: MapBuild) -> None:
    assert find(TOWN, ALL)[0].kind == "town"
    assert find("P1", ALL)[0].key == "P1"


@pytest.mark.parametrize("text", ["", "   ", "查无此人", "%", "_"])
def test_nothing_is_found_for_nothing(text: str, build: MapBuild) -> None:
    assert find(text, ALL) == []


def test_a_cadre_finds_only_his_towns(build: MapBuild) -> None:
    scope = Scope(frozenset({TOWN}), None, amounts=False)
    assert {entry.town for entry in find("字五金", scope)} == {TOWN}
    assert find(OTHER_FIRM, scope) == []
    assert find(OTHER_TOWN, scope) == []


def test_a_firm_finds_itself_and_its_land(build: MapBuild) -> None:
    scope = Scope(None, frozenset({FIRM}), amounts=True)
    assert {entry.key for entry in find("P", scope)} == {"P1"}
    assert [entry.key for entry in find("字五金", scope)] == [FIRM]
    assert find(TOWN, scope) == []


def test_a_lessor_finds_the_land_it_lets(build: MapBuild) -> None:
    entry = SearchEntry.objects.get(key="P1")
    assert set(entry.firms) == {FIRM, OTHER_FIRM}


def test_only_what_changed_is_written(build: MapBuild, county: Revision) -> None:
    before = dict(SearchEntry.objects.values_list("key", "pk"))
    later = Revision.objects.create(kind="import")
    Firm.objects.filter(firm_id=FIRM).update(until=later)
    Firm.objects.create(since=later, firm_id=FIRM, name="甲字机械", town=TOWN)
    refresh_search(later.pk)
    after = dict(SearchEntry.objects.values_list("key", "pk"))
    assert [key for key in after if after[key] != before.get(key)] == [FIRM]
    assert SearchEntry.objects.get(key=FIRM).initials == "jzjx"


def test_the_box_answers_json_with_grade_and_place(build: MapBuild, run: Run, signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.ANALYST)
    answer = client.get(reverse("search"), {"q": "甲字", "format": "json"}).json()
    (found,) = answer["results"]
    assert (found["grade"], found["kind"], found["fly"]["kind"]) == ("A", "firm", "firm")
    assert answer["none"]


def test_enter_opens_the_only_hit(build: MapBuild, signed_in: Callable[..., Client]) -> None:
    client = signed_in(Role.ANALYST)
    assert client.get(reverse("search"), {"q": "P2"})["Location"] == reverse("parcel", args=["P2"])
    assert "没有找到" in client.get(reverse("search"), {"q": "查无此人"}).content.decode()
    assert client.get(reverse("search"), {"q": "字五金"}).status_code == 200
