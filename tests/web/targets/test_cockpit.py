"""The cockpit: what a leader sees on one screen, inside the scope, by a fixed number of queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mujun.web.campaign import actions as campaign
from mujun.web.campaign.models import Stage
from mujun.web.cases import actions as cases
from mujun.web.cases.queries.overview import late_units, loops
from mujun.web.pages.cockpit.late import Late, by_person
from mujun.web.targets import actions
from mujun.web.targets.models import Target
from tests.web.campaign.ground import county_with_land, photo, two_blocks, work_to
from tests.web.conftest import OTHER_TOWN, PASSWORD, TOWN
from tests.web.targets.ground import YEAR, in_force, land_target, plan, town_parts

pytestmark = pytest.mark.django_db
BUDGET = 32
LONG_AGO = timezone.now() - dt.timedelta(days=60)


@pytest.fixture
def blocks(settings, tmp_path, analyst):
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.LISTS_ROOT = tmp_path / "lists"
    county_with_land()
    return two_blocks(analyst)


@pytest.fixture
def year_missed(analyst, leader):
    """Last year's promise of 5,000 mu, broken down to two towns, of which nothing came."""
    held = plan(analyst)
    days = {"starts_on": dt.date(YEAR - 1, 1, 1), "due_on": dt.date(YEAR - 1, 12, 31)}
    made = land_target(held, analyst, formula="freed_mu", **days)
    return in_force(made, analyst, leader, town_parts())


def seen_by(user):
    client = Client()
    client.force_login(user)
    return client.get(reverse("cockpit"))


def test_a_leader_begins_at_the_cockpit_and_everybody_else_at_the_map(leader, analyst, client):
    for user, page in ((leader, reverse("cockpit")), (analyst, "/")):
        answer = client.post("/login/", {"username": user.username, "password": PASSWORD})
        assert answer.headers["Location"] == page
        client.logout()
    asked = client.post("/login/", {"username": leader.username, "password": PASSWORD, "next": "/firms/"})
    assert asked.headers["Location"] == "/firms/"
    assert f'href="{reverse("home")}"' in client.get(reverse("cockpit")).content.decode()


def test_empty_screens_say_who_fills_them(leader, analyst):
    text = seen_by(leader).content.decode()
    for word in ("还没有下达的目标", "还没有区块", "没有逾期，也没有红灯"):
        assert word in text, word
    assert "从文件立目标" in seen_by(analyst).content.decode()


def test_targets_by_light_each_promise_once(leader, year_missed):
    page = seen_by(leader)
    assert dict(page.context["counts"]) == {"red": 1, "yellow": 0, "green": 0, "grey": 0}
    [shown] = page.context["lines"]
    assert shown["line"].target.pk == year_missed.pk
    assert f"{reverse('targets')}?light=red" in page.content.decode()


def test_blocks_by_stage_and_lateness(leader, analyst, blocks):
    work_to(blocks[0], Stage.VACATE, analyst)
    campaign.accept_land(blocks[0].pk, "G1", None, timezone.localdate(), "", photo(), by=leader)
    page = seen_by(leader)
    held = {one["stage"]: (one["count"], one["late"]) for one in page.context["stages"]}
    assert sum(count for count, _late in held.values()) == 2
    assert held[Stage.DEMOLISH][0] == 1
    assert page.context["accepted_mu"] == pytest.approx(30)
    assert page.context["late_blocks"] == sum(late for _count, late in held.values())


def test_who_is_late_and_why(leader, analyst, year_missed, blocks, person):
    person("department", "bureau", unit="住建局")
    case = cases.raise_case(
        "request", fields={"subject": "厂房漏水"}, source="visit", town=TOWN, by=analyst, at=LONG_AGO
    )
    cases.act(case.pk, "assign", unit="住建局", fields={"category": "land"}, by=analyst,
              at=LONG_AGO + dt.timedelta(minutes=20))  # fmt: skip
    people = {one.who: one for one in seen_by(leader).context["people"]}
    assert any("期限" in item.why for item in people[TOWN].items)
    assert people["住建局"].worst.what == "1 件清单事项"
    # The whole is not said to be late beside its parts.
    assert all(item.what != year_missed.name for one in people.values() for item in one.items)


def test_people_with_most_come_first_and_the_longest_late_is_said():
    items = [Late("甲", "一", "", 3, ""), Late("乙", "二", "", 90, ""), Late("甲", "三", "", 7, "")]
    assert [(one.who, one.worst.what) for one in by_person(items)] == [("甲", "三"), ("乙", "二")]


def test_overdue_orders_are_late(leader, analyst, year_missed):
    part = Target.objects.get(town=TOWN)
    order = actions.issue_order(part.pk, "补上", timezone.localdate(), by=leader)
    type(order).objects.filter(pk=order.pk).update(
        issued_on=timezone.localdate() - dt.timedelta(days=9), due_on=timezone.localdate() - dt.timedelta(days=2)
    )
    page = seen_by(leader)
    [late] = [item for one in page.context["people"] for item in one.items if item.what == order.number]
    assert late.days == 2
    assert page.context["orders"] == 1


def test_loops_count_open_late_solved_and_reopened(leader, analyst, blocks, person):
    person("department", "bureau", unit="住建局")
    for number in range(3):
        cases.raise_case(
            "request", fields={"subject": f"第{number}件"}, source="visit", town=TOWN, by=analyst, at=LONG_AGO
        )
    found = {one.name: one for one in loops(leader, LONG_AGO - dt.timedelta(days=1), timezone.now())}
    assert (found["request"].open, found["request"].red, found["request"].raised) == (3, 3, 3)
    assert found["request"].closing_rate == 0
    assert found["request"].reopen_rate is None
    assert [(one.unit, one.number) for one in late_units(leader, timezone.now())] == [("", 3)]
    text = seen_by(leader).content.decode()
    assert found["request"].label in text
    assert "还没有交办" in text


def test_a_cadre_sees_the_own_town_only(cadre, leader, year_missed, blocks):
    page = seen_by(cadre)
    assert [one["line"].target.town for one in page.context["lines"]] == [TOWN]
    assert len(page.context["blocks"]) == 1
    assert OTHER_TOWN not in page.content.decode()


def test_a_department_has_no_blocks_on_its_screen(person):
    page = seen_by(person("department"))
    assert page.status_code == 200
    assert 'id="stages"' not in page.content.decode()


def test_as_many_queries_for_many_as_for_few(leader, analyst, year_missed, blocks):
    counts = []
    for more in (1, 10):
        for number in range(more):
            cases.raise_case(
                "request", fields={"subject": f"{more}-{number}"}, source="visit", town=TOWN, by=analyst, at=LONG_AGO
            )
        client = Client()
        client.force_login(leader)
        client.get(reverse("cockpit"))
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse("cockpit")).status_code == 200
        counts.append(len(held))
    assert counts[0] == counts[1] <= BUDGET, counts
