"""A drawn map of the small county, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mujun.web.evaluations.models import Run, RunResult, RunState
from mujun.web.maps import archives, classes, queries
from mujun.web.maps.jobs import build_tiles
from mujun.web.maps.models import MapBuild
from mujun.web.pages.home import views
from mujun.web.people.rights import Role
from mujun.web.register.models import Revision
from tests.filling import rule_set
from tests.web.conftest import FIRM, OTHER_FIRM


@pytest.fixture(autouse=True)
def _nothing_remembered(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Numbers of revisions begin anew with every test; what a process remembers by them must go."""
    settings.TILES_ROOT = tmp_path / "tiles"
    yield
    for remembered in (archives.reader, archives.numbers, classes._frame, queries.towns_of_set, views._names):
        remembered.cache_clear()
    views._TABLES.clear()


@pytest.fixture
def build(county: Revision) -> MapBuild:
    """The map of the small county."""
    build_tiles()
    return MapBuild.objects.get()


@pytest.fixture
def run(county: Revision, person: Any) -> Run:
    """A published run: the first firm is A, the other D."""
    by = person(Role.ANALYST, "test-signer")
    version = rule_set(by)
    held = Run.objects.create(
        rules=version, year=2022, revision=county.pk, state=RunState.PUBLISHED, by=by, signed_by=by
    )
    for firm_id, grade in ((FIRM, "A"), (OTHER_FIRM, "D")):
        RunResult.objects.create(run=held, firm_id=firm_id, grade=grade, group="规上", rank=1, total_e4=900_000)
    return held
