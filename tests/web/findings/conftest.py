"""The small county of the evaluations with land that stands still, and a published findings run of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.utils import timezone

from mujun.web.findings import actions, jobs
from mujun.web.findings.models import FindingsRuleSet, FindingsRun
from mujun.web.people.models import User
from mujun.web.register.queries import current_revision
from tests.web.evaluations.web_county import fill, tables

IDLE = "P99"


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.RUNS_ROOT = tmp_path / "runs"
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def analyst(person: Callable[..., User]) -> User:
    return person("analyst", "maker")


@pytest.fixture
def county(db: None) -> int:
    """25 parcels of 12 mu with falling tax (200, 192 … 8 万元), and one that was supplied and never begun."""
    rows = tables()
    rows["parcels"].append(
        {
            "parcel_id": IDLE, "town": "甲镇", "holder_name": "甲字村", "registered_area_m2": 8000.0, "land_price_wan": 100.0,
            "supplied_on": pd.Timestamp("2020-06-01"), "start_due": pd.Timestamp("2021-06-01"),
        }
    )  # fmt: skip
    return fill(rows)


def rehearsed(by: User, name: str = "YK", year: int = 2022, grades: Any = None) -> FindingsRun:
    actions.import_shipped_findings(by=by)
    rules = FindingsRuleSet.objects.get(name=name)
    run = actions.draft_findings(rules, year, current_revision(), grades, by=by)
    jobs.rehearse_findings(run=run.pk)
    run.refresh_from_db()
    return run


def published(by: User, **options: Any) -> FindingsRun:
    until = timezone.now() + dt.timedelta(days=5)
    return actions.publish_findings(rehearsed(by, **options).pk, until, by=by)


@pytest.fixture
def run(county: int, analyst: User) -> FindingsRun:
    return published(analyst)
