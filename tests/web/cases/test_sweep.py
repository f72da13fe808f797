"""The sweep tells each thing once, in whole batches; days set late move what is due; a worker does it every minute."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.cases import actions, jobs, sweeping
from mujun.web.cases.models import Case, CaseAlert, CaseClock, DayMoved
from mujun.web.cases.queries import alerts_for
from mujun.web.cases.sweeping import reckon_all, sweep_all
from mujun.web.register import periodic
from mujun.web.register.jobs import run_worker

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


def raised(by, number=1, at=MONDAY):
    return [
        actions.raise_case("request", fields={"subject": f"诉求{n}"}, source="visit", by=by, at=at)
        for n in range(number)
    ]


def test_each_step_is_told_once(office):
    [case] = raised(office)
    assert sweep_all(MONDAY + dt.timedelta(minutes=10)) == 0
    assert sweep_all(MONDAY + dt.timedelta(minutes=31)) == 1
    assert sweep_all(MONDAY + dt.timedelta(minutes=31)) == 0
    assert sweep_all(MONDAY + dt.timedelta(hours=2)) == 2
    assert list(CaseAlert.objects.order_by("pk").values_list("kind", flat=True)) == ["reminder", "due", "escalation"]
    assert sweep_all(MONDAY + dt.timedelta(days=30)) == 1 + 4 + 4
    assert sweep_all(MONDAY + dt.timedelta(days=60)) == 0
    assert not CaseClock.objects.filter(next_at__isnull=False).exists()
    case.refresh_from_db()
    assert case.light(MONDAY + dt.timedelta(days=60)) == "red"
    told = CaseAlert.objects.values("case_id", "clock", "turn", "step", "kind", "sentence", "at", "due_at").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseAlert.objects.create(**told)


def test_many_in_small_batches(office, monkeypatch):
    raised(office, 7)
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(sweeping.due_clocks, "__defaults__", (0, 2))
    assert sweep_all(MONDAY + dt.timedelta(minutes=31)) == 7
    assert AuditEvent.objects.filter(action="case.swept").count() == 4


def test_a_batch_that_fails_leaves_nothing_and_the_rest_stands(office, monkeypatch):
    cases = raised(office, 3)
    monkeypatch.setattr(sweeping.due_clocks, "__defaults__", (0, 1))
    real = sweeping.sweep_batch

    def killed(pks, *args, **kwargs):
        if pks == [cases[1].clocks.get(clock="contact").pk]:
            with transaction.atomic():
                real(pks, *args, **kwargs)
                raise KeyboardInterrupt
        return real(pks, *args, **kwargs)

    monkeypatch.setattr(sweeping, "sweep_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        sweep_all(MONDAY + dt.timedelta(minutes=31))
    assert list(CaseAlert.objects.values_list("case", flat=True)) == [cases[0].pk]
    monkeypatch.setattr(sweeping, "sweep_batch", real)
    assert sweep_all(MONDAY + dt.timedelta(minutes=31)) == 2


def test_a_clock_that_cannot_be_told_keeps_no_other_back(office, monkeypatch, caplog):
    cases = raised(office, 3)
    real = sweeping.sweep_batch
    broken = cases[1].clocks.get(clock="contact").pk

    def failing(pks, *args, **kwargs):
        if broken in pks:
            raise ValueError("broken")
        return real(pks, *args, **kwargs)

    monkeypatch.setattr(sweeping, "sweep_batch", failing)
    with pytest.raises(ValueError, match="broken"):
        sweep_all(MONDAY + dt.timedelta(minutes=31))
    assert set(CaseAlert.objects.values_list("case", flat=True)) == {cases[0].pk, cases[2].pk}
    assert f"clock {broken} cannot be told" in caplog.text


def test_days_set_late_move_what_is_due(office):
    [case] = raised(office)
    due = {clock.clock: clock.due_at for clock in case.clocks.all()}
    job = actions.set_holidays({dt.date(2026, 3, 4): False}, "县府办通知", by=office)
    assert job.kind == "cases.reckon"
    jobs.reckon()
    moved = {clock.clock: clock.due_at for clock in case.clocks.all()}
    assert moved["contact"] == due["contact"]
    assert moved["stage_reply"] == due["stage_reply"] + dt.timedelta(days=1)
    actions.set_holidays({dt.date(2026, 3, 4): True}, "通知取消", by=office)
    reckon_all()
    assert {clock.clock: clock.due_at for clock in case.clocks.all()} == due
    assert DayMoved.objects.count() == 2
    for days, reason, sentence in (({}, "x", "至少选择一天"), ({dt.date(2026, 3, 4): True}, " ", "依据"),
                                   ({dt.date(1990, 3, 4): True}, "x", "工作日历的年份")):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            actions.set_holidays(days, reason, by=office)


def test_a_stopped_clock_keeps_its_judgement(office, bureau):
    [case] = raised(office)
    actions.act(case.pk, "contact", fields={"category": "land"}, by=office, at=MONDAY + dt.timedelta(hours=2))
    held = case.clocks.get(clock="contact")
    assert held.late
    actions.set_holidays({dt.date(2026, 3, 2): False}, "通知", by=office)
    reckon_all()
    assert case.clocks.get(clock="contact").late
    case.refresh_from_db()
    assert case.missed


def test_who_is_told_what_and_has_seen_it(office, bureau, leader, firm):
    [case] = raised(office)
    actions.act(
        case.pk, "assign", unit="住建局", fields={"category": "land"}, by=office, at=MONDAY + dt.timedelta(minutes=5)
    )
    sweep_all(MONDAY + dt.timedelta(days=20))
    told = {user.username: {one.alert.kind for one in alerts_for(user)} for user in (office, bureau, leader)}
    assert told["test-leader"] == {"escalation"}
    assert told["bureau"] == {"reminder", "due", "escalation"}
    assert alerts_for(firm) == []
    first = alerts_for(bureau)[0]
    assert (first.was_seen, first.alert.case) == (False, case)
    assert actions.see_alerts([first.alert.pk], by=bureau) == 1
    assert actions.see_alerts([first.alert.pk], by=bureau) == 0
    assert actions.see_alerts([first.alert.pk], by=firm) == 0
    assert alerts_for(bureau)[0].was_seen
    assert first.alert.pk not in {one.alert.pk for one in alerts_for(bureau, unseen=True)}


def test_nothing_due_costs_one_question(office, django_assert_num_queries):
    raised(office, 2)
    with django_assert_num_queries(1):
        sweep_all(MONDAY + dt.timedelta(minutes=1))


def test_a_batch_costs_the_same_whatever_its_size(office, django_assert_max_num_queries):
    raised(office, 12)
    with django_assert_max_num_queries(16):
        assert sweep_all(MONDAY + dt.timedelta(minutes=31)) == 12


@pytest.mark.django_db(transaction=True)
def test_a_worker_sweeps_beside_its_jobs(office):
    raised(office, at=timezone.now() - dt.timedelta(days=30))
    run_worker(until_empty=True, signals=False)
    told = CaseAlert.objects.count()
    assert told > 0
    ticker = periodic.Ticker()
    ticker.start()
    time.sleep(0.2)
    ticker.stop()
    assert not ticker.is_alive()
    assert CaseAlert.objects.count() == told


def test_what_goes_wrong_is_logged_and_the_worker_lives(caplog, monkeypatch):
    monkeypatch.setitem(periodic.PERIODIC, "broken", periodic.Periodic("broken", 60, lambda: 1 / 0))
    periodic.do_all_once()
    assert "periodic work broken failed" in caplog.text


def test_the_light_of_a_case_follows_the_sweep_and_the_late_day(office):
    [case] = raised(office)
    at = MONDAY + dt.timedelta(minutes=70)
    assert Case.objects.get(pk=case.pk).light(at) == "red"
    actions.set_holidays({dt.date(2026, 3, 2): False}, "通知", by=office)
    reckon_all()
    assert Case.objects.get(pk=case.pk).light(at) == "green"
