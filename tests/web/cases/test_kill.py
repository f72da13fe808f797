"""kill -9 in a sweep, a reckoning or an act loses nothing and tells nothing twice.

``MUJUN_KILLS`` says how many kills (the reliability run uses 60).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.killing import run_harness

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")


@pytest.mark.slow
def test_killed_sweeps_lose_nothing_and_repeat_nothing(tmp_path):
    kills = os.environ.get("MUJUN_KILLS", "12")
    answer = run_harness(Path(__file__).with_name("kill_harness.py"), tmp_path, kills, 7)
    assert answer["broken"] == []
    assert answer["again"] == 0
    assert answer["kills"] > 0
    assert answer["alerts"] > 100
