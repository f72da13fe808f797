"""Evidence belongs to its step: that of raising, of another part, before a return or of the wrong hands proves nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from mujun.base.errors import RuleError
from mujun.cases.calendar import calendar
from mujun.cases.engine import apply, attach, options
from mujun.cases.evidence import in_hand
from mujun.cases.load import load_definition, parse_definition
from mujun.cases.state import Actor, CaseState, Entry, Event, Given, Outcome, Refusal
from mujun.cases.storing import case_as_json, case_from_json
from tests.cases.walking import ALL, NOW, do, raised

REQUEST, PACKAGE, HAZARD, INSPECTION, ENVIRONMENT = (
    load_definition(name) for name in ("request", "package", "hazard", "inspection", "environment")
)
BUREAU, CHECKER = Actor("u1", "经信局", ALL), Actor("u2", "核查中心", frozenset({"checker", "office"}))
WORKER = Actor("u1", "经信局", frozenset({"owner_unit"}))
FIRM = Actor("f", "", frozenset({"firm", "raiser"}))


def at(definition, *way: str, evidence: frozenset[str] = frozenset()) -> CaseState:
    """Return a case raised with ``evidence`` more than it needs, after these steps."""
    case = raised(definition).case
    case = dataclasses.replace(case, evidence=case.evidence | {Given(kind, "raise") for kind in evidence})
    for action in way:
        case = do(definition, case, action, NOW).case
    return case


def tried(definition, case: CaseState, event: Event, actor: Actor = BUREAU) -> Outcome | Refusal:
    return apply(definition, case, event, actor, NOW, calendar())


def handed(definition, case: CaseState, kind: str, actor: Actor) -> CaseState:
    outcome = attach(definition, case, kind, actor, NOW)
    assert isinstance(outcome, Outcome), outcome
    return outcome.case


WAY = ("verify", "assign", "set_measures", "begin")


def test_a_complaint_does_not_close_itself():
    case = at(REQUEST, "contact", evidence=frozenset(REQUEST.evidence))
    answer = tried(REQUEST, case, Event("close", fields={"result": "好"}))
    assert isinstance(answer, Refusal)
    assert "至少要有一种材料" in answer.sentence


def test_what_came_at_raising_neither_proves_nor_checks_nor_closes():
    case = at(INSPECTION, *WAY, evidence=frozenset(INSPECTION.evidence))
    assert isinstance(tried(INSPECTION, case, Event("give_proof", fields={"result": "改了"})), Refusal)
    case = do(INSPECTION, case, "give_proof", NOW).case
    assert isinstance(tried(INSPECTION, case, Event("pass_check"), CHECKER), Refusal)
    case = do(INSPECTION, case, "pass_check", NOW, unit="核查中心").case
    closed = tried(INSPECTION, case, Event("close"), CHECKER)
    assert isinstance(closed, Outcome), "closing rests on the report with which the check was passed"


def test_who_is_checked_does_not_bring_the_report():
    case = at(INSPECTION, *WAY, "give_proof")
    for others in ((), ("town", "raiser"), ("checker",)):
        actor = dataclasses.replace(WORKER, roles=frozenset({"owner_unit", *others}))
        answer = attach(INSPECTION, case, "check_report", actor, NOW)
        assert isinstance(answer, Refusal)
        assert "只能由核查人员、专班办公室、分管领导提供" in answer.sentence
    with_proof = tried(INSPECTION, at(INSPECTION, *WAY), Event(
        "give_proof", fields={"result": "改了"}, evidence=frozenset({"photo_after", "check_report"})), WORKER)  # fmt: skip
    assert isinstance(with_proof, Refusal)
    held = handed(INSPECTION, case, "check_report", CHECKER)
    assert isinstance(tried(INSPECTION, held, Event("pass_check"), CHECKER), Outcome)


def test_work_that_was_sent_back_is_proved_anew():
    case = at(INSPECTION, *WAY, "give_proof", "return_work")
    answer = tried(INSPECTION, case, Event("give_proof"))
    assert isinstance(answer, Refusal)
    assert "photo_after" in answer.missing
    again = do(INSPECTION, case, "give_proof", NOW).case
    passed = do(INSPECTION, again, "pass_check", NOW, unit="核查中心").case
    back = do(INSPECTION, passed, "return_work", NOW, unit="核查中心").case
    again = do(INSPECTION, back, "give_proof", NOW).case
    assert not in_hand(again, INSPECTION.transition("close")), "a report on work that was sent back closes nothing"


def test_what_waits_for_a_step_is_used_once_and_lost_when_the_way_turns():
    photo = handed(INSPECTION, at(INSPECTION, *WAY), "photo_after", WORKER)
    given = tried(INSPECTION, photo, Event("give_proof", fields={"result": "改了"}))
    assert isinstance(given, Outcome)
    returned = do(INSPECTION, given.case, "return_work", NOW, unit="核查中心").case
    assert isinstance(tried(INSPECTION, returned, Event("give_proof")), Refusal)
    asked = do(INSPECTION, photo, "ask_extension", NOW).case
    longer = do(INSPECTION, asked, "grant_extension", NOW, extension=3).case
    assert isinstance(tried(INSPECTION, longer, Event("give_proof", fields={"result": "改了"})), Refusal)


def test_one_department_does_not_finish_on_the_permit_of_another():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW, units=("住建局", "水务局")).case
    for unit in ("住建局", "水务局"):
        case = do(PACKAGE, case, "begin", NOW, unit=unit, part=unit).case
    event = Event("finish", part="住建局", evidence=frozenset({"permit"}))
    first = tried(PACKAGE, case, event, Actor("a", "住建局", ALL))
    assert isinstance(first, Outcome)
    empty = tried(PACKAGE, first.case, Event("finish", part="水务局"), Actor("b", "水务局", ALL))
    assert isinstance(empty, Refusal)
    own = handed(PACKAGE, first.case, "opinion", Actor("b", "水务局", frozenset({"part_unit"})))
    done = tried(PACKAGE, own, Event("finish", part="水务局"), Actor("b", "水务局", ALL))
    assert isinstance(done, Outcome)
    assert done.case.state == "finished"
    out = tried(PACKAGE, done.case, Event("close", fields={"result": "已出件"}), Actor("o", "", frozenset({"office"})))
    assert isinstance(out, Outcome), "the whole is handed out on the permit of a department"


def test_departments_that_begin_anew_bring_new_papers():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW, units=("住建局", "水务局")).case
    case = do(PACKAGE, case, "begin", NOW, unit="住建局", part="住建局").case
    case = do(PACKAGE, case, "finish", NOW, unit="住建局", part="住建局").case
    case = do(PACKAGE, case, "refuse", NOW, unit="水务局", part="水务局").case
    case = do(PACKAGE, case, "try_again", NOW, units=("水务局",)).case
    assert not {given for given in case.evidence if given.part}


def test_a_firm_that_is_asked_for_papers_brings_some():
    case = do(PACKAGE, raised(PACKAGE).case, "ask_firm", NOW).case
    answer = tried(PACKAGE, case, Event("firm_answers"), FIRM)
    assert isinstance(answer, Refusal)
    assert answer.missing == ("document",)
    with_papers = handed(PACKAGE, case, "document", FIRM)
    assert isinstance(tried(PACKAGE, with_papers, Event("firm_answers"), FIRM), Outcome)


def test_the_firm_s_word_comes_from_the_firm():
    case = at(REQUEST, "assign", "contact")
    event = Event("close", fields={"result": "好"}, evidence=frozenset({"firm_confirmed"}))
    answer = tried(REQUEST, case, event, WORKER)
    assert isinstance(answer, Refusal)
    assert "“企业确认”只能由企业" in answer.sentence
    (option,) = [one for one in options(REQUEST, case, WORKER, NOW, calendar()) if one.action == "close"]
    assert "firm_confirmed" not in option.needs.evidence_any
    itself = dataclasses.replace(case, owner_unit="经信局")
    cadre = Actor("u1", "经信局", frozenset({"raiser", "owner_unit"}))
    assert isinstance(attach(REQUEST, itself, "firm_confirmed", cadre, NOW), Refusal), "not by who works it"
    said = handed(REQUEST, case, "firm_confirmed", FIRM)
    closed = tried(REQUEST, said, Event("close", fields={"result": "好"}), Actor("o", "", frozenset({"office"})))
    assert isinstance(closed, Outcome)


def test_papers_of_others_are_kept_and_count_for_nothing():
    case = handed(REQUEST, at(REQUEST, "contact"), "document", FIRM)
    assert isinstance(tried(REQUEST, case, Event("close", fields={"result": "好"})), Refusal)
    own = handed(REQUEST, dataclasses.replace(case, owner_unit="经信局"), "document", WORKER)
    assert isinstance(tried(REQUEST, own, Event("close", fields={"result": "好"})), Outcome)


def test_the_picture_before_is_taken_before():
    case = at(ENVIRONMENT, "verify", "assign", "set_measures")
    assert isinstance(tried(ENVIRONMENT, case, Event("begin")), Refusal)
    case = do(ENVIRONMENT, case, "begin", NOW).case
    after = Event("give_proof", fields={"result": "改了"}, evidence=frozenset({"photo_after"}))
    given = tried(ENVIRONMENT, case, after)
    assert isinstance(given, Outcome)
    returned = do(ENVIRONMENT, given.case, "return_work", NOW, unit="核查中心").case
    assert isinstance(tried(ENVIRONMENT, returned, after), Outcome), "the place looked once only as it did before"


@pytest.mark.parametrize(
    ("kind", "actor", "sentence"),
    [
        ("gold", FIRM, "没有“gold”这一种材料"),
        ("photo", Actor("u", "", frozenset({"leader"})), "不是这件事的当事人或经办人"),
        ("reply", WORKER, "不是这件事的当事人或经办人"),
    ],
)
def test_each_refusal_of_papers_says_why(kind, actor, sentence):
    answer = attach(REQUEST, raised(REQUEST).case, kind, actor, NOW)
    assert isinstance(answer, Refusal)
    assert sentence in answer.sentence


def test_a_closed_case_takes_no_more_papers():
    case = at(REQUEST, "contact", "close")
    answer = attach(REQUEST, case, "reply", FIRM, NOW)
    assert isinstance(answer, Refusal)
    assert "已经办结" in answer.sentence


def test_papers_are_a_line_of_the_trail():
    case = at(HAZARD, "assign")
    outcome = attach(HAZARD, case, "photo_after", WORKER, NOW - dt.timedelta(days=2), "西侧")
    assert isinstance(outcome, Outcome)
    entry: Entry = outcome.entries[0]
    assert (entry.action, entry.role, entry.evidence, entry.reason) == (
        "attach",
        "owner_unit",
        ("photo_after",),
        "西侧",
    )
    assert (entry.before, entry.after, entry.at) == ("assigned", "assigned", NOW)
    assert outcome.case.state == case.state


def test_evidence_is_kept_to_the_letter_and_what_was_kept_before_is_read():
    case = do(PACKAGE, raised(PACKAGE).case, "accept", NOW, units=("住建:局?",)).case
    case = do(PACKAGE, case, "begin", NOW, unit="住建:局?", part="住建:局?").case
    case = handed(PACKAGE, case, "permit", Actor("a", "住建:局?", frozenset({"part_unit"})))
    assert case_from_json(case_as_json(case)) == case
    old = {**case_as_json(case), "evidence": ["photo", "permit"]}
    assert {given.step for given in case_from_json(old).evidence} == {""}
    assert isinstance(
        tried(PACKAGE, case_from_json(old), Event("finish", part="住建:局?"), Actor("a", "住建:局?", ALL)), Refusal
    )


def test_a_step_rests_on_steps_that_are_there():
    text = HAZARD.text.replace("rests_on: [give_proof]", "rests_on: [give_prof]")
    with pytest.raises(RuleError, match="不认识操作“give_prof”"):
        parse_definition(text, "x")
    with pytest.raises(RuleError, match="不认识“mayor”"):
        parse_definition(HAZARD.text.replace("photo: 现场照片", "photo: {label: 现场照片, by: [mayor]}"), "x")
    until = "reopening: {from: [closed, not_true], to: reopened"
    assert until in HAZARD.text
    dated = HAZARD.text.replace("starts_on: [assigned, returned]", "starts_on: [assigned, returned, reopened]").replace(
        "required_in: [assigned, returned]", "required_in: [assigned, returned, reopened]"
    )
    with pytest.raises(RuleError, match="重新打开时不填日期"):
        parse_definition(dated, "x")
