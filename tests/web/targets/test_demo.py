"""The demonstration county's ledger: documents read, targets in force, lights of every colour, a promise fallen silent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from mujun.base.errors import MujunError
from mujun.cli.demo_targets import make_ledger
from mujun.targets.threads import Fate
from mujun.web.people.rights import scope_of
from mujun.web.register.jobs import Silent
from mujun.web.targets.models import SupervisionOrder, Target
from mujun.web.targets.queries.ledger import ledger, targets_in_scope
from mujun.web.targets.queries.threads import doubtful_links, threads_in_scope
from tests.web.campaign.ground import county_with_land, two_blocks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [dt.date(2026, 11, 24), dt.date(2026, 8, 9)])
def test_the_ledger_of_the_demo_is_alive(analyst, leader, cadre, monkeypatch, today):
    monkeypatch.setattr(timezone, "localdate", lambda *a, **k: today)
    county_with_land()
    two_blocks(analyst)
    told: list[str] = []
    make_ledger(analyst, leader, Silent(), told.append)
    lines = ledger(targets_in_scope(scope_of(analyst)).filter(parent=None, state="in_force"), today)
    print(told, *[(line.target.name, line.light.colour, line.light.sentence) for line in lines], sep="\n")
    assert {line.light.colour for line in lines} == {"red", "yellow", "green", "grey"}
    fates = {line.metric: line.fate for line in threads_in_scope(scope_of(analyst))}
    assert Fate.SILENT in fates.values()
    assert {Fate.REPORTED, Fate.PROMISED} & set(fates.values())
    assert doubtful_links(scope_of(analyst)).exists()
    assert SupervisionOrder.objects.count() == 1
    assert Target.objects.filter(state="closed").count() == 4
    assert Target.objects.filter(level="person", owner=cadre).exists()


def test_a_second_time_is_refused(analyst, leader, cadre):
    make_ledger(analyst, leader, Silent(), lambda _line: None)
    with pytest.raises(MujunError):
        make_ledger(analyst, leader, Silent(), lambda _line: None)
