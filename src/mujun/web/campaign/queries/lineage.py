"""Families of parcels: which codes came from which, as known now."""

from __future__ import annotations

from collections.abc import Iterable

from mujun.web.campaign.counting import Lineage, Link
from mujun.web.register.models import ParcelLineage

GENERATIONS = 20
CHUNK = 500


def lineage_around(parcel_ids: Iterable[str]) -> Lineage:
    """Return all that leads up or down from ``parcel_ids``, over all generations."""
    wanted = set(parcel_ids)
    return Lineage([*_links(wanted, up=True), *_links(wanted, up=False)])


def _links(start: set[str], *, up: bool) -> list[Link]:
    here, there = ("child", "parent") if up else ("parent", "child")
    seen, front, found = set(start), set(start), []
    for _generation in range(GENERATIONS):
        rows = []
        ordered = sorted(front)
        for first in range(0, len(ordered), CHUNK):
            known = ParcelLineage.objects.filter(until=None, **{f"{here}__in": ordered[first : first + CHUNK]})
            rows += [row for row in known.values_list("parent", "child", "share") if row[0] != row[1]]
        found += [Link(*row) for row in rows]
        front = {row[0 if there == "parent" else 1] for row in rows} - seen
        if not front:
            break
        seen |= front
    return found
