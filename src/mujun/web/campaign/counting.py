"""Land freed is counted once: how much of a parcel its relatives by lineage have counted already. Pure."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """``share`` (0–1, None unknown) of the land of ``parent`` lies in ``child``."""

    parent: str
    child: str
    share: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """Land of a parcel that an accepted relative holds: at most ``area_mu``."""

    parcel_id: str
    area_mu: float


class Lineage:
    """Who came from whom. Along a line shares multiply, over several lines they add up to at most 1.

    An unknown share counts as 1, so that what is counted is never too little.
    """

    def __init__(self, links: Iterable[Link]) -> None:
        self._up: dict[str, dict[str, float]] = defaultdict(dict)
        self._down: dict[str, dict[str, float]] = defaultdict(dict)
        for link in links:
            share = 1.0 if link.share is None else min(max(link.share, 0.0), 1.0)
            self._up[link.child][link.parent] = share
            self._down[link.parent][link.child] = share

    def ancestors(self, parcel_id: str) -> dict[str, float]:
        """Return each ancestor with the part (0–1) of its land that lies in ``parcel_id``."""
        return self._relatives(parcel_id, self._up)

    def descendants(self, parcel_id: str) -> dict[str, float]:
        """Return each descendant with the part (0–1) of the land of ``parcel_id`` that lies in it."""
        return self._relatives(parcel_id, self._down)

    def family(self, parcel_id: str) -> set[str]:
        """Return the parcel with all that it came from and all that came from it."""
        return {parcel_id, *self.ancestors(parcel_id), *self.descendants(parcel_id)}

    def _relatives(self, parcel_id: str, step: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        paths = [(parcel_id, 1.0, (parcel_id,))]
        while paths:
            code, part, path = paths.pop()
            for there, share in step.get(code, {}).items():
                if there not in path:  # a code may have been given back to an earlier parcel
                    found[there] += part * share
                    paths.append((there, part * share, (*path, there)))
        return {code: min(part, 1.0) for code, part in found.items()}


def already_counted(
    parcel_id: str,
    area_mu: float,
    lineage: Lineage,
    accepted_mu: Mapping[str, float],
    areas_mu: Mapping[str, float],
) -> list[Counted]:
    """Return what accepted relatives have counted of the land of ``parcel_id`` (``area_mu``), each at its most.

    ``accepted_mu`` and ``areas_mu`` give accepted and whole area by parcel. Where only part of a relative was
    accepted, nobody knows which part: it counts wherever it can lie, so the sum over a family never exceeds its land.
    """
    found = []
    for code, share in lineage.ancestors(parcel_id).items():
        if code in accepted_mu:
            common = share * areas_mu.get(code, float("inf")) if share else 0.0
            found.append(Counted(code, min(accepted_mu[code], common, area_mu)))
    for code, share in lineage.descendants(parcel_id).items():
        if code in accepted_mu:
            found.append(Counted(code, min(accepted_mu[code], share * area_mu)))
    return [one for one in found if one.area_mu > 0]


def still_free(area_mu: float, counted: Iterable[Counted]) -> float:
    """Return how much of ``area_mu`` is left to accept; nothing less than zero."""
    left = area_mu - sum(one.area_mu for one in counted)
    return left if left > area_mu * 1e-9 else 0.0
