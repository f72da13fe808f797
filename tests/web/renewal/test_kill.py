"""kill -9 while solving: the last plan is there, marked unfinished and without a gap; begun again it is finished."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.killing import run_harness

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
HARNESS = Path(__file__).with_name("kill_harness.py")


@pytest.mark.slow
def test_a_killed_search_keeps_its_last_plan_unfinished(tmp_path: Path) -> None:
    answer = run_harness(HARNESS, tmp_path, patience_s=600)
    assert answer["killed"]
    assert (answer["state"], answer["kind"], answer["claims"]) == ("unfinished", "unfinished", None)
    assert answer["kept"]
    assert (answer["after"], answer["better"]) == ("ready", True)


@pytest.mark.slow
def test_killed_plan_work_is_wholly_there_or_not_there(tmp_path: Path) -> None:
    """Building, solving, locking, explaining and signing, each killed at random moments."""
    answer = run_harness(HARNESS.with_name("kill_plans_harness.py"), tmp_path, os.environ.get("MUJUN_KILLS", "3"), 7)
    assert answer["broken"] == []
    assert answer["kills"] > 0
