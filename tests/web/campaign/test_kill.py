"""kill -9 while a stage is set or land accepted, each with a photograph, leaves it wholly there or not there.

``MUJUN_KILLS`` says how many kills (the reliability run uses 60).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.killing import run_harness

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
HARNESS = Path(__file__).with_name("kill_harness.py")


@pytest.mark.slow
def test_killed_work_is_wholly_there_or_not_there(tmp_path: Path) -> None:
    answer = run_harness(HARNESS, tmp_path, os.environ.get("MUJUN_KILLS", "12"), 7)
    assert answer["broken"] == []
    assert answer["kills"] > 0
