"""The job that draws the map of the register and fills the search index."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from django.urls import reverse

from mujun.files.tiles import TileArchive, TileLayer, build_archive
from mujun.web.maps import actions, archives
from mujun.web.maps.models import TileSet
from mujun.web.maps.search import refresh_search
from mujun.web.register.jobs import Course, job
from mujun.web.register.queries import current_revision, load_register

BARRIER_LAYERS = {
    "water": ("river", "ditch", "canal", "河", "渠", "溪", "沟", "水"),
    "rail": ("railway", "rail", "铁路"),
}
"""Barriers are drawn by what they are; the name of the layer says it, the tile itself holds no attribute."""


@job("tiles", "生成地图和搜索索引")
def build_tiles(course: Course, revision: int | None = None) -> dict[str, Any]:
    """Cut the tiles of the county and of each town as known at ``revision`` (default: now), then fill the search."""
    drawn = current_revision() if revision is None else revision
    course("读取宗地")
    register = load_register(drawn, ["parcels", "barriers"])
    parcels = _drawable(register["parcels"])
    barriers = _barrier_layers(register["barriers"])
    towns = sorted({*parcels["town"]} - {""})
    sets: list[TileSet] = []
    for step, town in enumerate([None, *towns]):
        course(f"切分地图：{town or '全县'}", step, len(towns) + 1)
        part = parcels if town is None else parcels[parcels["town"] == town]
        archive = build_archive({**_near(barriers, part), "parcels": _layer(part)})
        if archive is not None:
            sets.append(_tile_set(archive, town))
    numbers = archives.Numbers(
        parcels["parcel_id"].tolist(), parcels["town"].tolist(), _boxes(parcels["shape"].to_numpy(dtype=object))
    )
    digest = archives.keep_numbers(numbers)
    course("整理搜索索引")
    refresh_search(drawn)
    actions.publish_map(drawn, digest, len(parcels), sets, by=None)
    return {"revision": drawn, "parcels": len(parcels), "sets": len(sets), "url": reverse("home")}


def _drawable(parcels: pd.DataFrame) -> pd.DataFrame:
    """Parcels with a shape in the order of their codes, with a number from 1 on."""
    shapes = shapely.from_wkb(parcels["geometry"].to_numpy(dtype=object), on_invalid="ignore")
    some = parcels[["parcel_id", "town"]].assign(shape=shapes)[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    some = some.sort_values("parcel_id", kind="stable").reset_index(drop=True)
    numbered: pd.DataFrame = some.assign(number=np.arange(1, len(some) + 1))
    return numbered


def _layer(parcels: pd.DataFrame) -> TileLayer:
    return TileLayer(parcels["number"].to_numpy(dtype=np.int64), parcels["shape"].to_numpy(dtype=object))


def _barrier_layers(barriers: pd.DataFrame) -> dict[str, TileLayer]:
    shapes = shapely.from_wkb(barriers["geometry"].to_numpy(dtype=object), on_invalid="ignore")
    some = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    bridge = (barriers["effect"] == "bridges").to_numpy()
    kinds = np.array(
        ["bridge" if over else _layer_of(kind) for over, kind in zip(bridge, barriers["kind"], strict=True)]
    )
    area = shapely.get_dimensions(shapes) == 2
    layers: dict[str, TileLayer] = {}
    for kind in ("road", "water", "rail", "bridge"):
        for name, chosen in ((f"{kind}_area", area), (kind, ~area)):
            mine = np.flatnonzero(some & (kinds == kind) & chosen) if len(kinds) else np.array([], dtype=int)
            if len(mine):
                layers[name] = TileLayer(mine + 1, shapes[mine], polygons=name.endswith("_area"))
    return layers


def _layer_of(kind: str) -> str:
    for layer, words in BARRIER_LAYERS.items():
        if any(word in kind.lower() for word in words):
            return layer
    return "road"


def _near(barriers: dict[str, TileLayer], parcels: pd.DataFrame) -> dict[str, TileLayer]:
    """Barriers that reach into the box around ``parcels``: the rest of the county is not the town's business."""
    if not len(parcels):
        return {}
    box = shapely.box(*shapely.total_bounds(parcels["shape"].to_numpy(dtype=object)))
    found: dict[str, TileLayer] = {}
    for name, layer in barriers.items():
        inside = shapely.intersects(layer.geometry, box)
        if inside.any():
            cut = shapely.clip_by_rect(layer.geometry[inside], *box.bounds)
            found[name] = TileLayer(layer.ids[inside], cut, layer.polygons)
    return found


def _tile_set(archive: TileArchive, town: str | None) -> TileSet:
    return TileSet(
        whole=town is None,
        town=town or "",
        digest=archives.keep(archive.content, ".pmtiles"),
        min_zoom=archive.min_zoom,
        max_zoom=archive.max_zoom,
        bounds=list(archive.bounds),
    )


def _boxes(shapes: Any) -> list[tuple[float, float, float, float]]:
    rounded = np.round(shapely.bounds(shapes), 6)
    return [(float(w), float(s), float(e), float(n)) for w, s, e, n in rounded.tolist()]
