"""Vector tiles of parcels and barriers for the map: geometry and ids only, one PMTiles archive per set."""

from __future__ import annotations

import dataclasses
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from mujun.files.mvt import EXTENT, encode_lines, encode_polygons

MAX_ZOOM = 14
"""A unit is about half a metre at this zoom; browsers enlarge from here."""
TOLERANCE = 3.0
"""Units by which outlines may be straightened at all but the last zoom: less than half a pixel on the screen."""
BUFFER = 64
"""Units that a tile reaches over its edge, so that outlines meet."""
MAX_LATITUDE = 85.05
TileProgress = Callable[[str, int, int], None]
Geometries = NDArray[np.object_]


@dataclasses.dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer. ``ids`` are positive integers, ``geometry`` WKB or Shapely geometry in EPSG:4490, in the same order.

    Geometry that is missing or empty is left out; of ``polygons`` only the areas are kept, of others only the lines.
    """

    ids: NDArray[np.int64]
    geometry: Geometries
    polygons: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class TileArchive:
    """The result: bytes of a PMTiles archive, its zooms and bounds (west, south, east, north in degrees)."""

    content: bytes
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    tiles: int


def build_archive(
    layers: Mapping[str, TileLayer], *, max_zoom: int = MAX_ZOOM, progress: TileProgress | None = None
) -> TileArchive | None:
    """Build the tiles of ``layers`` by name; None where there is nothing to draw. Same input, same bytes."""
    shapes = {name: _world(layer) for name, layer in layers.items()}
    shapes = {name: layer for name, layer in shapes.items() if len(layer.ids)}
    if not shapes:
        return None
    extent = np.array([shapely.total_bounds(layer.geometry) for layer in shapes.values()])
    west, top = extent[:, 0].min(), extent[:, 1].min()
    east, bottom = extent[:, 2].max(), extent[:, 3].max()
    min_zoom = _first_zoom(max(east - west, bottom - top), max_zoom)
    tiles: dict[int, bytes] = {}
    for zoom in range(min_zoom, max_zoom + 1):
        if progress is not None:
            progress("切分地图", zoom - min_zoom, max_zoom - min_zoom + 1)
        for (x, y), content in _tiles_of(shapes, zoom, 0.0 if zoom == max_zoom else TOLERANCE):
            tiles[zxy_to_tileid(zoom, x, y)] = gzip.compress(content, 6, mtime=0)
    edges = _degrees(np.array([[west, bottom], [east, top]])).ravel()
    bounds = float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])
    return TileArchive(_pmtiles(tiles, bounds, sorted(shapes)), min_zoom, max_zoom, bounds, len(tiles))


def _world(layer: TileLayer) -> TileLayer:
    """The usable part of a layer on the unit square of Web Mercator, y down (CGCS2000 taken as WGS 84)."""
    geometry = np.asarray(layer.geometry, dtype=object)
    shapes = np.array([item if isinstance(item, shapely.Geometry) else None for item in geometry], dtype=object)
    packed = np.array([isinstance(item, bytes | bytearray | memoryview) for item in geometry], dtype=bool)
    if packed.any():
        shapes[packed] = shapely.from_wkb([bytes(item) for item in geometry[packed]], on_invalid="ignore")
    some = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    ids, shapes = np.asarray(layer.ids)[some], shapely.force_2d(shapes[some])
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    shapes = _only(shapes, 2 if layer.polygons else 1)
    some = ~shapely.is_empty(shapes)
    return TileLayer(ids[some], shapely.transform(shapes[some], _mercator), layer.polygons)


def _only(shapes: Geometries, dimension: int) -> Geometries:
    """Keep what has ``dimension`` of each geometry; collections are the outcome of repair and of clipping."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == 7)
    for index in mixed:
        parts = [part for part in shapely.get_parts(shapes[index]) if shapely.get_dimensions(part) == dimension]
        shapes[index] = shapely.union_all(parts) if parts else shapely.Point()
    shapes[shapely.get_dimensions(shapes) != dimension] = shapely.Point()
    return shapes


def _mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    sine = np.sin(np.radians(np.clip(lonlat[:, 1], -MAX_LATITUDE, MAX_LATITUDE)))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arctanh(sine) / (2 * np.pi)])


