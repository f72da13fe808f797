"""An independent checker of plans over several periods, written from the exchange format. Shares no code with the search.

It knows two things: a problem in plain Python (``Given``) and what the periods allow (``Allowed``).
"""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.renewal.blocks.given import Given, above, pieces


@dataclasses.dataclass
class Allowed:
    """``budget`` per period, infinite where none binds; ``floor`` by sector per parcel; ``room`` by sector per period."""

    budget: list[float]
    floor: dict[str, list[float]]
    room: dict[str, list[float]]


def read_allowed(folder: Path, terms: dict[str, Any]) -> Allowed | None:
    """Read what the periods of a folder of clean UTF-8 files allow, None where it speaks of none."""
    rows = []
    if (folder / "capacity.csv").exists():
        with (folder / "capacity.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    if terms.get("budget_by_period") is None and not rows:
        return None
    last = max((int(row["period"]) for row in rows), default=1)
    budget = terms.get("budget_by_period") or [math.inf] * last
    with (folder / "nodes.csv").open(encoding="utf-8-sig", newline="") as stream:
        nodes = list(csv.DictReader(stream))
    floor, room = {}, {}
    for row in rows:
        sector = row["sector"].strip()
        column = sector if sector in nodes[0] else f"floor_{sector}_m2" if sector else "floor_m2"
        floor[sector] = [float(node[column] or 0) for node in nodes]
        room.setdefault(sector, [0.0] * len(budget))[int(row["period"]) - 1] += float(row["floor_area_m2"])
    return Allowed([float(amount) for amount in budget], floor, room)


def period_faults(
    problem: Given, allowed: Allowed, blocks: Sequence[Sequence[int]], periods: Sequence[Sequence[int]]
) -> list[str]:
    """Return every fault of what is taken when; the blocks themselves are judged by ``faults`` of the other checker."""
    found = []
    if len(periods) != len(allowed.budget):
        found.append(f"{len(periods)} periods, not {len(allowed.budget)}")
    flat = [node for period in periods for node in period]
    if len(set(flat)) < len(flat):
        found.append("a parcel is taken twice")
    if set(flat) != {node for block in blocks for node in block}:
        found.append("blocks and periods are not of the same parcels")
    if found:
        return found
    when = {node: number for number, period in enumerate(periods) for node in period}
    for number, period in enumerate(periods):
        if above([problem.cost[node] for node in period], allowed.budget[number]):
            found.append(f"period {number + 1} is over budget")
        gone = [node for node, at in when.items() if at <= number]
        for sector, floor in allowed.floor.items():
            room = allowed.room[sector][: number + 1]
            if above([floor[node] for node in gone], math.fsum(room)):
                found.append(f"no roof for all of {sector!r} by period {number + 1}")
        for place, block in enumerate(blocks):
            begun = {node for node in block if when[node] <= number}
            if begun and len(pieces(problem.neighbours(), begun)) > 1:
                found.append(f"block {place} is in pieces in period {number + 1}")
    for group in {name for name in problem.together if name}:
        members = [node for node, name in enumerate(problem.together) if name == group]
        if len({when.get(node) for node in members}) > 1:
            found.append(f"group {group} is torn over periods")
    return found
