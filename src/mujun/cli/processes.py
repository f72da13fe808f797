"""Keeps helper processes alive: one that ends is started again, ever more slowly while it keeps ending."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
"""A process that lived this long is taken as sound: its next end counts as the first again."""


class Keeper:
    """Runs ``command`` ``count`` times at once until :meth:`stop`."""

    def __init__(
        self,
        command: Sequence[str],
        count: int,
        *,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
        first_pause_s: float = 1.0,
    ) -> None:
        self.command = list(command)
        self.count = count
        self._tell = tell
        self._first_pause_s = first_pause_s
        self._stopping = threading.Event()
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * count
        self._threads = [threading.Thread(target=self._keep, args=(place,), daemon=True) for place in range(count)]

    def start(self) -> None:
        """Start the processes and watch them from threads."""
        for thread in self._threads:
            thread.start()

    @property
    def process_ids(self) -> list[int]:
        """The process ids that are alive now."""
        return [process.pid for process in self._processes if process is not None and process.poll() is None]

    def stop(self, patience_s: float = 20.0) -> None:
        """Ask every process to end, wait ``patience_s`` seconds for what it is doing, then end it."""
        self._stopping.set()
        running = [process for process in self._processes if process is not None and process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + patience_s
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for thread in self._threads:
            thread.join(5)

    def _keep(self, place: int) -> None:
        pause = self._first_pause_s
        while not self._stopping.is_set():
            started = time.monotonic()
            process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
            self._processes[place] = process
            if self._stopping.is_set():
                process.terminate()
            code = process.wait()
            if self._stopping.is_set():
                return
            pause = self._first_pause_s if time.monotonic() - started > STEADY_AFTER_S else pause
            self._tell(f"后台进程 {process.pid} 意外结束（{code}），{pause:.0f} 秒后重新启动。")
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
