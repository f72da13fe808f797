"""The scoped table that the browser joins to the tiles, as JSON; and a firm's own parcels as GeoJSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import shapely

from mujun.web.evaluations.models import Run
from mujun.web.maps import archives
from mujun.web.maps.classes import faces, parcel_frame
from mujun.web.maps.findings import finding_faces
from mujun.web.maps.models import MapBuild
from mujun.web.maps.queries import newest_year, sets_in_scope
from mujun.web.people.rights import Scope
from mujun.web.people.visible import visible
from mujun.web.register.models import Parcel

FAR = 4.0


def evaluation_day(run: Run | None) -> dt.date:
    """31 December of the run's year, else of the newest year with measures."""
    return dt.date(run.year if run else newest_year() or dt.date.max.year, 12, 31)


def map_table(build: MapBuild, run: Run | None, scope: Scope, tile_url: str) -> dict[str, Any]:
    """Everything the map joins: numbers and classes of the parcels inside ``scope``, towns, tile sets.

    ``tile_url`` is the address of a tile with ``{set}`` in it. Parcels are in the order of ``numbers``.
    """
    ground, parcel_ids = map_ground(build, scope, tile_url)
    frame = parcel_frame(run, evaluation_day(run))
    rows = frame.reindex(parcel_ids).fillna({name: "" for name in frame.columns if frame[name].dtype != float})
    rows["use"] = rows["use"].where(rows["use"] != "", 2)
    return ground | {"faces": [face.as_dict() for face in [*faces(rows, scope, run), *finding_faces(rows)]]}


def map_ground(build: MapBuild, scope: Scope, tile_url: str) -> tuple[dict[str, Any], list[str]]:
    """What every map of parcels begins with, and the codes in the order of its numbers; ``faces`` are still missing."""
    held = archives.numbers(build.digest)
    towns = np.array(held.towns, dtype=object)
    if scope.towns is None:
        mine = np.arange(len(towns))
    else:
        mine = np.flatnonzero(np.isin(towns, sorted(scope.towns)))
    ground = {
        "numbers": "all" if scope.towns is None else (mine + 1).tolist(),
        "count": len(mine),
        "faces": [],
        "towns": _towns(held, mine),
        "bounds": _view(np.array(held.boxes, dtype=float).reshape(-1, 4)[mine]),
        "sets": [
            {
                "tiles": tile_url.replace("{set}", one.digest),
                "min_zoom": one.min_zoom,
                "max_zoom": one.max_zoom,
                "bounds": one.bounds,
            }
            for one in sets_in_scope(build, scope)
        ],
    }
    return ground, [held.parcel_ids[position] for position in mine.tolist()]


def _towns(held: archives.Numbers, mine: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    boxes = np.array(held.boxes, dtype=float).reshape(-1, 4)
    towns = np.array(held.towns, dtype=object)
    found = []
    for town in sorted({*towns[mine].tolist()} - {""}):
        rows = boxes[mine][towns[mine] == town]
        centre = np.round(np.median((rows[:, :2] + rows[:, 2:]) / 2, axis=0), 6).tolist()
        found.append({"name": town, "parcels": len(rows), "centre": centre, "bounds": _view(rows)})
    return found


def _view(boxes: np.ndarray[Any, Any]) -> list[float] | None:
    """What to show of ``boxes`` (west, south, east, north): all but what lies far off, as a shape drawn in the wrong
    place does. Far is more than ``FAR`` times the distance within which three quarters of them lie from the middle.
    """
    if not len(boxes):
        return None
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.abs(centres - np.median(centres, axis=0))
    near = (away <= FAR * np.quantile(away, 0.75, axis=0)).all(axis=1)
    shown = boxes[near] if near.any() else boxes
    return [*shown[:, :2].min(axis=0).tolist(), *shown[:, 2:].max(axis=0).tolist()]


def names_of(digest: str, towns: frozenset[str] | None) -> dict[str, Any]:
    """Codes and holders of the parcels of a build inside ``towns`` (None = all), in the order of the table."""
    held = archives.numbers(digest)
    mine = [p for p, town in zip(held.parcel_ids, held.towns, strict=True) if towns is None or town in towns]
    holders = dict(Parcel.objects.filter(until=None).values_list("parcel_id", "holder_name"))
    return {"parcels": mine, "holders": [holders.get(parcel_id, "") for parcel_id in mine]}


def own_parcels(run: Run | None, scope: Scope) -> dict[str, Any]:
    """The same for a firm's account: its own parcels with their shapes, and what may be said of them."""
    parcels = list(visible("parcels", scope).order_by("parcel_id").values_list("parcel_id", "geometry"))
    shapes = shapely.from_wkb([bytes(wkb) if wkb else None for _id, wkb in parcels], on_invalid="ignore")
    features = [
        {"type": "Feature", "id": number, "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for number, shape in enumerate(shapes, 1)
        if shape is not None and not shape.is_empty
    ]
    rows = parcel_frame(run, evaluation_day(run)).reindex([parcel_id for parcel_id, _wkb in parcels])
    return {
        "numbers": "all",
        "count": len(parcels),
        "parcels": [parcel_id for parcel_id, _wkb in parcels],
        "faces": [face.as_dict() for face in [*faces(rows, scope, run), *finding_faces(rows)]] if parcels else [],
        "towns": [],
        "sets": [],
        "shapes": {"type": "FeatureCollection", "features": features},
        "bounds": shapely.total_bounds(shapes).tolist() if features else None,
    }
