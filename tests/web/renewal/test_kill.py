"""kill -9 while solving: the last plan is there, marked unfinished and without a gap; begun again it is finished."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")


@pytest.mark.slow
def test_a_killed_search_keeps_its_last_plan_unfinished(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "MUJUN_DATABASE_URL"}
    environment |= {
        "MUJUN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    harness = Path(__file__).with_name("kill_harness.py")
    done = subprocess.run(
        [sys.executable, str(harness)], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    assert answer["killed"]
    assert (answer["state"], answer["kind"], answer["claims"]) == ("unfinished", "unfinished", None)
    assert answer["kept"]
    assert (answer["after"], answer["better"]) == ("ready", True)
