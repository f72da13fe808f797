"""The demonstration county's lists are alive: every state that acts lead to, every light, late, reopened, grouped."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from mujun.cli.demo_cases import OWNER, SECOND, make_cases, path_to
from mujun.web.cases.models import Case, CaseAlert, CaseRating, Matter
from mujun.web.cases.queries import lists_for
from mujun.web.evaluations.models import Objection
from mujun.web.evaluations.runs.actions import open_result_notice
from mujun.web.register.models import MODELS
from tests.web.conftest import square
from tests.web.evaluations.web_county import fill, firm_id, published, tables

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_list_is_alive(person, settings, tmp_path):
    settings.RUNS_ROOT = tmp_path / "runs"
    fill(tables())
    MODELS["parcels"].objects.update(geometry=square(120.0, 28.9))
    analyst = person("analyst", "analyst", unit="专班办公室")
    person("leader", "leader", unit="县府办")
    person("department", "bureau", unit=OWNER)
    person("department", "safety", unit=SECOND)
    person("town", "town", towns=["甲镇"])
    person("firm", "firm", firm_id=firm_id(15))
    run, now = published(analyst), timezone.now()
    open_result_notice(run.pk, "公示", now - dt.timedelta(days=1), now + dt.timedelta(days=5), by=analyst)
    said: list[str] = []
    make_cases(run, said.append)
    for held in lists_for(analyst):
        there = set(Case.objects.filter(list_name=held.version.name).values_list("state", flat=True))
        wanted = {state.key for state in held.definition.states if path_to(held.definition, state.key) is not None}
        assert there == (wanted if held.version.name != "objection" else wanted - {"accepted"}), held.version.name
    moment = timezone.now()
    lights = {case.light(moment) for case in Case.objects.filter(closed_at=None)}
    assert lights >= {"red", "green", "grey"}
    assert Case.objects.filter(missed=True).exists()
    assert Case.objects.filter(round__gt=1).exists()
    assert Case.objects.filter(missed=False, closing="solved").exists()
    assert Matter.objects.filter(cases__cause__contains="容积率").first().cases.count() == 5
    assert Objection.objects.count() == 4
    assert CaseRating.objects.exists()
    assert CaseAlert.objects.count() > 100
    assert said
