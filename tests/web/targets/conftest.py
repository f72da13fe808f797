"""A county with documents, people of every role, and folders of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.targets import ground


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def analyst(person):
    return person("analyst")


@pytest.fixture
def leader(person):
    return person("leader")


@pytest.fixture
def cadre(person):
    return person("town")


@pytest.fixture
def plan(analyst):
    """A read plan with three statements: land (target), growth (target), and a fact."""
    return ground.plan(analyst)


@pytest.fixture
def target(plan, analyst):
    """A draft of the land target, 5,000 mu, counted by monthly reports."""
    return ground.land_target(plan, analyst)
