"""kill -9 while a document is read: nothing half, and begun again it is read once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.web.killing import run_harness

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")

KILLS = 6


@pytest.mark.slow
def test_a_killed_reading_is_done_once_and_whole(tmp_path):
    answer = run_harness(Path(__file__).with_name("kill_harness.py"), tmp_path, KILLS, 5)
    assert answer["broken"] == []
    assert answer["kills"] == KILLS
    assert answer["statements"] > 0
    assert answer["links"] > 0
