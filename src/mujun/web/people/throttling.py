"""How long a sign-in has to wait after failures: doubling delays per user, per address, and per pair of both."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

FORGET_AFTER = timedelta(hours=24)


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """``free`` failures cost nothing; then ``first`` seconds, doubled with each further failure up to ``longest``."""

    free: int
    first: int
    longest: int

    def delay(self, failures: int) -> timedelta:
        """The wait after the ``failures``-th failure in a row.

        >>> Limit(free=3, first=5, longest=900).delay(3), Limit(free=3, first=5, longest=900).delay(5)
        (datetime.timedelta(0), datetime.timedelta(seconds=10))
        """
        over = failures - self.free
        if over <= 0:
            return timedelta(0)
        return timedelta(seconds=min(self.first * 2 ** min(over - 1, 20), self.longest))


PAIR = Limit(free=3, first=5, longest=900)
"""One user name from one address: somebody guesses, or somebody forgot."""
ADDRESS = Limit(free=30, first=5, longest=900)
"""Any user names from one address: one password tried on many."""
USER = Limit(free=20, first=5, longest=60)
"""One user name from any addresses; short, so that nobody can lock somebody else out."""


def keys(username: str, address: str) -> list[tuple[str, str, Limit]]:
    """The counters a sign-in touches: (user name or "", address or "", limit)."""
    return [(username, address, PAIR), ("", address, ADDRESS), (username, "", USER)]


def seconds_left(blocked_until: datetime | None, now: datetime) -> int:
    """Whole seconds until ``blocked_until``, rounded up; 0 where nothing blocks."""
    if blocked_until is None or blocked_until <= now:
        return 0
    return int(-((now - blocked_until) // timedelta(seconds=1)))
