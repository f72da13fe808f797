"""The loop on single roads: closing, rating, reopening, waiting, extending, departments, proofs, refusals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from mujun.base.errors import MujunError
from mujun.cases.calendar import calendar
from mujun.cases.definition import Closing
from mujun.cases.engine import apply, options, raise_case
from mujun.cases.lights import Light, light_of, next_due
from mujun.cases.load import load_definition, shipped_definitions
from mujun.cases.state import Actor, Change, ClockState, Event, Outcome, Proof, Refusal
from mujun.cases.storing import case_as_json, case_from_json
from mujun.cases.sweep import sweep
from tests.cases.walking import ALL, NOW, do, raised, walk

SHANGHAI = ZoneInfo("Asia/Shanghai")
REQUEST, PACKAGE, AUDIT, OBJECTION = (load_definition(n) for n in ("request", "package", "audit", "objection"))
hour = dt.timedelta(hours=1)


def wall(moment: dt.datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


def clock(case, key: str) -> ClockState:
    return [held for held in case.clocks if held.clock == key][-1]


def refused(definition, case, event, actor=None, now=NOW) -> Refusal:
    outcome = apply(definition, case, event, actor or Actor("u", "经信局", ALL), now, calendar())
    assert isinstance(outcome, Refusal)
    return outcome


@pytest.mark.parametrize("name", shipped_definitions())
def test_every_list_is_closed_with_evidence_rated_and_reopened(name):
    definition = load_definition(name)
    case, trail = walk(definition, raised(definition).case, NOW)
    assert definition.state(case.state).closing is Closing.SOLVED
    assert case.evidence
    assert case.closed_at == trail[-1].at
    later = case.closed_at + hour
    if definition.rating:
        rated = do(definition, case, "rate", later, stars=2).case
        assert rated.rating == 2
        again = refused(definition, rated, Event("rate", stars=5), Actor("u", "核查中心", ALL), later)
        assert "已经评价" in again.sentence
        case = rated
    if definition.reopening:
        again = do(definition, case, "reopen", later).case
        assert (again.round, again.reopened, again.rating, again.closed_at) == (2, 1, None, None)
        assert again.evidence == frozenset()
        assert any(held.running for held in again.clocks)
        closed, _ = walk(definition, again, later)
        assert definition.state(closed.state).closing is Closing.SOLVED
        assert case_from_json(case_as_json(closed)) == closed


def test_a_request_has_an_hour_three_days_and_five():
    case = raised(REQUEST).case
    assert {held.clock: wall(held.due_at) for held in case.clocks} == {
        "contact": "03-04 10:00",
        "stage_reply": "03-07 17:30",
        "close": "03-11 17:30",
    }
    due = next_due(case)
    assert due is not None
    assert due.clock == "contact"
    assert light_of(REQUEST, case, NOW) is Light.GREEN
    assert light_of(REQUEST, case, NOW + hour / 2) is Light.YELLOW
    assert light_of(REQUEST, case, NOW + hour) is Light.YELLOW
    assert light_of(REQUEST, case, NOW + 1.01 * hour) is Light.RED


def test_waiting_for_the_firm_stops_the_clock_and_is_written_down():
    case = do(REQUEST, raised(REQUEST).case, "contact", NOW + hour / 2, unit="经信局").case
    day = dt.timedelta(days=1)
    waiting = do(REQUEST, case, "ask_firm", NOW + day)
    assert waiting.entries[0].reason
    changes = {(change.clock, change.change) for change in waiting.entries[0].clocks}
    assert changes == {("close", Change.PAUSED), ("stage_reply", Change.PAUSED), ("supplement", Change.STARTED)}
    assert clock(waiting.case, "close").due_at is None
    back = do(REQUEST, waiting.case, "firm_answers", NOW + 8 * day).case
    assert (
        wall(clock(back, "close").due_at) == "03-18 17:30"
    )  # one of five days was used on Tuesday; asked on, 12 March
    assert wall(clock(back, "stage_reply").due_at) == "03-14 17:30"
    assert not clock(back, "close").late


def test_a_stay_in_waiting_does_not_hide_what_was_late_before():
    case = do(REQUEST, raised(REQUEST).case, "contact", NOW + 3 * hour, unit="经信局").case
    assert clock(case, "contact").late
    late = do(REQUEST, case, "ask_firm", NOW + dt.timedelta(days=9))
    assert clock(late.case, "close").late
    assert wall(clock(late.case, "close").due_at) == "03-11 17:30"
    assert {alert.step for alert in late.alerts if alert.clock == "close"} == {"remind-1", "due", "escalate-1"}
    assert light_of(REQUEST, late.case, NOW + dt.timedelta(days=9)) is Light.RED


def test_a_closing_that_only_the_closer_vouches_for_is_refused():
    case = do(REQUEST, raised(REQUEST).case, "contact", NOW, unit="经信局").case
    event = Event("close", fields={"result": "已解决"})
    answer = refused(REQUEST, case, event)
    assert "至少要有一种材料" in answer.sentence
    assert "reply" in answer.missing


def test_the_register_proves_or_refutes():
    case = raised(OBJECTION).case
    event = Event("accept", reason="数据有误")
    assert "还不能证明" in refused(OBJECTION, case, event).sentence
    no = dataclasses.replace(event, proofs={"cell_corrected": Proof(False, "登记的数没有变。")})
    assert "登记的数没有变" in refused(OBJECTION, case, no, Actor("u", "", frozenset({"office"}))).sentence
    yes = dataclasses.replace(event, proofs={"cell_corrected": Proof(True, "第 12 版已更正。")})
    outcome = apply(OBJECTION, case, yes, Actor("u", "", frozenset({"office"})), NOW, calendar())
    assert isinstance(outcome, Outcome)
    assert (outcome.case.state, outcome.entries[0].proof) == ("accepted", "第 12 版已更正。")
    assert all(held.stopped_at for held in outcome.case.clocks)


@pytest.mark.parametrize("holds", [None, False])
def test_proof_that_the_register_does_not_give_is_replaced_by_evidence(holds):
    held = raised(AUDIT).case
    for action in ("verify", "assign", "set_measures", "begin"):
        held = do(AUDIT, held, action, NOW).case
    event = Event("give_proof", fields={"result": "已补缴"}, proofs={"tax_paid": Proof(holds, "税款没有增加。")})
    assert "材料" in refused(AUDIT, held, event).sentence
    with_receipt = dataclasses.replace(event, evidence=frozenset({"receipt"}))
    given = apply(AUDIT, held, with_receipt, Actor("u", "经信局", ALL), NOW, calendar())
    assert isinstance(given, Outcome)
    assert given.entries[0].proof == "", "what proves nothing is not written down as a proof"
    proved = dataclasses.replace(event, proofs={"tax_paid": Proof(True, "税款已入库。")})
    by_register = apply(AUDIT, held, proved, Actor("u", "经信局", ALL), NOW, calendar())
    assert isinstance(by_register, Outcome)
    assert (by_register.entries[0].proof, by_register.entries[0].evidence) == ("税款已入库。", ())


def test_who_is_told_to_call_is_not_called():
    """Handing a request on reaches nobody: the hour in which the firm is to be called runs on."""
    case = do(REQUEST, raised(REQUEST).case, "assign", NOW + hour / 6).case
    assert (case.state, case.owner_unit) == ("assigned", "经信局")
    assert clock(case, "contact").running
    told = sweep(REQUEST, [("c1", held) for held in case.clocks], NOW + 2 * hour, calendar()).alerts
    assert {alert.kind.value for alert in told if alert.clock == "contact"} == {"reminder", "due", "escalation"}
    on = do(REQUEST, case, "assign", NOW + hour / 3).case
    assert clock(on, "contact").due_at == clock(case, "contact").due_at
    called = do(REQUEST, on, "contact", NOW + hour / 2).case
    assert clock(called, "contact").stopped_at == NOW + hour / 2
    handed_on = do(REQUEST, called, "hand_on", NOW + hour, unit="水务局").case
    assert clock(handed_on, "contact").stopped_at, "a unit that takes over has a firm that was called"


def test_who_works_a_case_does_not_rate_it():
    cadre = Actor("u", "青禾镇", frozenset({"raiser", "owner_unit", "town"}))
    case = raised(REQUEST).case
    case = do(REQUEST, dataclasses.replace(case, owner_unit="青禾镇"), "contact", NOW, unit="青禾镇").case
    closed = do(REQUEST, case, "close", NOW, unit="青禾镇").case
    assert "不能评价自己的办理" in refused(REQUEST, closed, Event("rate", stars=5), cadre).sentence
    assert "rate" not in {one.action for one in options(REQUEST, closed, cadre, NOW, calendar())}
    moved = dataclasses.replace(closed, owner_unit="经信局")
    assert "不能评价自己的办理" in refused(REQUEST, moved, Event("rate", stars=5), cadre).sentence


def test_who_closes_unchecked_does_not_rate_it_even_without_a_unit():
    office = Actor("u7", "", frozenset({"raiser", "office"}))
    case = do(REQUEST, raised(REQUEST).case, "contact", NOW).case
    event = Event("close", fields={"result": "好"}, evidence=frozenset({"reply"}))
    outcome = apply(REQUEST, case, event, office, NOW, calendar())
    assert isinstance(outcome, Outcome)
    assert "您办理过" in refused(REQUEST, outcome.case, Event("rate", stars=5), office).sentence.replace("“您”", "您")
    other = Actor("u8", "", frozenset({"raiser"}))
    assert isinstance(apply(REQUEST, outcome.case, Event("rate", stars=5), other, NOW, calendar()), Outcome)


def test_the_firm_rates_before_who_raised_for_it():
    case = raised(REQUEST).case
    case = dataclasses.replace(case, fields={**case.fields, "firm": "91330784"})
    for action in ("contact", "close"):
        case = do(REQUEST, case, action, NOW).case
    raiser, firm = Actor("u", "", frozenset({"raiser"})), Actor("f", "", frozenset({"raiser", "firm"}))
    answer = refused(REQUEST, case, Event("rate", stars=5), raiser)
    assert ("应由" in answer.sentence, answer.who) == (True, ("企业",))
    outcome = apply(REQUEST, case, Event("rate", stars=1, reason="没修"), firm, NOW, calendar())
    assert isinstance(outcome, Outcome)
    assert outcome.entries[0].role == "firm"


def test_nobody_checks_what_the_own_unit_did():
    case = raised(AUDIT).case
    for action in ("verify", "assign", "set_measures", "begin", "give_proof"):
        case = do(AUDIT, case, action, NOW).case
    event = Event("pass_check", evidence=frozenset({"check_report"}))
    assert "不能由同一单位" in refused(AUDIT, case, event).sentence
    assert "没有登记所在单位" in refused(AUDIT, case, event, Actor("u", "", ALL)).sentence
    assert isinstance(apply(AUDIT, case, event, Actor("u", "审计局", ALL), NOW, calendar()), Outcome)
    moved = dataclasses.replace(case, owner_unit="审计局")
    assert "经信局" in refused(AUDIT, moved, event).sentence, "who did the work stays the worker after a change of unit"


def test_an_extension_moves_the_date_and_its_steps():
    case = raised(AUDIT).case
    for action in ("verify", "assign", "set_measures", "begin", "ask_extension"):
        case = do(AUDIT, case, action, NOW).case
    before = clock(case, "rectify")
    longer = do(AUDIT, case, "grant_extension", NOW, extension=14).case
    after = clock(longer, "rectify")
    assert before.until is not None
    assert after.until == before.until + dt.timedelta(days=14)
    assert longer.fields["due_on"] == str(after.until)
    assert (after.turn, after.fired) == (before.turn + 1, frozenset())
    event = Event("grant_extension", reason="工期", approval="批", extension=91)
    assert "1 至 90" in refused(AUDIT, case, event).sentence


def test_what_cannot_be_solved_is_looked_at_again_on_its_date():
    case = raised(AUDIT).case
    for action in ("verify", "assign"):
        case = do(AUDIT, case, action, NOW).case
    shelved = do(AUDIT, case, "give_up", NOW).case
    review = clock(shelved, "review")
    assert wall(review.due_at) == "04-03 17:30"
    assert light_of(AUDIT, shelved, NOW) is Light.GREY
    late = dt.datetime(2024, 4, 3, 10, 0, tzinfo=dt.UTC)
    told = sweep(AUDIT, [("c1", held) for held in shelved.clocks], late, calendar()).alerts
    assert [alert.step for alert in told] == ["remind-1", "due", "escalate-1"]
    event = Event("review_again", reason="仍不能解决", fields={"review_on": "2024-01-01"})
    assert "不能早于今天" in refused(AUDIT, shelved, event).sentence


REVIEW = (load_definition("audit"), ["verify", "assign", "give_up"], "review_again", "review_on", "review")
STAGE = (REQUEST, ["contact", "follow"], "next_stage", "stage_on", "follow")


@pytest.mark.parametrize(("definition", "way", "again", "field", "key"), [REVIEW, STAGE])
def test_a_look_again_asks_for_a_new_day_and_is_told_again(definition, way, again, field, key):
    case = raised(definition).case
    for action in way:
        case = do(definition, case, action, NOW).case
    first = case.fields[field]
    late = dt.datetime.fromisoformat(first).replace(tzinfo=dt.UTC) + dt.timedelta(days=201)
    event = Event(again, reason="仍不能解决")
    assert field in refused(definition, case, event, now=late).missing
    for day, why in ((first, "没有变"), ("2024-03-01", "不能早于今天"), (str(late.date()), "下班时间已过")):
        wrong = dataclasses.replace(event, fields={field: day})
        now = NOW if why == "没有变" else late.replace(hour=12)
        assert why in refused(definition, case, wrong, now=now).sentence
    (option,) = [
        one for one in options(definition, case, Actor("u", "经信局", ALL), late, calendar()) if one.action == again
    ]
    assert field in option.required
    new = dataclasses.replace(event, fields={field: str(late.date() + dt.timedelta(days=10))})
    outcome = apply(definition, case, new, Actor("u", "经信局", ALL), late, calendar())
    assert isinstance(outcome, Outcome)
    held = clock(outcome.case, key)
    assert (held.turn, held.running, held.fired) == (2, True, frozenset())
    told = sweep(definition, [("c1", held)], late + dt.timedelta(days=30), calendar()).alerts
    assert {alert.kind.value for alert in told} == {"reminder", "due", "escalation"}


def test_work_that_is_sent_back_gets_a_day_that_lies_ahead():
    case = raised(AUDIT).case
    for action in ("verify", "assign", "set_measures", "begin", "give_proof"):
        case = do(AUDIT, case, action, NOW).case
    checker = Actor("u", "核查中心", ALL)
    assert "due_on" in refused(AUDIT, case, Event("return_work", reason="照片是旧的"), checker).missing
    back = Event("return_work", reason="照片是旧的", fields={"due_on": case.fields["due_on"]})
    returned = apply(AUDIT, case, back, checker, NOW, calendar())
    assert isinstance(returned, Outcome)
    assert clock(returned.case, "rectify").running


def test_departments_work_side_by_side_under_one_clock():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW, units=("住建局", "水务局")).case
    assert [part.unit for part in case.parts] == ["住建局", "水务局"]
    other = refused(PACKAGE, case, Event("begin", part="水务局"), Actor("u", "住建局", ALL))
    assert other.who == ("联办部门",), "one department does not work in the name of another"
    one = do(PACKAGE, case, "ask", NOW, unit="住建局", part="住建局").case
    assert clock(one, "whole").running, "one department waits, the other does not"
    both = do(PACKAGE, one, "ask", NOW + hour, unit="水务局", part="水务局").case
    assert clock(both, "whole").resting
    assert clock(both, "dept_supplement").running
    back = do(PACKAGE, both, "answered", NOW + 2 * hour, unit="水务局", part="水务局").case
    assert clock(back, "whole").running
    done = do(PACKAGE, back, "finish", NOW + 3 * hour, unit="水务局", part="水务局").case
    assert done.state == "together"
    assert clock(done, "whole").resting, "all that is left waits for the firm"
    answered = do(PACKAGE, done, "answered", NOW + 4 * hour, unit="住建局", part="住建局").case
    last = do(PACKAGE, answered, "finish", NOW + 4 * hour, unit="住建局", part="住建局")
    assert (last.case.state, [entry.action for entry in last.entries]) == ("finished", ["finish", "parts_done"])
    assert clock(last.case, "dept_supplement").stopped_at


def test_one_department_that_refuses_ends_the_work_together():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW).case
    blocked = do(PACKAGE, case, "refuse", NOW, unit="住建局", part="住建局").case
    assert blocked.state == "blocked"
    assert clock(blocked, "coordinate").running
    again = do(PACKAGE, blocked, "try_again", NOW + hour, units=("住建局",)).case
    assert [(part.unit, part.state) for part in again.parts] == [("住建局", "dept_todo")]
    assert "没有由" in refused(PACKAGE, again, Event("begin", part="水务局")).sentence


def test_another_department_joins_later_but_none_twice():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW, units=("住建局",)).case
    more = do(PACKAGE, case, "add", NOW, units=("水务局",))
    assert [part.unit for part in more.case.parts] == ["住建局", "水务局"]
    assert more.entries[0].units == ("水务局",)
    twice = Event("add", reason="补充", units=("水务局",))
    assert "只能列一次" in refused(PACKAGE, more.case, twice).sentence
    assert "写明一起办理的部门" in refused(PACKAGE, more.case, Event("add", reason="补充")).sentence


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Event("fly"), "没有“fly”这一步"),
        (Event("stage_reply"), "现在是“已提出”"),
        (Event("contact", fields={"colour": "红"}), "没有“colour”这一栏"),
        (Event("contact", fields={"category": "sea"}), "没有“sea”这一项"),
        (Event("contact"), "要填写：类别"),
        (Event("contact", fields={"category": "land", "result": "好"}), "不能改“办理结果”"),
        (Event("contact", fields={"category": "land"}, evidence=frozenset({"moon"})), "没有“moon”这一种材料"),
        (Event("refuse"), "要写明理由"),
        (Event("assign", fields={"category": "land"}), "要写明责任单位"),
        (Event("rate", stars=5), "要在“已办结”之后评价"),
        (Event("reopen", reason="没办好"), "现在是“已提出”"),
        (Event("begin", part="住建局"), "没有由“住建局”办理的部分"),
    ],
)
def test_each_refusal_says_why(event, sentence):
    assert sentence in refused(REQUEST, raised(REQUEST).case, event).sentence


def test_a_refused_action_says_who_can():
    case = raised(REQUEST).case
    answer = refused(REQUEST, case, Event("refuse", reason="x"), Actor("u", "甲", frozenset({"firm"})))
    assert answer.who == ("企业服务专班",)
    assert "企业服务专班" in answer.sentence
    stranger = raise_case(REQUEST, "c", Event(""), Actor("u", "", frozenset({"leader"})), NOW, calendar())
    assert isinstance(stranger, Refusal)
    assert "企业" in stranger.who
    owner = Actor("u", "水务局", frozenset({"owner_unit"}))
    mine = dataclasses.replace(case, owner_unit="经信局")
    assert "应由" in refused(REQUEST, mine, Event("contact", fields={"category": "land"}), owner).sentence


def test_a_case_begins_with_all_it_needs():
    firm = Actor("u", "", frozenset({"firm"}))

    def answer(event: Event, source: str = "firm_page", now: dt.datetime = NOW) -> str:
        outcome = raise_case(REQUEST, "c", event, firm, now, calendar(), source=source)
        assert isinstance(outcome, Refusal)
        return outcome.sentence

    assert "要填写：事由" in answer(Event(""))
    assert "请写明来源" in answer(Event("", fields={"subject": "甲"}), source="dream")
    assert "最多 200 字" in answer(Event("", fields={"subject": "长" * 201}))
    assert "起施行" in answer(Event("", fields={"subject": "甲"}), now=dt.datetime(2021, 5, 1, tzinfo=dt.UTC))


def test_ratings_and_reopenings_have_their_time():
    case, trail = walk(REQUEST, raised(REQUEST).case, NOW)
    late = trail[-1].at + dt.timedelta(days=120)
    firm = Actor("u", "", frozenset({"raiser", "firm"}))
    assert "不再评价" in refused(REQUEST, case, Event("rate", stars=5), firm, late).sentence
    assert "请另提一件" in refused(REQUEST, case, Event("reopen", reason="x"), now=late).sentence
    assert options(REQUEST, case, Actor("u", "", ALL), late, calendar()) == ()
    soon = trail[-1].at + hour
    assert "请评 1 至 5 星" in refused(REQUEST, case, Event("rate", stars=6), firm, soon).sentence
    assert "哪里不满意" in refused(REQUEST, case, Event("rate", stars=2), firm, soon).sentence


def test_a_clock_set_back_never_makes_time_run_backwards():
    case = raised(REQUEST).case
    back = do(REQUEST, case, "contact", NOW - dt.timedelta(days=2), unit="经信局")
    assert back.entries[0].at == NOW
    assert clock(back.case, "contact").stopped_at == NOW


def test_a_case_stays_with_its_version():
    case = dataclasses.replace(raised(REQUEST).case, version="another")
    with pytest.raises(MujunError, match="另一个版本"):
        apply(REQUEST, case, Event("contact"), Actor("u", "", ALL), NOW, calendar())
    with pytest.raises(MujunError, match="没有时区"):
        apply(REQUEST, raised(REQUEST).case, Event("contact"), Actor("u", "", ALL), dt.datetime(2024, 1, 1), calendar())


def test_holidays_set_late_neither_skip_nor_repeat():
    case = raised(REQUEST).case
    clocks = [("c1", held) for held in case.clocks]
    due = dt.datetime(2024, 3, 7, 9, 30, tzinfo=dt.UTC)
    first = sweep(REQUEST, clocks, due, calendar())
    assert {alert.step for alert in first.alerts if alert.clock == "stage_reply"} == {"remind-1", "due", "escalate-1"}
    late = calendar({dt.date(2024, 3, 6): False})
    held = {clock.clock: clock for _, clock in clocks} | {clock.clock: clock for _, clock in first.clocks}
    second = sweep(REQUEST, [("c1", clock) for clock in held.values()], due, late)
    assert second.alerts == ()
    moved = {clock.clock: clock for _, clock in second.clocks}
    assert wall(moved["stage_reply"].due_at) == "03-08 17:30"
    assert wall(moved["close"].due_at) == "03-12 17:30"
    held |= moved
    third = sweep(REQUEST, [("c1", c) for c in held.values()], due + dt.timedelta(days=4), late)
    assert [(alert.clock, alert.step) for alert in third.alerts if alert.clock == "stage_reply"] == [
        ("stage_reply", "escalate-2")
    ]


def test_lengths_follow_the_day_on_which_a_clock_starts():
    text = REQUEST.text.replace("{working_days: {2022-01-01: 5}}", "{working_days: {2022-01-01: 5, 2024-03-05: 4}}", 1)
    newer = load_definition(text)
    assert clock(raised(newer).case, "close").amount.value == Fraction(5)
    assert clock(raised(newer, now=NOW + dt.timedelta(days=1)).case, "close").amount.value == Fraction(4)
