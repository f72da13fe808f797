"""What lies before whom: parties as conditions, to-dos that wait for a step, alerts that none of others drowns."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mujun.web.cases import actions, queries
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import Case, CaseAlert
from mujun.web.cases.queries.overview import late_units, loops
from mujun.web.cases.queries.parties import parties_of
from mujun.web.cases.queries.work import work_of
from mujun.web.cases.roles import person_of, roles_in, standing_of
from mujun.web.cases.sweeping import sweep_all
from tests.web.cases.conftest import paper, photo
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
DAY = dt.timedelta(days=1)
NOW = timezone.now()


def request(by, **fields):
    return actions.raise_case("request", fields={"subject": "漏水"} | fields, source="visit", by=by)


def in_progress(office, bureau, leader):
    """A problem that the bureau works on."""
    case = actions.raise_case("inspection", fields={"subject": "问题", "cause": "rule"}, source="own_checks", by=leader)
    actions.act(case.pk, "verify", by=office)
    due = (timezone.localdate() + 30 * DAY).isoformat()
    actions.act(case.pk, "assign", unit="住建局", fields={"due_on": due, "round_name": "一"}, by=office)
    actions.act(case.pk, "set_measures", fields={"measures": "措施"}, by=bureau)
    return actions.act(case.pk, "begin", by=bureau)


def with_proof(office, bureau, leader):
    case = in_progress(office, bureau, leader)
    return actions.act(
        case.pk, "give_proof", fields={"result": "已改"}, files={"photo_after": [photo()]}, by=bureau
    )  # fmt: skip


def closed(office, bureau, leader):
    case = with_proof(office, bureau, leader)
    actions.act(case.pk, "pass_check", files={"check_report": [paper()]}, by=office)
    return actions.act(case.pk, "close", by=leader)


def test_parties_are_the_same_as_conditions_and_case_by_case(person, office, leader, town, bureau, firm):
    fire = person("department", "fire", unit="消防大队")
    people = [
        office, leader, town, bureau, firm, fire, person("firm", "other", firm_id=OTHER_FIRM), person("auditor"),
        person("town", "both", towns=[TOWN, OTHER_TOWN], unit="甲镇安监所"), person("administrator"),
        person("department", "nowhere", unit=""),
    ]  # fmt: skip
    cases = [request(office), request(firm), request(town), request(office, firm=OTHER_FIRM)]
    actions.act(cases[1].pk, "assign", unit="住建局", fields={"category": "land"}, by=office)
    actions.act(cases[2].pk, "assign", unit=TOWN, fields={"category": "land"}, by=office)
    several = actions.raise_case(
        "package", fields={"subject": "一", "matter": "factory"}, source="online", files={"document": [paper()]}, by=firm
    )  # fmt: skip
    actions.act(several.pk, "accept", unit="住建局", units=["住建局", "消防大队"], by=office)
    for case in Case.objects.all():
        standing = standing_of(case, case.parts.values_list("unit", flat=True))
        for user in people:
            held = {
                party for party, holds in parties_of(user).items() if Case.objects.filter(holds, pk=case.pk).exists()
            }
            assert held == roles_in(person_of(user), standing), (user, case)


def test_an_escalation_is_not_drowned_by_what_others_are_told(leader, office, firm):
    case = request(office)
    told = {"clock": "contact", "turn": 1, "sentence": "督办", "at": NOW, "due_at": NOW, "case": case}
    CaseAlert.objects.create(step="e2", kind="escalation", to=["leader"], **told)
    CaseAlert.objects.bulk_create(
        CaseAlert(step=f"r{number}", kind="reminder", to=["owner_unit"], **told) for number in range(400)
    )
    assert [one.parties for one in queries.alerts_for(leader, unseen=True)] == [("分管领导",)]
    assert queries.alerts_for(office) == []
    CaseAlert.objects.create(step="due", kind="due", to=[], **told)
    assert [one.alert.step for one in queries.alerts_for(office)] == ["due"], "what names nobody is the office's too"


def test_a_key_that_no_database_holds_is_passed_over(office):
    client = Client()
    client.force_login(office)
    for key in ("9" * 30, "9" * 19, "abc", "-1", ""):
        assert client.post(reverse("case_alerts"), {"alert": key}).status_code == 302


def test_what_is_asked_of_a_party_lies_before_it(office, bureau, leader, town, person):
    asked = in_progress(office, bureau, leader)
    assert (list(work_of(leader)), list(work_of(office)), list(work_of(bureau))) == ([], [], [asked])
    actions.act(asked.pk, "ask_extension", reason="雨季", by=bureau)
    assert list(work_of(leader)) == [asked]
    actions.act(asked.pk, "grant_extension", reason="同意", approval="张某", extension=30, by=leader)
    assert list(work_of(leader)) == []
    actions.act(asked.pk, "give_proof", fields={"result": "好"}, files={"photo_after": [photo()]}, by=bureau)
    assert list(work_of(office)) == [asked], "whoever checks has it before"
    own = person("analyst", "own", unit="住建局")
    assert [one.action for one in queries.options_for(own, asked) if one.action == "pass_check"] == []
    actions.act(asked.pk, "pass_check", files={"check_report": [paper()]}, by=office)
    assert (list(work_of(leader)), list(work_of(office))) == ([asked], [asked])


def test_a_town_is_asked_where_no_unit_is_responsible(office, bureau, town, county, person):
    hazard = actions.raise_case(
        "hazard", fields={"subject": "通道", "firm": FIRM, "place": [120.0, 28.0]}, source="patrol",
        files={"photo": [photo()]}, by=office,
    )  # fmt: skip
    elsewhere = person("town", "there", towns=[OTHER_TOWN])
    assert (list(work_of(town)), list(work_of(office)), list(work_of(elsewhere))) == ([hazard], [hazard], [])
    fields = {"hazard_kind": "fire", "level": "major", "due_on": (timezone.localdate() + 9 * DAY).isoformat()}
    actions.act(hazard.pk, "assign", unit="住建局", fields=fields, by=town)
    assert (list(work_of(town)), list(work_of(office)), list(work_of(bureau))) == ([], [], [hazard])
    actions.act(hazard.pk, "give_proof", files={"photo_after": [photo()]}, by=bureau)
    assert (list(work_of(town)), list(work_of(office))) == ([hazard], [hazard])


def test_every_to_do_has_a_step_for_who_has_it(office, bureau, leader, town, firm, county):
    """Whatever is in somebody's list apart from the own unit's work and what is late can be gone on with by them."""
    request(office, firm=FIRM)
    in_progress(office, bureau, leader)
    with_proof(office, bureau, leader)
    closed(office, bureau, leader)
    for user in (office, leader, town):
        for case in work_of(user):
            assert queries.options_for(user, case), (user, case.state)


def test_what_others_learn_is_told_and_shown_until_it_is_done(office, bureau, leader):
    case = closed(office, bureau, leader)
    case.refresh_from_db()
    assert (case.closed_at is None, case.done_at) == (False, None)
    late = timezone.now() + 60 * DAY
    sweep_all(late)
    assert {one.alert.clock for one in queries.alerts_for(bureau)} == {"lesson"}
    assert {one.alert.clock for one in queries.alerts_for(office)} == {"lesson"}
    assert list(work_of(bureau)) == [case]
    version = queries.list_named("inspection")
    assert {one.key: one.count for one in queries.board_by_light(office, version, late)} == {
        "red": 1, "yellow": 0, "green": 0, "grey": 0
    }  # fmt: skip
    assert [(one.unit, one.number) for one in late_units(office, late)] == [("住建局", 1)]
    assert [(one.open, one.red) for one in loops(office, late - 99 * DAY, late) if one.name == "inspection"] == [(0, 1)]
    actions.act(case.pk, "learn", fields={"lesson_text": "全县排查"}, by=bureau, at=late)
    case.refresh_from_db()
    assert case.done_at == case.closed_at
    assert (list(work_of(bureau)), queries.alerts_for(bureau), queries.alerts_for(office)) == ([], [], [])
    assert sum(one.count for one in queries.board_by_light(office, version, late)) == 0


def test_a_new_version_loses_no_case_from_board_and_figures(office, bureau):
    case = request(office)
    actions.act(case.pk, "contact", fields={"category": "land"}, by=office)
    actions.act(case.pk, "stage_reply", fields={"stage_reply": "在办"}, by=office)
    old = queries.list_named("request")
    new = actions.upload_list(old.text.replace("stage_replied", "replied"), "request.yaml", by=office)
    assert (new.in_force, new.name) == (True, "request")
    definition = definition_of(new)
    board = queries.board_by_state(office, new, definition)
    assert [(one.key, one.label, one.count) for one in board if one.count] == [
        ("stage_replied", "已阶段答复（旧规则）", 1)
    ]  # fmt: skip
    assert [one.key for one in board if not one.count] == [state.key for state in definition.states]
    figures = queries.statistics(office, definition, dt.date(2000, 1, 1), dt.date(2099, 1, 1))
    assert sum(number for _key, _label, number in figures.states) == figures.counts["total"] == 1
    assert list(work_of(office)) == [Case.objects.get()]
    client = Client()
    client.force_login(office)
    page = client.get(reverse("case_board", args=["request"])).content.decode()
    assert "已阶段答复（旧规则）" in page


def test_alerts_of_a_party_are_read_in_the_order_they_are_shown(leader):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of SQLite")
    from mujun.web.cases.queries.alerts import _told_to

    plan = _told_to(CaseAlert.objects.filter(Q(case__done_at=None)), leader).order_by("-pk")[:50].explain()
    assert "TEMP B-TREE" not in plan
