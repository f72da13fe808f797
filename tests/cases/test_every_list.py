"""Every shipped list under random people, events, times and late holidays: nothing lost, skipped, told twice, or allowed."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mujun.cases.calendar import calendar
from mujun.cases.definition import PARTIES, RATE, REOPEN, Closing, Definition, Field, FieldKind, Needs, StateKind
from mujun.cases.engine import Option, apply, attach, options, raise_case
from mujun.cases.evidence import in_hand
from mujun.cases.load import load_definition, shipped_definitions
from mujun.cases.state import Actor, Alert, CaseState, Entry, Event, Outcome, Proof, Refusal
from mujun.cases.storing import case_as_json, case_from_json
from mujun.cases.sweep import sweep
from tests.cases import judging

UNITS = ("经信局", "自然资源局", "应急管理局", "青禾镇", "")
STARTS = (
    dt.datetime(2024, 3, 28, 1, tzinfo=dt.UTC),
    dt.datetime(2024, 9, 27, 3, tzinfo=dt.UTC),
    dt.datetime(2024, 10, 25, 7, tzinfo=dt.UTC),
)
STEPS = (
    dt.timedelta(minutes=7),
    dt.timedelta(minutes=50),
    dt.timedelta(hours=5),
    dt.timedelta(days=1),
    dt.timedelta(days=6),
    dt.timedelta(days=40),
)
actors = st.builds(
    Actor, st.just("u1"), st.sampled_from(UNITS), st.frozensets(st.sampled_from(sorted(PARTIES)), max_size=3)
)
insiders = st.builds(Actor, st.just("u2"), st.sampled_from(UNITS), st.just(frozenset(PARTIES)))


class Loop(RuleBasedStateMachine):
    """Two cases of one list. Set ``definition`` in a subclass."""

    definition: Definition

    @initialize(
        start=st.sampled_from(STARTS),
        zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Havana"]),
        of_a_firm=st.booleans(),
    )
    def begin(self, start: dt.datetime, zone: str, of_a_firm: bool) -> None:
        self.zone, self.overrides = zone, dict[dt.date, bool]()
        self.now = start
        self.cases: dict[str, CaseState] = {}
        self.trails: dict[str, list[Entry]] = {}
        self.told: dict[str, Alert] = {}
        self.reopened: dict[str, int] = {}
        self.taken = collections.Counter[tuple[str, str]]()
        for case in ("c1", "c2"):
            outcome = self._raise(case, of_a_firm)
            self.reopened[case] = 0
            self.trails[case] = []
            self._keep(outcome)

    @property
    def calendar(self) -> Any:
        return calendar(self.overrides, zone=self.zone, first_year=2024, last_year=2044)

    def _raise(self, case: str, of_a_firm: bool) -> Outcome:
        """Begin a case with everything a form takes, also evidence that later steps ask for."""
        definition = self.definition
        keys = [f.key for f in definition.fields if definition.raising.state in f.required_in]
        keys += [f.key for f in definition.fields if of_a_firm and f.kind is FieldKind.FIRM]
        event = self._filled(definition.raising.needs, keys, 5)
        event = dataclasses.replace(event, evidence=frozenset(definition.evidence))
        actor = Actor("u0", "群众", frozenset(definition.raising.who))
        source = definition.sources[0].key if definition.sources else ""
        outcome = raise_case(definition, case, event, actor, self.now, self.calendar, source=source)
        assert isinstance(outcome, Outcome), outcome
        return outcome

    def _filled(self, needs: Needs, fields: list[str], days: int, **more: Any) -> Event:
        return Event(
            action=more.pop("action", ""),
            reason="情况属实",
            approval="专题会议纪要1号",
            fields={key: self._value(self.definition.field(key), days) for key in fields},
            evidence=frozenset(needs.evidence) | frozenset(needs.evidence_any[:1]),
            **more,
        )

    def _value(self, field: Field, days: int) -> Any:
        today = (
            max([self.now, *(case.changed_at for case in self.cases.values())]).astimezone(self.calendar.zone).date()
        )
        values = {
            FieldKind.DATE: str(today + dt.timedelta(days=days)),
            FieldKind.MONEY: "12.50",
            FieldKind.PLACE: [120.0, 29.0],
            FieldKind.YES_NO: True,
        }
        return next(iter(field.choices), values.get(field.kind, "甲"))

    def _keep(self, outcome: Outcome) -> None:
        for alert in outcome.alerts:
            self._tell(alert)
        case = case_from_json(case_as_json(outcome.case))
        assert case == outcome.case
        self.cases[case.case] = case
        self.trails[case.case] += outcome.entries

    def _tell(self, alert: Alert) -> None:
        assert alert.key not in self.told, f"told twice: {alert}"
        assert alert.to or alert.step == "due"
        self.told[alert.key] = alert

    @rule(step=st.sampled_from(STEPS), back=st.booleans())
    def time_passes(self, step: dt.timedelta, back: bool) -> None:
        """Mostly on; now and then the machine's clock is set back a little."""
        self.now += -dt.timedelta(hours=20) if back and step < dt.timedelta(hours=1) else step

    @rule(offset=st.integers(-10, 40), worked=st.booleans())
    def a_day_is_set_late(self, offset: int, worked: bool) -> None:
        self.overrides = {**self.overrides, self.now.date() + dt.timedelta(days=offset): worked}

    @rule(case=st.sampled_from(["c1", "c2"]), luck=st.lists(st.integers(0, 999), min_size=1, max_size=8))
    def people_do_what_they_may(self, case: str, luck: list[int]) -> None:
        """Whatever is offered can be done once all it asks for is given. New ways are preferred, so that ends are met."""
        for chance in luck:
            held = self.cases[case]
            offered = [
                (self.taken[option.action, option.part] + (3 if self._ends_early(option) else 0), number, unit, option)
                for number, unit in enumerate(UNITS)
                for option in options(self.definition, held, self._all(unit), self.now, self.calendar)
            ]
            if not offered:
                return
            offered.sort(key=lambda way: (way[0], (way[1] * 7 + chance) % 5, way[3].action))
            _, _, unit, option = offered[chance % min(3, len(offered))]
            self.taken[option.action, option.part] += 1
            event = self._event(option, chance)
            if chance % 2:
                event = self._hand_in_before(case, option, event, unit)
                if chance % 3 == 0:
                    continue  # and go another way
            outcome = self._do(self.cases[case], event, self._all(unit))
            if isinstance(outcome, Refusal):
                split = outcome.missing == ("units",)
                assert option.extends_clock or split or "没有变" in outcome.sentence or self._proved(option), outcome
            self.now += dt.timedelta(minutes=chance)

    def _hand_in_before(self, case: str, option: Option, event: Event, unit: str) -> Event:
        """Hand in without a step what the step asks for; what counts by then need not come with it."""
        for kind in sorted(event.evidence):
            outcome = attach(self.definition, self.cases[case], kind, self._all(unit), self.now)
            if isinstance(outcome, Outcome):
                self._keep(outcome)
        moves = (
            self.definition.parts.transitions if option.part and self.definition.parts else self.definition.transitions
        )
        for move in moves:
            if move.key == option.action:
                given = event.evidence - in_hand(self.cases[case], move, option.part)
                return dataclasses.replace(event, evidence=given)
        return event

    def _proved(self, option: Option) -> bool:
        """Whether the register alone can prove what the step asks for."""
        return bool(option.needs.proof) and not (option.needs.evidence or option.needs.evidence_any)

    def _all(self, unit: str) -> Actor:
        return Actor("u1", unit, frozenset(PARTIES))

    def _ends_early(self, option: Option) -> bool:
        if option.part or option.to not in {state.key for state in self.definition.states}:
            return "refuse" in option.action
        return self.definition.state(option.to).closing not in (None, Closing.SOLVED)

    def _event(self, option: Option, chance: int) -> Event:
        wanted = set(option.required) | {
            key for key in option.fields if self.definition.field(key).kind is FieldKind.DATE
        }
        held = {part.unit for case in self.cases.values() for part in case.parts}
        fresh = [unit for unit in (*UNITS[:4], "住建局", "水务局") if unit not in held]
        proof = Proof((None, True, False)[chance % 3], "登记数据如此。")
        return self._filled(
            option.needs, sorted(wanted), 1 + chance % 20, action=option.action, part=option.part, unit=UNITS[chance % 4],
            units=tuple(fresh[: 1 + chance % 3]) if option.splits else (), stars=1 + chance % 5,
            extension=1 + chance % max(1, option.extends_at_most), proofs={option.needs.proof: proof} if option.needs.proof else {},
        )  # fmt: skip

    @rule(case=st.sampled_from(["c1", "c2"]), actor=st.one_of(actors, insiders), stray=st.booleans(), data=st.data())
    def somebody_tries_anything(self, case: str, actor: Actor, stray: bool, data: st.DataObject) -> None:
        """Any action by anybody, with or without what it needs; ``stray``: also one that no way leads to from here."""
        held = self.cases[case]
        keys = [(RATE, ""), (REOPEN, "")] if held.closed_at else []
        keys += [(move.key, "") for move in self.definition.transitions if stray or held.state in move.source]
        for part in held.parts if self.definition.parts and held.state == self.definition.parts.state else ():
            keys += [(move.key, part.unit) for move in self.definition.parts.transitions]  # type: ignore[union-attr]
        if not keys:
            return
        action, part = data.draw(st.sampled_from(keys))
        event = Event(
            action, reason=data.draw(st.sampled_from(["", "有理由"])), approval=data.draw(st.sampled_from(["", "批准"])), part=part,
            evidence=data.draw(st.frozensets(st.sampled_from(sorted(self.definition.evidence)))), stars=3,
            unit="经信局", units=("住建局",), extension=1,
        )  # fmt: skip
        self._do(held, event, actor)

    @rule(case=st.sampled_from(["c1", "c2"]), actor=st.one_of(actors, insiders), data=st.data())
    def somebody_hands_something_in(self, case: str, actor: Actor, data: st.DataObject) -> None:
        """Evidence without a step: kept, or refused; the case stays where it is, and no clock turns."""
        held = self.cases[case]
        moves = [move for move in self.definition.transitions if held.state in move.source]
        moves += self.definition.parts.transitions if self.definition.parts else ()
        asked = {kind for move in moves for kind in (*move.needs.evidence, *move.needs.evidence_any)}
        stray = data.draw(st.booleans())
        kind = data.draw(st.sampled_from(sorted(self.definition.evidence if stray or not asked else asked)))
        if data.draw(st.booleans()) and held.owner_unit:
            actor = dataclasses.replace(actor, unit=held.owner_unit)
        outcome = attach(self.definition, held, kind, actor, self.now)
        if isinstance(outcome, Refusal):
            assert outcome.sentence.endswith("。")
            return
        assert held.closed_at is None
        after = dataclasses.replace(outcome.case, evidence=held.evidence, changed_at=held.changed_at)
        assert after == held
        assert outcome.entries[0].role in actor.roles
        if kind in self.definition.bringers:
            assert outcome.entries[0].role in self.definition.bringers[kind]
        self._keep(outcome)

    @invariant()
    def the_evidence_is_what_the_trail_says(self) -> None:
        """For every step that could be taken now, what is in hand is what a reader of the trail would count."""
        for case in getattr(self, "cases", {}).values():
            trail = self.trails[case.case]
            steps = [(move, "") for move in self.definition.transitions if case.state in move.source]
            if self.definition.parts and case.state == self.definition.parts.state:
                steps += [
                    (move, part.unit)
                    for part in case.parts for move in self.definition.parts.transitions if part.state in move.source
                ]  # fmt: skip
            for move, part in steps:
                assert in_hand(case, move, part) == judging.counting(self.definition, trail, move, part), move.key

    def _no_date_is_past(self, after: CaseState) -> None:
        """Where a clock runs until a day from here, that day lies ahead: it will be told."""
        for clock in self.definition.clocks:
            if clock.until and after.state in clock.starts_on:
                held = [one for one in after.clocks if one.clock == clock.key][-1]
                assert held.running
                assert held.due_at is not None
                assert held.due_at > after.changed_at, f"{clock.key} starts with a day that is past"

    def _do(self, held: CaseState, event: Event, actor: Actor) -> Outcome | Refusal:
        outcome = apply(self.definition, held, event, actor, self.now, self.calendar)
        if isinstance(outcome, Refusal):
            assert outcome.sentence.endswith("。")
            return outcome
        trail = self.trails[held.case]
        assert judging.may(self.definition, held, trail, event, actor), f"{event} by {actor} in {held.state}"
        if event.action != RATE and not event.part:
            self._no_date_is_past(outcome.case)
        at = outcome.case.changed_at
        for clock in held.clocks:
            if clock.running:
                come = judging.steps_by(self.definition.clock(clock.clock), clock, at, self.calendar) - clock.fired
                told = {a.step for a in outcome.alerts if (a.clock, a.turn) == (clock.clock, clock.turn)}
                assert told == come, "an event skips a step"
        if event.action == REOPEN and not event.part:
            self.reopened[held.case] += 1
            kinds = {given.kind for given in outcome.case.evidence}
            assert kinds == event.evidence, "evidence of an earlier round counts again"
            assert all(clock.stopped_at for clock in outcome.case.clocks if clock in held.clocks)
        if judging.is_solved(self.definition, outcome.case.state) and not judging.is_solved(
            self.definition, held.state
        ):
            given = {one.kind for one in outcome.case.evidence if one.step != "raise"}
            assert given or any(proof.holds for proof in event.proofs.values())
        self._keep(outcome)
        return outcome

    @rule(killed_after=st.one_of(st.none(), st.integers(0, 3)))
    def the_clocks_are_swept(self, killed_after: int | None) -> None:
        """A sweep, perhaps killed: only the first clocks (with their alerts, in one transaction) are kept."""
        clocks = [(case.case, clock) for case in self.cases.values() for clock in case.clocks]
        swept = sweep(self.definition, clocks, self.now, self.calendar)
        for case_id, new in swept.clocks[:killed_after]:
            case = self.cases[case_id]
            kept = tuple(new if (held.clock, held.turn) == (new.clock, new.turn) else held for held in case.clocks)
            self.cases[case_id] = dataclasses.replace(case, clocks=kept)
            for alert in swept.alerts:
                if (alert.case, alert.clock, alert.turn) == (case_id, new.clock, new.turn):
                    assert alert.at <= self.now
                    self._tell(alert)
        if killed_after is None:
            self._nothing_is_left_untold()

    def _nothing_is_left_untold(self) -> None:
        for case in self.cases.values():
            for held in case.clocks:
                clock = self.definition.clock(held.clock)
                due, late = judging.due(clock, held, self.calendar)
                assert (held.due_at, held.late) == (due, late)
                if held.running:
                    come = judging.steps_by(clock, held, self.now, self.calendar)
                    assert come <= held.fired, "a step was skipped"
                    assert held.next_at is None or held.next_at > self.now

    @invariant()
    def every_told_step_is_noted(self) -> None:
        noted = {
            f"{case.case}/{clock.clock}/{clock.turn}/{step}"
            for case in getattr(self, "cases", {}).values() for clock in case.clocks for step in clock.fired
        }  # fmt: skip
        assert noted <= set(getattr(self, "told", {}))

    @invariant()
    def no_case_is_lost(self) -> None:
        for case in getattr(self, "cases", {}).values():
            trail = self.trails[case.case]
            state = self.definition.state(case.state)
            live = {
                held.clock: "running" if held.running else "resting" for held in case.clocks if held.stopped_at is None
            }
            assert live == judging.live_clocks(self.definition, trail)
            assert state.kind is StateKind.CLOSED or "running" in live.values(), f"nothing runs in {case.state}"
            assert (case.closed_at is not None) == (state.kind is StateKind.CLOSED)
            assert case.round == 1 + self.reopened[case.case]

    @invariant()
    def the_trail_has_no_gap(self) -> None:
        for trail in getattr(self, "trails", {}).values():
            moves = [entry for entry in trail if not entry.part]
            assert [entry.before for entry in moves[1:]] == [entry.after for entry in moves[:-1]]
            assert [entry.at for entry in trail] == sorted(entry.at for entry in trail)

    @precondition(lambda self: hasattr(self, "cases"))
    @rule()
    def turns_count_up(self) -> None:
        for case in self.cases.values():
            turns = [(held.clock, held.turn) for held in case.clocks]
            assert len(set(turns)) == len(turns)


def walked(definition: Definition) -> None:
    """Run the machine over one list."""
    machine = type(f"Loop_{definition.name}", (Loop,), {"definition": definition})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_definitions())
def test_every_shipped_list_holds(name: str) -> None:
    walked(load_definition(name))
