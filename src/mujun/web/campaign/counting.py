"""Land freed is counted once: how much of a parcel its relatives by lineage have counted already. Pure."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

UNKNOWN = float("inf")


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """``child`` came from ``parent``; at most ``common_mu`` of land are common to both (infinite: not known)."""

    parent: str
    child: str
    common_mu: float = UNKNOWN


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """Land of a parcel that an accepted relative may hold: at most ``area_mu``."""

    parcel_id: str
    area_mu: float


class Lineage:
    """Who came from whom, and how much land two relatives can have in common.

    Along a line that is the least of its links, over several lines their sum. An upper bound, never a share times a
    share: after a merge and a split all of a parcel may have come back together.
    """

    def __init__(self, links: Iterable[Link]) -> None:
        self._up: dict[str, dict[str, float]] = defaultdict(dict)
        self._down: dict[str, dict[str, float]] = defaultdict(dict)
        for link in links:
            self._up[link.child][link.parent] = link.common_mu
            self._down[link.parent][link.child] = link.common_mu

    def ancestors(self, parcel_id: str) -> dict[str, float]:
        """Return each ancestor with the land (mu) it can have in common with ``parcel_id``."""
        return self._relatives(parcel_id, self._up)

    def descendants(self, parcel_id: str) -> dict[str, float]:
        """Return each descendant with the land (mu) it can have in common with ``parcel_id``."""
        return self._relatives(parcel_id, self._down)

    def family(self, parcel_id: str) -> set[str]:
        """Return the parcel with all that it came from and all that came from it."""
        return {parcel_id, *self.ancestors(parcel_id), *self.descendants(parcel_id)}

    def _relatives(self, parcel_id: str, step: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        paths: list[tuple[str, float, tuple[str, ...]]] = [(parcel_id, UNKNOWN, (parcel_id,))]
        while paths:
            code, common, path = paths.pop()
            for there, link in step.get(code, {}).items():
                if there not in path:  # a code may have been given back to an earlier parcel
                    found[there] += min(common, link)
                    paths.append((there, min(common, link), (*path, there)))
        return dict(found)


def already_counted(
    parcel_id: str, area_mu: float, lineage: Lineage, accepted_mu: Mapping[str, float]
) -> list[Counted]:
    """Return what accepted relatives may have counted of the land of ``parcel_id`` (``area_mu``), each at its most.

    ``accepted_mu`` gives the accepted land by parcel. Where only part of a relative was accepted, nobody knows which
    part: it counts wherever it can lie. So accepted land never exceeds the land that was freed.
    """
    related = {**lineage.ancestors(parcel_id), **lineage.descendants(parcel_id)}
    found = [
        Counted(code, min(accepted_mu[code], common, area_mu))
        for code, common in sorted(related.items())
        if code in accepted_mu
    ]
    return [one for one in found if one.area_mu > 0]


def still_free(area_mu: float, counted: Iterable[Counted]) -> float:
    """Return how much of ``area_mu`` is left to accept; nothing less than zero."""
    left = area_mu - sum(one.area_mu for one in counted)
    return left if left > area_mu * 1e-9 else 0.0
