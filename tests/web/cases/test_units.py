"""A case is given to units that somebody works for; a slip is refused with the name that was meant."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mujun.base.errors import Refused
from mujun.web.cases import actions
from mujun.web.cases.models import Case
from mujun.web.cases.queries.people import check_units
from tests.web.cases.conftest import paper
from tests.web.conftest import TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]


def raised(by, **given):
    return actions.raise_case("request", fields={"subject": "漏水"}, source="visit", by=by, **given)


def test_a_slip_is_refused_with_the_nearest_name(office, bureau):
    case = raised(office)
    with pytest.raises(Refused, match=r"没有账号在“住健局”工作.*是不是“住建局”？"):
        actions.act(case.pk, "assign", unit="住健局", fields={"category": "land"}, by=office)
    with pytest.raises(Refused, match="请管理员先建账号"):
        actions.act(case.pk, "assign", unit="完全不同的单位名称", fields={"category": "land"}, by=office)
    with pytest.raises(Refused, match="是不是“住建局”？"):
        raised(office, owner_unit="住建")
    assert (Case.objects.get().state, Case.objects.get().owner_unit) == ("raised", "")
    actions.act(case.pk, "assign", unit="住建局", fields={"category": "land"}, by=office)
    assert Case.objects.get().owner_unit == "住建局"


def test_each_of_several_units_has_to_be_there(office, bureau, firm):
    case = actions.raise_case(
        "package", fields={"subject": "一", "matter": "factory"}, source="online", files={"document": [paper()]}, by=firm
    )  # fmt: skip
    with pytest.raises(Refused, match="没有账号在“消防队”工作"):
        actions.act(case.pk, "accept", unit="住建局", units=["住建局", "消防队"], by=office)
    assert not case.parts.exists()


def test_who_counts_as_a_unit(office, bureau, town, leader, firm, person, django_assert_num_queries):
    gone = person("department", "gone", unit="已撤局")
    gone.is_active = False
    gone.save()
    for known in ("住建局", "专班办公室", TOWN, " 住建局 "):
        check_units([known])
    for unknown in ("已撤局", "县府办"):
        with pytest.raises(Refused):
            check_units([unknown])
    with django_assert_num_queries(0):
        check_units(["", " "])


def test_the_form_offers_the_units_and_says_what_was_wrong(office, bureau):
    case, desk = raised(office), Client()
    desk.force_login(office)
    url = reverse("case_act", args=[case.pk, "assign"])
    assert '<option value="住建局">' in desk.get(url).content.decode()
    answer = desk.post(url, {"unit": "住健局", "f_category": "land"})
    assert answer.status_code == 422
    assert "是不是“住建局”？" in answer.content.decode()
