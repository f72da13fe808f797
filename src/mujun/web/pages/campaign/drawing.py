"""The land of a block: as a table for the map's script, and as a drawing for paper."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from mujun.web.campaign.models import BlockParcel, Consent, Party, PartyKind
from mujun.web.maps.classes import Face
from mujun.web.register.models import Parcel

WIDTH, HEIGHT, MARGIN = 720.0, 420.0, 8.0
ANSWERS = (Consent.SIGNED, Consent.TALKING, Consent.REFUSING)
COLOURS = ["grade-a", "grade-c", "grade-d", "grade-none"]


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """One parcel on paper: an SVG path, where its number stands, and the class of its answer."""

    number: int
    path: str
    x: float
    y: float
    answer: str


def answer_of(parties: Sequence[Party]) -> str:
    """What the owners of one parcel say together: the least willing speaks for all; blank without an owner."""
    said = {party.consent for party in parties if party.kind == PartyKind.OWNER}
    return next((str(answer) for answer in reversed(ANSWERS) if answer in said), "")


def shapes_of(parcel_ids: Sequence[str]) -> list[Any]:
    """The shapes of parcels as known now, None where there is none."""
    held: dict[str, Any] = {}
    for first in range(0, len(parcel_ids), 500):
        rows = Parcel.objects.filter(until=None, parcel_id__in=parcel_ids[first : first + 500])
        held |= dict(rows.values_list("parcel_id", "geometry"))
    wkb = [bytes(held[code]) if held.get(code) else None for code in parcel_ids]
    return [None if one is None or one.is_empty else one for one in shapely.from_wkb(wkb, on_invalid="ignore")]


def map_of(rows: Sequence[BlockParcel], parties: dict[str, list[Party]], accepted: set[str]) -> dict[str, Any]:
    """The table that the map's script draws: these parcels with their shapes, by consent and by acceptance."""
    shapes = shapes_of([row.parcel_id for row in rows])
    features = [
        {"type": "Feature", "id": number, "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for number, shape in enumerate(shapes, 1)
        if shape is not None
    ]
    said = [answer_of(parties.get(row.parcel_id, [])) for row in rows]
    order = [*(str(answer) for answer in ANSWERS), ""]
    faces = [
        Face(
            "consent", _("权利人意愿"), [*(str(answer.label) for answer in ANSWERS), _("没有登记权利人")], COLOURS,
            np.array([order.index(one) for one in said], dtype=int),
        ),
        Face(
            "accepted", _("验收"), [_("已验收"), _("未验收")], ["grade-a", "grade-none"],
            np.array([int(row.parcel_id not in accepted) for row in rows], dtype=int),
        ),
    ]  # fmt: skip
    return {
        "numbers": "all",
        "count": len(rows),
        "parcels": [row.parcel_id for row in rows],
        "faces": [face.as_dict() for face in faces],
        "towns": [],
        "sets": [],
        "shapes": {"type": "FeatureCollection", "features": features},
        "bounds": shapely.total_bounds([one for one in shapes if one is not None]).tolist() if features else None,
    }


def paper_map(rows: Sequence[BlockParcel], parties: dict[str, list[Party]]) -> list[Shape]:
    """The parcels drawn to scale on a sheet of :data:`WIDTH` × :data:`HEIGHT`, numbered in the order of ``rows``."""
    shapes = shapes_of([row.parcel_id for row in rows])
    drawn = [one for one in shapes if one is not None]
    if not drawn:
        return []
    west, south, east, north = shapely.total_bounds(drawn).tolist()
    narrow = float(np.cos(np.radians((south + north) / 2)))  # a degree of longitude is shorter than one of latitude
    scale = min(
        (WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-9), (HEIGHT - 2 * MARGIN) / max(north - south, 1e-9)
    )

    def place(points: Any) -> Any:
        x = (points[:, 0] - west) * narrow * scale + MARGIN
        y = (north - points[:, 1]) * scale + MARGIN
        return np.column_stack([x, y])

    found = []
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True), 1):
        if shape is None:
            continue
        flat = shapely.transform(shape, place)
        at = shapely.point_on_surface(flat)
        answer = answer_of(parties.get(row.parcel_id, []))
        found.append(Shape(number, path_of(flat), round(at.x, 1), round(at.y, 1), answer))
    return found


def path_of(shape: Any) -> str:
    """Return a shape of polygons as the path of an SVG, in its own units."""
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords) + "Z" for ring in rings)
