"""kill -9 while a stage is set or land accepted, each with a photograph, leaves it wholly there or not there.

``MUJUN_KILLS`` says how many kills (the reliability run uses 60).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")


@pytest.mark.slow
def test_killed_work_is_wholly_there_or_not_there(tmp_path):
    kills = os.environ.get("MUJUN_KILLS", "12")
    environment = {name: value for name, value in os.environ.items() if name != "MUJUN_DATABASE_URL"}
    environment |= {
        "MUJUN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    harness = Path(__file__).with_name("kill_harness.py")
    done = subprocess.run(
        [sys.executable, str(harness), kills, "7"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    assert answer["broken"] == []
    assert answer["kills"] > 0
