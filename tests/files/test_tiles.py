"""Map tiles: geometry and ids survive, nothing else is in them, GDAL reads them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from mujun.files.mvt import encode_polygons
from mujun.files.tile_archive import TileReader
from mujun.files.tiles import TileArchive, TileLayer, build_archive


def grid(side: int = 12, size: float = 0.002) -> np.ndarray:
    west, south = np.meshgrid(120 + np.arange(side) * size * 1.5, 28.5 + np.arange(side) * size * 1.5)
    return shapely.box(west.ravel(), south.ravel(), west.ravel() + size, south.ravel() + size)


def archive_of(polygons: np.ndarray, ids: np.ndarray | None = None, **more: TileLayer) -> TileArchive:
    numbers = np.arange(1, len(polygons) + 1) if ids is None else ids
    archive = build_archive({"parcels": TileLayer(numbers, shapely.to_wkb(polygons)), **more})
    assert archive is not None
    return archive


def read(archive: TileArchive, folder: Path, zoom: int, layer: str = "parcels") -> tuple[np.ndarray, np.ndarray, dict]:
    path = folder / "set.pmtiles"
    path.write_bytes(archive.content)
    meta, _fids, wkb, fields = pyogrio.raw.read(str(path), layer=layer, ZOOM_LEVEL=str(zoom))
    return fields[list(meta["fields"]).index("mvt_id")], shapely.from_wkb(wkb), meta


def degrees(shapes: np.ndarray) -> np.ndarray:
    radius = 6378137.0

    def back(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [np.degrees(xy[:, 0] / radius), np.degrees(2 * np.arctan(np.exp(xy[:, 1] / radius)) - np.pi / 2)]
        )

    return shapely.transform(shapes, back)


def test_every_parcel_is_in_every_zoom_with_its_number(tmp_path: Path) -> None:
    polygons = grid()
    archive = archive_of(polygons)
    for zoom in range(archive.min_zoom, archive.max_zoom + 1):
        ids, _shapes, _meta = read(archive, tmp_path, zoom)
        assert set(ids.tolist()) == set(range(1, len(polygons) + 1))


def test_shapes_are_where_they_were_to_a_metre(tmp_path: Path) -> None:
    polygons = grid()
    ids, shapes, _meta = read(archive_of(polygons), tmp_path, 14)
    for number, shape in zip(ids, degrees(shapes), strict=True):
        inside = shapely.intersection(shape, polygons[int(number) - 1].buffer(1e-5))
        assert inside.area == pytest.approx(shape.area, rel=0.001)
    whole = shapely.union_all(degrees(shapes))
    assert whole.area == pytest.approx(shapely.area(polygons).sum(), rel=0.01)


def test_tiles_hold_ids_and_nothing_else(tmp_path: Path) -> None:
    _ids, _shapes, meta = read(archive_of(grid()), tmp_path, 14)
    assert list(meta["fields"]) == ["mvt_id"]


def test_holes_stay_holes(tmp_path: Path) -> None:
    square = shapely.box(120, 28.5, 120.004, 28.504)
    ring = shapely.difference(square, shapely.box(120.001, 28.501, 120.003, 28.503))
    _ids, shapes, _meta = read(archive_of(np.array([ring])), tmp_path, 14)
    assert shapely.area(shapely.union_all(degrees(shapes))) == pytest.approx(ring.area, rel=0.02)
    assert shapely.is_valid(shapes).all()


def test_what_is_too_small_to_see_costs_four_corners(tmp_path: Path) -> None:
    round_ones = shapely.buffer(shapely.points(120 + np.arange(40) * 0.05, 28.5), 0.0005, quad_segs=8)
    archive = archive_of(round_ones)
    ids, shapes, _meta = read(archive, tmp_path, archive.min_zoom)
    assert set(ids.tolist()) == set(range(1, 41))
    assert shapely.get_num_coordinates(shapes).max() == 5
    _ids, near, _meta = read(archive, tmp_path, 14)
    assert shapely.get_num_coordinates(near).max() > 20


def test_a_parcel_smaller_than_a_unit_is_still_drawn(tmp_path: Path) -> None:
    far = shapely.box(121.5, 29.5, 121.501, 29.501)
    speck = shapely.box(120, 28.5, 120.000001, 28.500001)
    archive = archive_of(np.array([speck, far]))
    ids, shapes, _meta = read(archive, tmp_path, archive.min_zoom)
    assert set(ids.tolist()) == {1, 2}
    assert (shapely.area(shapes) > 0).all()


def test_broken_and_missing_geometry(tmp_path: Path) -> None:
    bow = shapely.Polygon([(120, 28.5), (120.01, 28.51), (120.01, 28.5), (120, 28.51)])
    content = np.array(
        [shapely.to_wkb(bow), None, b"no geometry", shapely.to_wkb(shapely.Point(120, 28.5))], dtype=object
    )
    archive = build_archive({"parcels": TileLayer(np.arange(1, 5), content)})
    assert archive is not None
    ids, shapes, _meta = read(archive, tmp_path, 14)
    assert set(ids.tolist()) == {1}
    assert shapely.area(degrees(shapes)).sum() == pytest.approx(shapely.make_valid(bow).area, rel=0.02)


def test_nothing_to_draw_is_no_archive() -> None:
    assert build_archive({}) is None
    assert build_archive({"parcels": TileLayer(np.array([1]), np.array([None], dtype=object))}) is None


def test_bounds_are_west_south_east_north() -> None:
    west, south, east, north = archive_of(grid()).bounds
    assert (west, south, east, north) == pytest.approx(tuple(shapely.total_bounds(grid())), abs=1e-9)


def test_same_input_same_bytes() -> None:
    assert archive_of(grid()).content == archive_of(grid()).content


def test_lines_come_in_their_own_layer(tmp_path: Path) -> None:
    road = TileLayer(np.array([7]), np.array([shapely.LineString([(120, 28.5), (120.05, 28.53)])]), polygons=False)
    ids, shapes, _meta = read(archive_of(grid(), road=road), tmp_path, 14, "road")
    assert set(ids.tolist()) == {7}
    assert shapely.length(degrees(shapes)).sum() == pytest.approx(shapely.length(road.geometry[0]), rel=0.05)


def test_reader_gives_each_tile_and_nothing_elsewhere(tmp_path: Path) -> None:
    archive = archive_of(grid(30))
    path = tmp_path / "set.pmtiles"
    path.write_bytes(archive.content)
    reader = TileReader(path)
    found = [(x, y) for x in range(2**11) for y in range(800, 900) if reader.get(11, x, y) is not None]
    assert found
    assert gzip.decompress(reader.get(11, *found[0]) or b"").startswith(b"\x1a")
    for address in ((11, 0, 0), (11, 2**11, 0), (-1, 0, 0), (25, 0, 0), (11, -1, 3)):
        assert reader.get(*address) is None
    reader.close()


def test_encoder_writes_counter_clockwise_rings_as_the_format_wants_them() -> None:
    for ring in ([(0, 0), (10, 0), (10, 10), (0, 10)], [(0, 0), (0, 10), (10, 10), (10, 0)]):
        content = encode_polygons("p", np.array([1]), np.array([shapely.Polygon(ring)]))
        assert content == encode_polygons("p", np.array([1]), np.array([shapely.Polygon([ring[0], *ring[:0:-1]])]))
