"""Shapes in any system, whole or broken."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mujun.files.county import read_county, read_file
from mujun.files.datum import from_bd09, from_gcj02, to_bd09, to_gcj02
from mujun.register.drawn import areas_m2, shapes_of

LON, LAT = 120.05, 28.90
SIZE = 0.001


def squares(count: int = 6) -> list[shapely.Polygon]:
    return [shapely.box(LON + i * SIZE, LAT, LON + (i + 0.9) * SIZE, LAT + SIZE) for i in range(count)]


def moved(shapes: list[Any], crs: int | str, swap: bool = False) -> list[Any]:
    to = pyproj.Transformer.from_crs(4490, crs, always_xy=True)

    def project(xy: Any) -> Any:
        x, y = to.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([y, x] if swap else [x, y])

    return [shapely.transform(shape, project) for shape in shapes]


def shifted(shapes: list[Any], shift: Any) -> list[Any]:
    return [shapely.transform(shape, lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1]))) for shape in shapes]


def write(
    path: Path, shapes: list[Any], crs: str | None, names: dict[str, list[Any]] | None = None, **options: Any
) -> Path:
    fields = names or {"parcel_id": [f"G{number}" for number in range(len(shapes))]}
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    kind = kinds.pop() if len(kinds) == 1 else "Unknown"
    data = [np.array(values, dtype=object) for values in fields.values()]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), data, list(fields), crs=crs, geometry_type=kind, **options
    )  # fmt: skip
    return path


def codes(log: Any) -> Counter[str]:
    return Counter(defect.code for defect in log)


def read(path: Path, known: Any = None) -> tuple[Any, Counter[str]]:
    register, log = read_file(path, known=known)
    return shapes_of(register["parcels"]["geometry"]), codes(log)


def assert_in_place(shapes: Any, metres: float = 0.01) -> None:
    for shape, right in zip(shapes, squares(len(shapes)), strict=True):
        assert shapely.hausdorff_distance(shape, right) * 111_000 < metres


@pytest.mark.parametrize(
    ("crs", "code"),
    [(4549, ""), (4528, ""), (4509, ""), (4508, ""), (3857, ""), (4326, ""), (4490, "")],
)  # fmt: skip
def test_declared_systems_hold(tmp_path: Path, crs: int, code: str) -> None:
    shapes, told = read(write(tmp_path / "parcels.gpkg", moved(squares(), crs), f"EPSG:{crs}"))
    assert_in_place(shapes)
    assert not told


@pytest.mark.parametrize("crs", [4528, 4497 + 1])
def test_zones_with_their_number_are_recognised_by_range(tmp_path: Path, crs: int) -> None:
    shapes, told = read(write(tmp_path / "parcels.shp", moved(squares(), crs), None))
    assert_in_place(shapes)
    assert told == {"crs_recognised": 1}


def test_a_zone_declared_as_degrees_is_put_right(tmp_path: Path) -> None:
    shapes, told = read(write(tmp_path / "parcels.gpkg", moved(squares(), 4528), "EPSG:4490"))
    assert_in_place(shapes)
    assert told == {"crs_wrong": 1}


def test_a_number_in_the_easting_of_a_zone_declared_without(tmp_path: Path) -> None:
    shapes, told = read(write(tmp_path / "parcels.gpkg", moved(squares(), 4528), "EPSG:4549"))
    assert_in_place(shapes)
    assert told == {"crs_wrong": 1}


@pytest.mark.parametrize("crs", [4490, 4549, 4528])
def test_swapped_axes_are_turned(tmp_path: Path, crs: int) -> None:
    shapes, told = read(write(tmp_path / "parcels.gpkg", moved(squares(), crs, swap=True), f"EPSG:{crs}"))
    assert_in_place(shapes)
    assert told == {"axes_swapped": 1}


def test_a_single_swapped_shape_is_told_in_its_row(tmp_path: Path) -> None:
    shapes = squares()
    shapes[2] = shapely.transform(shapes[2], lambda xy: xy[:, ::-1])
    register, log = read_file(write(tmp_path / "parcels.gpkg", shapes, "EPSG:4490"))
    assert_in_place(shapes_of(register["parcels"]["geometry"]))
    assert [(d.code, d.row) for d in log] == [("axes_swapped", 3)]


def test_a_zone_without_number_needs_known_parcels(tmp_path: Path) -> None:
    path = write(tmp_path / "parcels.shp", moved(squares(), 4549), None)
    shapes, told = read(path)
    assert told == {"zone_unknown": 6}
    assert shapely.is_missing(shapes).all()
    known, _ = read_file(write(tmp_path / "parcels_old.gpkg", squares(), "EPSG:4490"))
    shapes, told = read(path, known)
    assert_in_place(shapes)
    assert told == {"crs_recognised": 1}


@pytest.mark.parametrize(("name", "shift"), [("GCJ-02", to_gcj02), ("BD-09", to_bd09)])
@pytest.mark.parametrize("declared", [None, "EPSG:4326"])
@pytest.mark.parametrize("same_codes", [True, False])
def test_a_shift_is_found_by_fit_to_known_parcels(
    tmp_path: Path, name: str, shift: Any, declared: str | None, same_codes: bool
) -> None:
    known, _ = read_file(write(tmp_path / "parcels_old.gpkg", squares(12), "EPSG:4490"))
    names = None if same_codes else {"parcel_id": [f"新{number}" for number in range(6)]}
    path = write(tmp_path / "parcels.gpkg", shifted(squares(), shift), declared, names)
    register, log = read_file(path, known=known)
    assert_in_place(shapes_of(register["parcels"]["geometry"]), 0.001)
    assert [(d.code, name in d.message) for d in log] == [("datum_converted", True)]


def test_without_anything_to_compare_the_clerk_is_asked_and_nothing_is_changed(tmp_path: Path) -> None:
    shapes, told = read(write(tmp_path / "parcels.shp", squares(), None))
    assert_in_place(shapes, 1e-6)
    assert told == {"datum_unknown": 1}


def test_what_fits_is_left_alone(tmp_path: Path) -> None:
    known, _ = read_file(write(tmp_path / "parcels_old.gpkg", squares(), "EPSG:4490"))
    shapes, told = read(write(tmp_path / "parcels.shp", squares(), None), known)
    assert_in_place(shapes, 1e-6)
    assert not told


def test_shapes_outside_china_are_not_used(tmp_path: Path) -> None:
    shapes, told = read(write(tmp_path / "parcels.gpkg", [*squares(2), shapely.box(2, 48, 2.1, 48.1)], "EPSG:4490"))
    assert told == {"coordinates_outside": 1}
    assert shapes[2] is None


@given(st.floats(74, 134), st.floats(18, 53))
def test_shifts_come_back_to_a_tenth_of_a_millimetre(lon: float, lat: float) -> None:
    x, y = np.array([lon]), np.array([lat])
    for there, back in ((to_gcj02, from_gcj02), (to_bd09, from_bd09)):
        u, v = back(*there(x, y))
        assert abs(u - x)[0] < 1e-9
        assert abs(v - y)[0] < 1e-9


def test_shifts_agree_with_published_pairs() -> None:
    gcj = to_gcj02(np.array([116.404]), np.array([39.915]))
    assert gcj[0][0] == pytest.approx(116.41024449916938, abs=1e-8)
    assert gcj[1][0] == pytest.approx(39.91640428150164, abs=1e-8)


def test_broken_shapes_are_repaired_or_given_up_with_a_reason(tmp_path: Path) -> None:
    x, y, s = LON, LAT, SIZE
    shapes = [
        shapely.Polygon([(x, y), (x + s, y + s), (x + s, y), (x, y + s)]),
        shapely.LineString([(x, y), (x + s, y)]),
        None,
        shapely.Polygon([(x, y), (x + s, y), (x, y), (x, y)]),
        squares()[5],
    ]
    register, log = read_file(write(tmp_path / "parcels.gpkg", shapes, "EPSG:4490"))
    told = {defect.row: defect.code for defect in log}
    assert told == {1: "geometry_repaired", 2: "geometry_type", 3: "geometry_missing", 4: "geometry_lost"}
    kept = shapes_of(register["parcels"]["geometry"])
    assert shapely.is_missing(kept).tolist() == [False, True, True, True, False]
    assert shapely.is_valid(kept[[0, 4]]).all()
    assert register["parcels"]["geometry"].iat[4] == shapely.to_wkb(squares()[5])


def test_areas_are_those_of_the_ellipsoid() -> None:
    box = shapely.segmentize(shapely.box(120, 28.9, 120.01, 28.91), 0.0005)
    geodesic = abs(pyproj.Geod(ellps="GRS80").geometry_area_perimeter(box)[0])
    assert areas_m2(np.array([box], dtype=object))[0] == pytest.approx(geodesic, rel=1e-6)


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
@pytest.mark.parametrize("cpg", [True, False])
def test_shapefiles_cut_names_to_ten_bytes_in_either_encoding(tmp_path: Path, encoding: str, cpg: bool) -> None:
    names: dict[str, list[Any]] = {
        "宗地代码": ["G1", "G2"], "registered_area_m2"[:10]: ["10", "20"], "统一社会"[:3]: ["x", "y"], "约定竣工日期": ["2022-01-01", "2022-01-02"],
        "镇街": ["示范镇", "样板镇"],
    }  # fmt: skip
    path = write(tmp_path / "宗地.shp", squares(2), "EPSG:4490", names, encoding=encoding)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    register, _ = read_file(path)
    parcels = register["parcels"]
    assert parcels["parcel_id"].tolist() == ["G1", "G2"]
    assert parcels["registered_area_m2"].tolist() == [10.0, 20.0]
    assert parcels["town"].tolist() == ["示范镇", "样板镇"]
    assert parcels["finish_due"].dt.day.tolist() == [1, 2]


def test_geojson_parquet_and_wkt_in_a_csv(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    shape = squares()[0]
    feature = {
        "type": "Feature",
        "properties": {"parcel_id": "G0", "town": "示范镇"},
        "geometry": shapely.geometry.mapping(shape),
    }
    (tmp_path / "parcels.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    table = pa.table({"parcel_id": ["G0"], "geometry": [shapely.to_wkb(shape)]})
    about = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "parcels.parquet")
    for name in ("parcels.geojson", "parcels.parquet"):
        shapes, told = read(tmp_path / name)
        assert_in_place(shapes, 1e-6)
        assert not told
    (tmp_path / "parcels.csv").write_text(f'parcel_id,图形\nG0,"{shape.wkt}"\nG1,POLYGON((\nG2,\n')
    shapes, told = read(tmp_path / "parcels.csv")
    assert_in_place(shapes[:1], 1e-3)
    assert told == {"datum_unknown": 1, "geometry_unreadable": 1, "geometry_missing": 1}


def test_layers_of_one_file_are_tables_by_their_names(tmp_path: Path) -> None:
    write(tmp_path / "county.gpkg", squares(2), "EPSG:4490", layer="宗地")
    fields = {"barrier_id": ["B1"], "effect": ["分隔"]}
    line = shapely.LineString([(LON, LAT), (LON + 1e-3, LAT)])
    write(tmp_path / "county.gpkg", [line], "EPSG:4490", fields, layer="分隔与连接", append=True)
    register, log = read_county(tmp_path)
    assert len(register["parcels"]) == 2
    assert register["barriers"]["effect"].tolist() == ["separates"]
    assert len(log) == 0
    cell = register.cell("barriers", 0, "effect")
    assert cell is not None
    assert (cell.sheet, cell.row, cell.heading) == ("分隔与连接", 1, "effect")


def test_buildings_are_compared_with_the_parcels_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "parcels.gpkg", squares(), "EPSG:4490")
    names = {"building_id": [f"B{n}" for n in range(6)], "parcel_id": [f"G{n}" for n in range(6)]}
    inner = [shapely.buffer(shape, -SIZE / 5) for shape in squares()]
    write(tmp_path / "buildings.shp", shifted(inner, to_gcj02), None, names)
    register, log = read_county(tmp_path)
    assert codes(log) == {"datum_converted": 1}
    built = shapes_of(register["buildings"]["geometry"])
    assert shapely.contains(np.array(squares(), dtype=object), built).all()
