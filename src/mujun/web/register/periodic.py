"""Work that comes again and again: registered by apps, done by every worker in a thread of its own.

The thread does not wait for jobs, so a long one delays nothing. Such work must be safe to do twice at once and to be
killed at any moment: several workers may be at it.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)
Work = Callable[[], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Periodic:
    """``work`` is done at the start of a worker and then every ``seconds``."""

    name: str
    seconds: float
    work: Work


PERIODIC: dict[str, Periodic] = {}
"""Everything that is registered, by its name."""


def periodic(name: str, seconds: float) -> Callable[[Work], Work]:
    """Register a function to be done every ``seconds`` seconds."""

    def register(work: Work) -> Work:
        PERIODIC[name] = Periodic(name, seconds, work)
        return work

    return register


def do_all_once() -> None:
    """Do everything that is registered, here and now."""
    for one in PERIODIC.values():
        _do(one)


def _do(one: Periodic) -> None:
    """Do one; what goes wrong is logged and tried again at the next time."""
    try:
        one.work()
    except Exception:
        logger.exception("periodic work %s failed", one.name)


class Ticker(threading.Thread):
    """Does the registered work at its times until :meth:`stop`."""

    def __init__(self) -> None:
        super().__init__(name="periodic", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look every second what is due."""
        due = dict.fromkeys(PERIODIC, 0.0)
        try:
            while not self._stopping.is_set():
                for name, one in PERIODIC.items():
                    if time.monotonic() >= due[name] and not self._stopping.is_set():
                        close_old_connections()
                        _do(one)
                        due[name] = time.monotonic() + one.seconds
                self._stopping.wait(1)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping.set()
        self.join(30)
