"""Families of parcels: which codes came from which, and how much land they can share, as known now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mujun.web.campaign.counting import UNKNOWN, Lineage, Link
from mujun.web.register.models import Parcel, ParcelLineage

GENERATIONS = 20
CHUNK = 500
M2_PER_MU = 2000 / 3


def lineage_around(parcel_ids: Iterable[str]) -> Lineage:
    """Return all that leads up or down from ``parcel_ids``, over all generations."""
    wanted = set(parcel_ids)
    rows = [*_rows(wanted, up=True), *_rows(wanted, up=False)]
    if not rows:
        return Lineage(())
    areas = _largest_areas(sorted({parent for parent, _child, _share in rows}))
    return Lineage(
        Link(parent, child, UNKNOWN if share is None else share * areas.get(parent, UNKNOWN))
        for parent, child, share in rows
    )


def _rows(start: set[str], *, up: bool) -> list[tuple[str, str, float | None]]:
    """Parent, child, and the part of the parent that lies in the child."""
    here, there = ("child", 0) if up else ("parent", 1)
    seen, front, found = set(start), set(start), []
    for _generation in range(GENERATIONS):
        rows: list[tuple[str, str, float | None]] = []
        for part in _parts(sorted(front)):
            known = ParcelLineage.objects.filter(until=None, **{f"{here}__in": part})
            rows += [row for row in known.values_list("parent", "child", "share") if row[0] != row[1]]
        found += rows
        front = {str(row[there]) for row in rows} - seen
        if not front:
            break
        seen |= front
    return found


def _largest_areas(parcel_ids: Sequence[str]) -> dict[str, float]:
    """The largest area (mu) each parcel ever had: a code that goes on may have lost land when another came from it."""
    found: dict[str, float] = {}
    for part in _parts(parcel_ids):
        rows = Parcel.objects.filter(parcel_id__in=part, registered_area_m2__gt=0)
        for code, area_m2 in rows.values_list("parcel_id", "registered_area_m2"):
            found[code] = max(found.get(code, 0.0), area_m2 / M2_PER_MU)
    return found


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[first : first + CHUNK] for first in range(0, len(values), CHUNK))
