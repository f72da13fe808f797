"""The small county with published findings, and people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mujun.web.findings.models import FindingsRun
from mujun.web.people.models import User
from mujun.web.renewal.models import Plan
from tests.web.renewal import ground


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.RUNS_ROOT = tmp_path / "runs"


@pytest.fixture
def analyst(person: Callable[..., User]) -> User:
    return person("analyst", "planner")


@pytest.fixture
def leader(person: Callable[..., User]) -> User:
    return person("leader", "chief")


@pytest.fixture
def findings(db: None, analyst: User) -> FindingsRun:
    ground.county()
    return ground.published(analyst)


@pytest.fixture
def draft(findings: FindingsRun, analyst: User) -> Plan:
    return ground.drafted(findings, analyst)


@pytest.fixture
def plan(draft: Plan, analyst: User) -> Plan:
    """A solved plan with its alternatives."""
    return ground.solved(draft, analyst)
