"""kill -9 in the middle of an import or its undoing leaves each wholly there or not there, and the job goes on.

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
def test_a_killed_import_is_wholly_there_or_not_there(tmp_path: Path) -> None:
    kills = os.environ.get("MUJUN_KILLS", "20")
    environment = {name: value for name, value in os.environ.items() if name != "MUJUN_DATABASE_URL"}
    environment |= {
        "MUJUN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    harness = Path(__file__).with_name("kill_harness.py")
    done = subprocess.run(
        [sys.executable, str(harness), kills, "11"],
        env=environment, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    assert answer["broken"] == []
    assert answer["kills"] == int(kills)
    assert answer["interrupted"] > 0
    assert answer["open"] == 0
