"""Lists under random people, acts, times, late holidays and killed sweeps, in the database: what it keeps is always whole."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mujun.base.errors import Refused
from mujun.cases.definition import RATE, REOPEN, Definition, FieldKind, Needs, StateKind
from mujun.cases.engine import Option
from mujun.cases.evidence import in_hand
from mujun.cases.lights import light_of
from mujun.cases.state import Event
from mujun.web.audit.models import AuditEvent
from mujun.web.cases import actions
from mujun.web.cases.actions import sweeping as sweeping_actions
from mujun.web.cases.actions.held import actor_of
from mujun.web.cases.actions.lists import version_in_force
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.holding import case_values, whole_state
from mujun.web.cases.models import Case, CaseAlert
from mujun.web.cases.queries import board_by_light, board_by_state, cases_in_scope, options_for
from mujun.web.cases.sweeping import reckon_all, sweep_all
from mujun.web.cases.working import working_calendar
from mujun.web.people.models import User
from tests.cases import judging
from tests.web.cases.conftest import paper, photo
from tests.web.conftest import FIRM, TOWN

START = dt.datetime(2024, 9, 27, 3, tzinfo=dt.UTC)
STEPS = [dt.timedelta(minutes=40), dt.timedelta(hours=5), dt.timedelta(days=1), dt.timedelta(days=6)]
PEOPLE = ("firm", "analyst", "bureau", "fire", "leader", "town")
UNITS = ("住建局", "消防大队", TOWN)


class Killed(BaseException):
    """The process ends here."""


class Loop(RuleBasedStateMachine):
    """One case of one list in a database of its own. Set ``list_name`` in a subclass."""

    list_name: str

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.now = START
        self.people = {name: User.objects.get(username=name) for name in PEOPLE}
        version = version_in_force(self.list_name, by=None)
        self.version, self.definition = version, definition_of(version)
        fields = [field.key for field in self.definition.fields if self.definition.raising.state in field.required_in]
        raiser = self.people["firm" if "firm" in self.definition.raising.who else "analyst"]
        self.case = actions.raise_case(
            self.list_name, fields=self._values(fields), files=self._files(self.definition.raising.needs), town=TOWN,
            source=self.definition.sources[0].key if self.definition.sources else "", by=raiser, at=self.now,
        )  # fmt: skip
        self.done = 1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def _values(self, keys: list[str], days: int = 6) -> dict[str, Any]:
        changed = self.case.changed_at if hasattr(self, "case") else self.now
        today = max(self.now, changed).date()
        by_kind = {
            FieldKind.DATE: str(today + dt.timedelta(days=days)), FieldKind.MONEY: "12.50", FieldKind.FIRM: FIRM,
            FieldKind.PLACE: [120.0, 29.0], FieldKind.YES_NO: True, FieldKind.PARCEL: "P1",
        }  # fmt: skip
        known = {field.key: field for field in self.definition.fields}
        return {key: next(iter(known[key].choices), by_kind.get(known[key].kind, "甲")) for key in keys}

    def _files(self, needs: Needs) -> dict[str, list[Any]]:
        kinds = (*needs.evidence, *needs.evidence_any[:1])
        return {kind: [photo() if "photo" in kind else paper()] for kind in kinds}

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step: dt.timedelta) -> None:
        self.now += step

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def somebody_does_what_they_may(self, who: str, data: st.DataObject) -> None:
        by = self.people[who]
        if not cases_in_scope(by).filter(pk=self.case.pk).exists():
            return
        offered = options_for(by, self.case, self.now)
        if offered:
            self._do(data.draw(st.sampled_from(offered)), by, data.draw(st.integers(2, 20)))

    def _do(self, option: Option, by: User, days: int) -> None:
        dates = [key for key in option.fields if self._kind(key) is FieldKind.DATE]
        fields = self._values(sorted({*option.required, *dates}), days)
        held = {part.unit for part in self.case.parts.all()}
        try:
            if option.action == RATE:
                actions.rate(self.case.pk, 2, "不满意", by=by, at=self.now)
            elif option.action == REOPEN:
                actions.reopen(self.case.pk, "又发生了", by=by, at=self.now)
            else:
                actions.act(
                    self.case.pk, option.action, reason="情况属实", approval="纪要1号", fields=fields, part=option.part,
                    files=self._files(option.needs), unit="住建局", extension=1, by=by, at=self.now,
                    units=[unit for unit in UNITS if unit not in held][:2] if option.splits else [],
                )  # fmt: skip
        except Refused as refusal:
            split = option.splits and held >= set(UNITS)
            dates = any(words in refusal.what for words in ("不能早于", "下班时间已过", "没有变"))
            if not (option.needs.proof or option.extends_clock or split or dates):
                raise
        else:
            self.done += 1

    def _trail(self) -> list[SimpleNamespace]:
        """The lines that are kept, with who acted as the engine names them."""
        names = ("action", "role", "unit", "part", "before", "after", "evidence", "owner_unit", "units")
        return [
            SimpleNamespace(by=str(line.by_id), **{name: getattr(line, name) for name in names})
            for line in self.case.entries.all()
        ]

    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def somebody_hands_something_in(self, who: str, data: st.DataObject) -> None:
        by = self.people[who]
        kind = data.draw(st.sampled_from(sorted(self.definition.evidence)))
        try:
            actions.attach(self.case.pk, kind, [photo() if "photo" in kind else paper()], by=by, at=self.now)
        except Refused:
            pass
        else:
            assert cases_in_scope(by).filter(pk=self.case.pk).exists()
            self.done += 1

    @invariant()
    def the_evidence_is_what_the_trail_says(self) -> None:
        self.case.refresh_from_db()
        state, trail = whole_state(self.case), self._trail()
        steps = [(move, "") for move in self.definition.transitions if state.state in move.source]
        if self.definition.parts and state.state == self.definition.parts.state:
            for part in state.parts:
                steps += [(m, part.unit) for m in self.definition.parts.transitions if part.state in m.source]
        for move, unit in steps:
            assert in_hand(state, move, unit) == judging.counting(self.definition, trail, move, unit)

    def _kind(self, key: str) -> FieldKind:
        return self.definition.field(key).kind

    @rule(who=st.sampled_from(PEOPLE), reason=st.sampled_from(["", "有理由"]), data=st.data())
    def somebody_tries_anything(self, who: str, reason: str, data: st.DataObject) -> None:
        by = self.people[who]
        moves = [(move.key, "") for move in self.definition.transitions] + [(REOPEN, "")]
        if self.definition.parts and self.case.state == self.definition.parts.state:
            moves += [(m.key, part.unit) for m in self.definition.parts.transitions for part in self.case.parts.all()]
        move, part = data.draw(st.sampled_from(moves))
        before, actor, trail = whole_state(self.case), actor_of(by, self.case), self._trail()
        visible = cases_in_scope(by).filter(pk=self.case.pk).exists()
        try:
            if move == REOPEN:
                actions.reopen(self.case.pk, reason, by=by, at=self.now)
            else:
                actions.act(self.case.pk, move, reason=reason, part=part, unit="住建局", by=by, at=self.now)
        except Refused:
            pass
        else:
            assert visible, "somebody acts outside the own scope"
            event = Event(move, reason=reason, part=part)
            assert judging.may(self.definition, before, trail, event, actor)
            self.done += 1

    @rule(offset=st.integers(-3, 20), worked=st.booleans())
    def a_day_is_set_late(self, offset: int, worked: bool) -> None:
        actions.set_holidays({self.now.date() + dt.timedelta(days=offset): worked}, "通知", by=self.people["analyst"])
        reckon_all()

    @rule(killed=st.booleans())
    def the_clocks_are_swept(self, killed: bool) -> None:
        if killed:
            told = CaseAlert.objects.count()
            with mock.patch.object(sweeping_actions, "keep_clocks", side_effect=Killed):
                try:
                    sweep_all(self.now)
                except Killed:
                    assert CaseAlert.objects.count() == told
        sweep_all(self.now)
        assert sweep_all(self.now) == 0
        self.case.refresh_from_db()
        calendar = working_calendar()
        for held in whole_state(self.case).clocks:
            clock = self.definition.clock(held.clock)
            if held.stopped_at is None:
                assert (held.due_at, held.late) == judging.due(clock, held, calendar)
            if held.running:
                assert judging.steps_by(clock, held, self.now, calendar) <= held.fired, "a step was skipped"

    @invariant()
    def what_is_kept_is_whole(self) -> None:
        self.case = Case.objects.select_related("version").get(pk=self.case.pk)
        definition: Definition = self.definition
        state = whole_state(self.case)
        repeated = case_values(definition, state)
        assert {name: getattr(self.case, name) for name in repeated} == repeated
        closed = definition.state(state.state).kind is StateKind.CLOSED
        assert closed == (state.closed_at is not None)
        assert closed or any(held.running for held in state.clocks)

    @invariant()
    def lights_are_the_engine_s(self) -> None:
        self.case.refresh_from_db()
        light = light_of(self.definition, whole_state(self.case), self.now).value
        assert self.case.light(self.now) == light
        office = self.people["analyst"]
        by_light = {one.key: one.count for one in board_by_light(office, self.version, self.now)}
        assert by_light == dict.fromkeys(by_light, 0) | ({} if self.case.closed_at else {light: 1})
        by_state = {one.key: one.count for one in board_by_state(office, self.version, self.definition)}
        assert by_state == dict.fromkeys(by_state, 0) | {self.case.state: 1}

    @invariant()
    def every_step_is_told_once_and_noted(self) -> None:
        told = {(one.clock, one.turn, one.step) for one in CaseAlert.objects.all()}
        assert len(told) == CaseAlert.objects.count()
        noted = {(held.clock, held.turn, step) for held in whole_state(self.case).clocks for step in held.fired}
        assert noted <= told

    @invariant()
    def the_trail_has_no_gap(self) -> None:
        self.case.refresh_from_db()
        lines = [line for line in self.case.entries.all() if not line.part]
        assert [line.before for line in lines[1:]] == [line.after for line in lines[:-1]]
        assert lines[-1].after == self.case.state
        assert self.case.entries.exclude(action__startswith="parts_").count() == self.done
        assert AuditEvent.objects.filter(about=f"case:{self.case.pk}").count() == self.done


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["hazard", "package", "request"])
def test_a_list_holds_in_the_database(name, county, person):
    for who, unit in (("bureau", "住建局"), ("fire", "消防大队")):
        person("department", who, unit=unit)
    person("leader", "leader", unit="县府办")
    person("analyst", "analyst", unit="专班办公室")
    person("firm", "firm")
    person("town", "town")
    machine = type(f"Loop_{name}", (Loop,), {"list_name": name})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # making a failure smaller takes minutes with a database
        ),
    )
