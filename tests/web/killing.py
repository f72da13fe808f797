"""What the tests share that kill work in the middle (``kill -9``): a harness run as a program, and how it kills.

A harness prepares a home of its own, works in forked children that it kills at random moments, looks after each kill for
promises that were broken, and prints one JSON line.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Work = Callable[[], object]


def run_harness(harness: Path, home: Path, *arguments: object, patience_s: float = 1800) -> dict[str, Any]:
    """Run a harness on an empty home; return the line that it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "MUJUN_DATABASE_URL"}
    environment |= {
        "MUJUN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "mujun.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, str(harness), *map(str, arguments)],
        env=environment, capture_output=True, text=True, timeout=patience_s, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def child(work: Work, *forgiven: type[Exception]) -> int:
    """Fork; the child does the work and leaves without any clean-up."""
    from django.db import connection

    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except forgiven:
            pass
        finally:
            os._exit(0)
    return pid


@dataclasses.dataclass
class Killer:
    """Kills work at random moments and gathers what is ``broken`` afterwards."""

    broken_promises: Callable[[], Iterable[str]]
    seed: int
    forgiven: tuple[type[Exception], ...] = ()
    kills: int = 0
    finished: int = 0
    broken: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def whole(self, work: Work) -> float:
        """Do the work once unharmed; return how long it takes (s)."""
        started = time.monotonic()
        os.waitpid(child(work, *self.forgiven), 0)
        self.broken += self.broken_promises()
        return time.monotonic() - started

    def kill(self, work: Work, within_s: float) -> None:
        """Begin the work, kill it at a random moment within ``within_s``, and look."""
        pid = child(work, *self.forgiven)
        time.sleep(self._chance.uniform(0, within_s))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            self.kills += 1
        else:
            self.finished += 1
        self.broken += self.broken_promises()

    def torment(self, next_work: Callable[[], Work], kills: int) -> None:
        """Do one piece of work unharmed, then kill ``kills`` more, each a new one."""
        whole = self.whole(next_work())
        for _kill in range(kills):
            self.kill(next_work(), whole * 1.1)

    def answer(self, **more: object) -> str:
        """The line that the harness prints."""
        found = {"kills": self.kills, "finished": self.finished, "broken": self.broken, **more}
        return json.dumps(found, ensure_ascii=False)
