"""Boards, cards, search, map and figures: what they show, and that they cost the same at any size."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mujun.cases.lights import Light, light_of
from mujun.web.cases import actions, queries
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.holding import whole_state
from mujun.web.cases.models import Case
from mujun.web.cases.queries import boards, search
from mujun.web.cases.sweeping import sweep_all
from tests.web.cases.conftest import paper
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def some(office, bureau, firm, person):
    """Six requests: three new, one assigned, one closed in time, one closed late and opened again."""
    made = [
        actions.raise_case(
            "request", fields={"subject": f"{subject}{n}", "firm": FIRM if n % 2 else OTHER_FIRM, "place": [120.1, 28.9]},
            source="visit", town=TOWN if n % 2 else OTHER_TOWN, by=office, at=MONDAY + dt.timedelta(minutes=n),
        )
        for n, subject in enumerate(["厂房漏水", "招工困难", "厂房漏电", "贷款到期", "用电增容", "排污许可"])
    ]  # fmt: skip
    for n, case in enumerate(made[3:]):
        late = dt.timedelta(hours=3 * (n == 2))
        actions.act(case.pk, "assign", unit="住建局", fields={"category": "land"}, by=office,
                    at=MONDAY + dt.timedelta(minutes=20) + late)  # fmt: skip
        actions.act(case.pk, "contact", by=bureau, at=MONDAY + dt.timedelta(minutes=20) + late)
    for case in made[4:]:
        close(case, bureau, MONDAY + dt.timedelta(days=1))
    other = person("firm", "other-firm", firm_id=OTHER_FIRM)
    actions.rate(made[4].pk, 4, by=other, at=MONDAY + dt.timedelta(days=1))
    actions.reopen(made[5].pk, "没有解决", by=office, at=MONDAY + dt.timedelta(days=2))
    return [Case.objects.get(pk=case.pk) for case in made]


def close(case, by, at):
    return actions.act(case.pk, "close", fields={"result": "好"}, files={"reply": [paper()]}, by=by, at=at)


def definition():
    return definition_of(queries.list_named("request"))


def test_a_board_by_state_and_by_light(some, office, town):
    version = queries.list_named("request")
    by_state = {one.key: one.count for one in queries.board_by_state(office, version, definition())}
    assert {key: count for key, count in by_state.items() if count} == {
        "raised": 3, "contacted": 1, "closed": 1, "reopened": 1
    }  # fmt: skip
    by_light = {one.key: one.count for one in queries.board_by_light(office, version, MONDAY + dt.timedelta(hours=2))}
    assert by_light == {"red": 3, "yellow": 0, "green": 2, "grey": 0}
    mine = queries.board_by_state(town, version, definition())
    assert {case.town for column in mine for case in column.cards} == {TOWN}
    wanted = queries.Wanted(reopened=True)
    assert sum(one.count for one in queries.board_by_state(office, version, definition(), wanted)) == 1


def test_a_full_column_is_counted_up_to_a_limit(some, office, monkeypatch):
    monkeypatch.setattr(boards, "CARDS", 1)
    monkeypatch.setattr(boards, "COUNTED", 2)
    [raised, *_rest] = queries.board_by_state(office, queries.list_named("request"), definition())
    assert (len(raised.cards), raised.count, raised.more) == (1, 2, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("漏水", {0}), ("厂房", {0, 2}), ("厂房漏", {0, 2}), ("漏 厂房", {0, 2}), ("房厂", set()), ("漏房", set()),
        ("cfls", {0}), ("cfld", {2}), ("CF", {0, 2}), ("zgk", {1}), ("request-2026-0003", {2}), ("2026-0003", {2}),
        ("0003", {2}), (FIRM, {1, 3, 5}), (FIRM[-6:].lower(), {1, 3, 5}), ("乙字", {0, 2, 4}), ("jzwj", {1, 3, 5}),
        ("水", set()), ("", set()), ("不存在的", set()), ("%%", set()), ("漏水0", {0}),
    ],
)  # fmt: skip
def test_what_the_search_finds(some, office, text, found):
    hits = queries.search_cases(text, office)
    assert {some.index(case) for case in hits} == found
    assert [case.pk for case in hits] == sorted((case.pk for case in hits), reverse=True)


def test_the_search_stays_inside_the_scope(some, office, town, firm, bureau):
    assert {case.town for case in queries.search_cases("厂房", office)} == {OTHER_TOWN}
    assert queries.search_cases("厂房", town) == []
    assert queries.search_cases("厂房", firm) == []
    assert {case.firm_id for case in queries.search_cases("request", firm) or queries.search_cases("甲字", firm)} == {
        FIRM
    }
    assert {case.owner_unit for case in queries.search_cases("甲字", bureau)} == {"住建局"}
    assert queries.search_cases("厂房", office, list_name="hazard") == []


def test_a_changed_name_is_found_by_its_new_words(office):
    case = actions.raise_case("audit", fields={"subject": "旧名称"}, source="own_checks", by=office, at=MONDAY)
    actions.act(case.pk, "verify", fields={"subject": "新名称", "cause": "duty"}, by=office, at=MONDAY)
    assert queries.search_cases("旧名", office) == []
    assert [case.title for case in queries.search_cases("新名", office)] == ["新名称"]


def test_figures_of_a_list(some, office):
    day = timezone.localtime(MONDAY).date()
    found = queries.statistics(office, definition(), day, day, MONDAY + dt.timedelta(days=2, hours=1))
    counts = found.counts
    assert (counts["total"], counts["open"], counts["closed"], counts["closed_on_time"]) == (6, 5, 1, 1)
    assert (counts["reopened"], counts["rated"], counts["stars"], counts["overdue"], counts["due"]) == (1, 1, 4, 3, 4)
    assert found.closing_rate == pytest.approx(1 / 6)
    assert found.index.lines[0].numbers == "1 / 6"
    assert dict((key, number) for key, _label, number in found.states)["reopened"] == 1
    assert {name: (total, solved) for name, total, solved, _red in found.by_unit} == {"住建局": (3, 1)}
    assert [key for key, _label, days in found.days_by_state if days > 0.5] == ["contacted", "closed"]
    later = queries.statistics(office, definition(), day + dt.timedelta(days=1), day + dt.timedelta(days=2))
    assert (later.counts["total"], later.closing_rate) == (0, None)


def test_what_was_said_of_an_end_counts_also_after_it_was_opened_again(some, office, bureau, firm):
    def figures():
        return queries.statistics(office, definition(), day, day, MONDAY + dt.timedelta(days=9))

    day, case = timezone.localtime(MONDAY).date(), some[5]
    actions.act(case.pk, "contact", by=bureau, at=MONDAY + dt.timedelta(days=3))
    close(case, bureau, MONDAY + dt.timedelta(days=3))
    actions.rate(case.pk, 1, "没有修", by=firm, at=MONDAY + dt.timedelta(days=3))
    assert (figures().counts["rated"], figures().counts["stars"], figures().satisfaction) == (2, 5, 0.5)
    before = figures().index.lines
    actions.reopen(case.pk, "再办", by=office, at=MONDAY + dt.timedelta(days=4))
    actions.act(case.pk, "contact", by=bureau, at=MONDAY + dt.timedelta(days=5))
    close(case, bureau, MONDAY + dt.timedelta(days=5))
    assert (figures().counts["rated"], figures().satisfaction) == (2, 0.5)
    assert [line.value for line in figures().index.lines if line.key == "satisfaction"] == [
        line.value for line in before if line.key == "satisfaction"
    ]
    actions.rate(case.pk, 5, by=firm, at=MONDAY + dt.timedelta(days=5))
    assert (figures().counts["rated"], figures().counts["stars"]) == (3, 10)


def test_the_index_of_a_town_bears_its_own_deductions_only(office, town, bureau, person):
    actions.raise_case("inspection", fields={"subject": "问题"}, source="own_checks", town=TOWN, by=office, at=MONDAY)
    held = definition_of(queries.list_named("inspection"))
    for unit, key in ((OTHER_TOWN, "staff_crime"), (TOWN, "report_late"), ("甲镇安监所", "meeting_missed")):
        actions.note_deduction("inspection", key, unit, timezone.localdate(), "情况", by=office)
    office_of_town = person("town", "safety", unit="甲镇安监所")
    start, end = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
    points = {
        user.username: float(queries.statistics(user, held, start, end).counts["deductions_own"])
        for user in (office, town, office_of_town, bureau)
    }
    assert points == {"office": 12.7, "test-town": 0.2, "safety": 0.7, "bureau": 0.0}
    shown = queries.statistics(town, held, start, end).deductions["own"]
    assert [line.key for line in shown.lines] == ["report_late"]


def test_points_of_the_map(some, office, firm):
    shown = queries.points(office, now=MONDAY + dt.timedelta(hours=2))
    assert len(shown) == 5
    assert {one["light"] for one in shown} == {"red", "green"}
    assert queries.points(office, box=(0.0, 0.0, 1.0, 1.0)) == []
    assert len(queries.points(firm)) == 3
    with CaptureQueriesContext(connection) as asked:
        queries.points(office)
    assert [one["sql"] for one in asked if '"text"' in one["sql"] or '"fields"' in one["sql"]] == []


def test_the_card_says_everything(some, office, firm):
    sweep_all(MONDAY + dt.timedelta(days=2))
    card = queries.card_of(office, some[5].pk, MONDAY + dt.timedelta(days=2))
    assert [line.entry.action for line in card.trail] == ["raise", "assign", "contact", "close", "reopen"]
    assert [line.after for line in card.trail] == ["已提出", "已转办", "已联系", "已办结", "重新打开"]
    assert card.trail[3].files[0].name == "答复.pdf"
    assert {value.text for value in card.values} >= {"排污许可5", "用地厂房", "120.1，28.9"}
    assert {line.light for line in card.clocks} == {"grey", "green"}
    assert "企业服务专班" in card.roles
    assert {option.action for option in card.options} == {"assign", "contact", "withdraw"}
    assert queries.card_of(office, 987_654) is None


def test_budgets(some, office, firm, bureau, django_assert_max_num_queries):
    version = queries.list_named("request")
    more = [
        actions.raise_case("request", fields={"subject": f"厂房{n}"}, source="visit", by=office, at=MONDAY)
        for n in range(30)
    ]
    with django_assert_max_num_queries(3 * len(definition().states)):
        queries.board_by_state(office, version, definition())
    with django_assert_max_num_queries(12):
        queries.board_by_light(office, version, MONDAY)
    with django_assert_max_num_queries(11):
        queries.card_of(office, some[5].pk)
    for text, budget in (("0003", 4), ("厂房漏水", 10), ("厂房", 6)):
        with django_assert_max_num_queries(budget):
            assert queries.search_cases(text, office)
    sweep_all(MONDAY + dt.timedelta(days=9))
    with django_assert_max_num_queries(2):
        assert len(queries.alerts_for(office)) == 50
    with django_assert_max_num_queries(1):
        assert len(queries.points(office)) == 5
    assert len(more) == 30


def test_a_word_is_never_looked_for_by_reading_all(some, office, django_assert_max_num_queries):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of SQLite")
    rows = search.CaseWord.objects.filter(word="厂房").order_by("-case").values_list("case", flat=True)[:5]
    assert "SCAN" not in rows.explain()


@pytest.mark.parametrize("own", ["", "grey", "green", "yellow", "red"])
def test_a_state_with_a_light_of_its_own(office, town, own):
    from tests.web.cases.test_lists import RIVER

    light = f", light: {own}" if own else ""
    version = actions.upload_list(
        RIVER.replace("{label: 已发现}", f"{{label: 已发现{light}}}"), "river.yaml", by=office
    )
    case = actions.raise_case("river", fields={"subject": "漂浮物"}, by=town, at=MONDAY)
    for hours in (0, 1, 30, 200):
        now = MONDAY + dt.timedelta(hours=hours)
        shown = light_of(definition_of(version), whole_state(case), now).value
        assert case.light(now) == shown
        assert {one.key for one in queries.board_by_light(office, version, now) if one.count} == {shown}
        lists = {light: queries.of_light(Case.objects.filter(closed_at=None), light, now).count() for light in Light}
        assert lists == dict.fromkeys(Light, 0) | {shown: 1}
