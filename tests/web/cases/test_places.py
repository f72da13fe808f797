"""Where a case lies and whom it is about: found when it is raised, found anew when an act names another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.cases import actions, queries
from mujun.web.cases.models import Case
from tests.web.cases.conftest import photo
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
NOWHERE, IN_P2 = [120.0, 28.0], [120.045, 28.505]
ORDER = {"hazard_kind": "fire", "level": "major"}


@pytest.fixture(autouse=True)
def _lists(county):
    actions.take_in_lists(by=None)


def raised(by, town="", **fields):
    given = {"subject": "锁闭消防通道", "place": NOWHERE} | fields
    return actions.raise_case("hazard", fields=given, source="patrol", town=town, files={"photo": [photo()]}, by=by)


def ordered(case, by, **fields):
    due = {"due_on": (timezone.localdate() + dt.timedelta(days=30)).isoformat()}
    actions.act(case.pk, "assign", unit="住建局", fields=ORDER | due | fields, by=by)
    return Case.objects.get(pk=case.pk)


def lies(case):
    return case.firm_id, case.firm_name, case.parcel_id, case.town


def found(text, user):
    return [case.pk for case in queries.search_cases(text, user)]


def test_another_firm_takes_the_place_of_the_first(office, bureau, firm, person):
    other, cadre = person("firm", "other", firm_id=OTHER_FIRM), person("town", "there", towns=[OTHER_TOWN])
    case = raised(office, firm=FIRM)
    assert lies(case) == (FIRM, "甲字五金", "", TOWN)
    case = ordered(case, office, firm=OTHER_FIRM)
    assert lies(case) == (OTHER_FIRM, "乙字五金", "", OTHER_TOWN)
    assert (found("乙字五金", office), found(OTHER_FIRM, office)) == ([case.pk], [case.pk])
    assert (found("甲字五金", office), found(FIRM, office)) == ([], [])
    assert not queries.cases_in_scope(firm).filter(pk=case.pk).exists()
    assert queries.cases_in_scope(other).filter(pk=case.pk).exists()
    assert queries.cases_in_scope(cadre).filter(pk=case.pk).exists()


def test_a_firm_that_is_cleared_no_longer_sees_the_case(office, bureau, firm):
    case = ordered(raised(office, firm=FIRM), office, firm="")
    assert lies(case) == ("", "", "", "")
    assert not queries.cases_in_scope(firm).filter(pk=case.pk).exists()
    assert queries.options_for(firm, case) == ()
    assert found("甲字五金", office) == []
    case = ordered(raised(office, firm=FIRM), office, firm="", parcel="P2")
    assert lies(case) == ("", "", "P2", OTHER_TOWN)


@pytest.mark.parametrize(
    ("said", "first", "then", "town"),
    [
        ("", {"firm": FIRM}, {"parcel": "P2"}, OTHER_TOWN),  # a parcel says where
        ("", {"parcel": "P1"}, {"parcel": ""}, ""),  # what came from it goes with it
        ("", {"parcel": "P1", "firm": OTHER_FIRM}, {"parcel": ""}, OTHER_TOWN),
        (TOWN, {}, {"firm": OTHER_FIRM}, TOWN),  # a town that was said outlives the firm's
        (TOWN, {"firm": FIRM}, {"firm": ""}, TOWN),
        (TOWN, {}, {"parcel": "P2"}, OTHER_TOWN),  # but not the parcel that is found later
        ("", {"firm": FIRM}, {"subject": "通道堵塞"}, TOWN),  # nothing of the place was touched
    ],
)
def test_the_town_follows(office, bureau, said, first, then, town):
    assert ordered(raised(office, said, **first), office, **then).town == town


def test_a_town_keeps_what_it_works_on(town, bureau):
    case = raised(town, firm=FIRM)
    assert ordered(case, town, firm="").town == TOWN
    with pytest.raises(Refused, match="不在您的范围内"):
        ordered(raised(town, firm=FIRM), town, firm=OTHER_FIRM)


def test_a_cadre_of_several_towns_says_which(person, town):
    both = person("town", "both", towns=[TOWN, OTHER_TOWN])
    with pytest.raises(Refused, match="您负责几个镇街"):
        raised(both)
    assert not Case.objects.exists()
    assert raised(both, OTHER_TOWN).town == OTHER_TOWN
    assert raised(both, place=IN_P2).town == OTHER_TOWN, "the parcel that was tapped says it"
    assert raised(both, firm=FIRM).town == TOWN
    assert raised(town).town == TOWN, "who has one town need not say it"
    assert raised(town, place=IN_P2).town == TOWN, "a tap beside the own town is the own town's"


def test_the_point_is_the_one_that_was_tapped_else_the_parcels(office, bureau):
    case = raised(office, parcel="P1", place="厂门口")
    assert (case.lon, case.lat) == (120.025, 28.505)
    case = ordered(case, office, parcel="P2")
    assert (case.lon, case.lat) == (120.045, 28.505)
    case = raised(office, parcel="P1", place=IN_P2)
    assert ([case.lon, case.lat], case.town) == (IN_P2, TOWN)