def _degrees(world: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([(world[:, 0] - 0.5) * 360, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * world[:, 1]))))])


def _first_zoom(size: float, max_zoom: int) -> int:
    """Two zooms above the deepest at which the whole lies within about a tile: enough to see it whole on a phone."""
    return int(np.clip(np.floor(-np.log2(max(size, 1e-9))) - 2, 0, max_zoom))


def _tiles_of(shapes: Mapping[str, TileLayer], zoom: int, tolerance: float) -> Iterator[tuple[tuple[int, int], bytes]]:
    found: dict[tuple[int, int], dict[str, NDArray[np.int64]]] = {}
    scale = float(2**zoom)
    drawn = {name: _straightened(layer, tolerance / EXTENT / scale) for name, layer in shapes.items()}
    for name, layer in drawn.items():
        for tile, indices in _touched(shapely.bounds(layer.geometry) * scale):
            found.setdefault(tile, {})[name] = indices
    for (x, y), members in sorted(found.items()):
        content = b"".join(
            _encoded(name, drawn[name], indices, np.array([x, y]), scale) for name, indices in sorted(members.items())
        )
        if content:
            yield (x, y), content


def _straightened(layer: TileLayer, tolerance: float) -> TileLayer:
    """Drop points that nobody could see; an area that would vanish becomes its box, a line stays as it is."""
    if not tolerance:
        return layer
    simple = shapely.simplify(layer.geometry, tolerance, preserve_topology=False)
    lost = shapely.is_empty(simple) | (shapely.get_dimensions(simple) != shapely.get_dimensions(layer.geometry))
    simple[lost] = shapely.envelope(layer.geometry[lost]) if layer.polygons else layer.geometry[lost]
    return TileLayer(layer.ids, simple, layer.polygons)


def _touched(bounds: NDArray[np.float64]) -> Iterator[tuple[tuple[int, int], NDArray[np.int64]]]:
    """Which geometries (by their bounds, in tiles) reach into which tile, its buffer included."""
    edge = BUFFER / EXTENT
    low = np.floor(bounds[:, :2] - edge).astype(np.int64)
    spans = np.floor(bounds[:, 2:] + edge).astype(np.int64) - low + 1
    counts = spans[:, 0] * spans[:, 1]
    owner = np.repeat(np.arange(len(bounds)), counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    x = low[owner, 0] + place % spans[owner, 0]
    y = low[owner, 1] + place // spans[owner, 0]
    order = np.lexsort((owner, y, x))
    x, y, owner = x[order], y[order], owner[order]
    starts = np.flatnonzero(np.r_[True, (x[1:] != x[:-1]) | (y[1:] != y[:-1])])
    for start, end in zip(starts, np.r_[starts[1:], len(x)], strict=True):
        yield (int(x[start]), int(y[start])), owner[start:end]


def _encoded(name: str, layer: TileLayer, indices: NDArray[np.int64], tile: NDArray[np.int64], scale: float) -> bytes:
    local = shapely.transform(layer.geometry[indices], lambda xy: (xy * scale - tile) * EXTENT)
    bounds = shapely.bounds(local)
    crossing = (bounds[:, :2].min(axis=1) < -BUFFER) | (bounds[:, 2:].max(axis=1) > EXTENT + BUFFER)
    if crossing.any():
        clipped = shapely.clip_by_rect(local[crossing], -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
        local[crossing] = _only(clipped, 2 if layer.polygons else 1)
    some = ~shapely.is_empty(local)
    encode = encode_polygons if layer.polygons else encode_lines
    return encode(name, layer.ids[indices][some], local[some])


def _pmtiles(tiles: Mapping[int, bytes], bounds: tuple[float, float, float, float], names: list[str]) -> bytes:
    target = io.BytesIO()
    writer: Any = Writer(target)  # type: ignore[no-untyped-call]
    for tile_id in sorted(tiles):
        writer.write_tile(tile_id, tiles[tile_id])
    west, south, east, north = (round(value * 1e7) for value in bounds)
    header: dict[str, Any] = {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
    }
    writer.finalize(header, {"vector_layers": [{"id": name, "fields": {}} for name in names]})
    return target.getvalue()
