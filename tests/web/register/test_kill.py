"""kill -9 in the middle of an import or its undoing leaves each wholly there or not there, and the job goes on.

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
def test_a_killed_import_is_wholly_there_or_not_there(tmp_path: Path) -> None:
    kills = os.environ.get("MUJUN_KILLS", "20")
    answer = run_harness(HARNESS, tmp_path, kills, 11)
    assert answer["broken"] == []
    assert answer["kills"] == int(kills)
    assert answer["interrupted"] > 0
    assert answer["open"] == 0
