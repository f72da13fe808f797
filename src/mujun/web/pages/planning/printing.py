"""The plan on paper: an official table, and a drawing and a list for each block."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from mujun.web.pages.campaign.drawing import path_of, shapes_of
from mujun.web.pages.planning.views import found_plan
from mujun.web.pages.planning.words import gap_words, objective_label, objective_unit
from mujun.web.people.rights import Right, page
from mujun.web.register.models import Parcel
from mujun.web.renewal.figures import Sums, sums
from mujun.web.renewal.frozen import Frozen, frozen_of

WIDTH, HEIGHT, MARGIN = 720.0, 400.0, 8.0
ROUND_ABOUT = 0.25
"""The part of a block's own extent that is drawn around it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """One parcel on paper; ``number`` 0 for those around the block."""

    number: int
    path: str
    x: float
    y: float


@page(Right.READ_PLANS)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan as it is printed and signed on paper."""
    plan = found_plan(pk)
    if plan.chosen is None:
        raise Http404
    frozen = frozen_of(plan)
    rows = _rows(plan.chosen.codes)
    blocks = [_block(frozen, number, codes, rows) for number, codes in enumerate(plan.chosen.blocks, 1)]
    context: dict[str, Any] = {
        "plan": plan, "chosen": plan.chosen, "blocks": blocks, "gap": gap_words(plan.chosen.gap),
        "sheet": (WIDTH, HEIGHT), "wishes": plan.wishes,
        "objective_label": objective_label(plan.wishes["objective"]),
        "objective_unit": objective_unit(plan.wishes["objective"]),
    }  # fmt: skip
    return render(request, "planning/print.html", context)


def _rows(codes: set[str]) -> dict[str, dict[str, Any]]:
    wanted = sorted(codes)
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, len(wanted), 500):
        rows = Parcel.objects.filter(until=None, parcel_id__in=wanted[first : first + 500])
        found |= {row["parcel_id"]: row for row in rows.values("parcel_id", "town", "holder_name")}
    return found


def _block(frozen: Frozen, number: int, codes: Sequence[str], rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    held: Sums = sums(frozen, codes)
    lines = []
    for place, code in enumerate(codes, 1):
        node = frozen.nodes.iloc[frozen.position[code]]
        row = rows.get(code, {})
        lines.append({"number": place, "code": code, "town": row.get("town", ""), "holder": row.get("holder_name", ""),
                      "area_mu": node["area_mu"], "cost": node["cost"], "benefit": node["benefit"]})  # fmt: skip
    towns = sorted({line["town"] for line in lines if line["town"]})
    return {"number": number, "figures": held, "lines": lines, "towns": towns, "drawing": drawing(frozen, codes)}


def drawing(frozen: Frozen, codes: Sequence[str]) -> list[Drawn]:
    """The parcels of a block to scale, numbered in order, with those that touch them around."""
    edges, mine = frozen.edges, set(codes)
    near = set(edges.loc[edges["a"].isin(mine), "b"]) | set(edges.loc[edges["b"].isin(mine), "a"])
    around = sorted(near - mine)
    shapes = shapes_of([*codes, *around])
    inner = [shape for shape in shapes[: len(codes)] if shape is not None]
    if not inner:
        return []
    place = _placing(inner)
    found = []
    for number, shape in enumerate(shapes, 1):
        if shape is None:
            continue
        flat = shapely.transform(shape, place)
        at = shapely.point_on_surface(flat)
        found.append(Drawn(number if number <= len(codes) else 0, path_of(flat), round(at.x, 1), round(at.y, 1)))
    return found


def _placing(shapes: Sequence[Any]) -> Any:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    wide, high = (east - west) * ROUND_ABOUT / 2, (north - south) * ROUND_ABOUT / 2
    west, south, east, north = west - wide, south - high, east + wide, north + high
    narrow = float(np.cos(np.radians((south + north) / 2)))
    scale = min(
        (WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-9), (HEIGHT - 2 * MARGIN) / max(north - south, 1e-9)
    )
    left = (WIDTH - (east - west) * narrow * scale) / 2

    def place(points: Any) -> Any:
        return np.column_stack([(points[:, 0] - west) * narrow * scale + left, (north - points[:, 1]) * scale + MARGIN])

    return place
