"""Parcels and assessments of Cambridge, Massachusetts (City of Cambridge GIS, PDDL 1.0), as a register.

What is there: parcel shapes, deed areas, land use, one building summary and the assessed values per parcel and fiscal
year. What is not there, and how it is stood in for, by choice and named so that nobody takes it for a fact:

* Owners and firms do not exist. Each industrial parcel is its own stand-in firm: code from :func:`stand_in_code`, name =
  address, holding the whole parcel since the first day of the fiscal year.
* Taxes do not exist. ``tax_wan`` holds the total assessed value in 10,000 US dollars: the city taxes commercial and
  industrial land at one rate, so ranks by value are ranks by property tax. No amount is a tax or in yuan.
* Taxed area does not exist; ``taxed_area_m2`` stays empty. ``registered_area_m2`` is the area of the deed, nothing where
  it is 0.
* Strips without a lot number (streets, rails, slivers) have no place among parcels; they become ``barriers`` without an
  effect.

Shapes that cross themselves are repaired and reported like those of any county. Several polygons of one lot number
become one shape; the attributes are those of the first row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq
import pyproj
import shapely

from mujun.base.creditcode import check_character
from mujun.base.defects import DefectLog
from mujun.base.errors import UnreadableInput
from mujun.files.repair import repair
from mujun.register.catalogue import defect
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, Source, conform, origin_code

EPSG = 26986
USD_PER_UNIT = 10_000
NEEDED = (
    "parcel_id",
    "geometry",
    "rec_area_m2",
    "area_m2",
    "landuse_code",
    "total_value",
    "is_industrial",
    "fiscal_year",
)
_LOT = re.compile(r"[0-9][0-9A-Z.]*-[0-9A-Z][0-9A-Z.-]*")
Ints = npt.NDArray[np.int64]


def read_year(path: Path) -> tuple[Register, DefectLog]:
    """Return one fiscal year as a register with its defects; every value knows its row (from 1) and column.

    Raises UnreadableInput where the file cannot be read or lacks a column.
    """
    rows = _read(path)
    lots = rows["parcel_id"].str.fullmatch(_LOT.pattern).to_numpy(dtype=bool)
    log = _repaired(rows, lots, path.name)
    parcels = _one_per_lot(rows[lots])
    strips = rows[~lots].reset_index(drop=True)
    industrial = parcels[parcels["is_industrial"].to_numpy(dtype=bool)].reset_index(drop=True)
    frames: dict[str, tuple[pd.DataFrame, pd.DataFrame, Mapping[str, str]]] = {
        "parcels": (_parcels(parcels), parcels, _PARCEL_COLUMNS),
        "buildings": (_buildings(parcels), parcels, _BUILDING_COLUMNS),
        "firms": (_firms(industrial), industrial, {"name": "address", "industry": "landuse_code"}),
        "occupancy": (_occupancy(industrial), industrial, {"parcel_id": "parcel_id", "area_m2": "rec_area_m2"}),
        "measures": (_measures(industrial), industrial, {"tax_wan": "total_value", "year": "fiscal_year"}),
        "barriers": (_barriers(strips), strips, {"geometry": "geometry", "kind": "parcel_id"}),
    }
    tables, sources = {}, []
    for number, (name, (frame, origin_rows, columns)) in enumerate(frames.items()):
        data = conform(frame, TABLES[name])
        kept = origin_rows["_row"].to_numpy(dtype=np.int64)[frame.index.to_numpy()]
        tables[name] = RegisterTable(data, dict.fromkeys(columns, origin_code(number, kept)))
        sources.append(Source(path.name, "", {ours: ("", theirs) for ours, theirs in columns.items()}))
    return Register(tables, sources), log


def _repaired(rows: pd.DataFrame, lots: npt.NDArray[np.bool_], file: str) -> DefectLog:
    """Repair the shapes in place and return what was found."""
    shapes, found = repair(rows["_shape"].to_numpy(dtype=object), TABLES["parcels"])
    rows["_shape"] = shapes
    log = DefectLog()
    for position, code, parts in found:
        table, key = ("parcels" if lots[position] else "barriers"), str(rows["parcel_id"].iat[position])
        place = {"table": table, "field": "geometry", "file": file, "row": position + 1, "key": key}
        log.add(defect(code, place=place, **parts))
    repeated = int(rows.loc[lots, "parcel_id"].duplicated().sum())
    if repeated:
        log.add(defect("rows_merged", place={"table": "parcels", "file": file}, count=repeated))
    return log


_PARCEL_COLUMNS = {
    "parcel_id": "parcel_id",
    "geometry": "geometry",
    "registered_area_m2": "rec_area_m2",
    "land_use": "landuse_code",
}
_BUILDING_COLUMNS = {
    "parcel_id": "parcel_id",
    "floor_area_m2": "floor_area_m2",
    "storeys": "stories",
    "built_year": "year_built",
}


def stand_in_code(parcel_id: str) -> str:
    """Return an 18-character code with a right check character that stands for the unknown owner of a parcel.

    It starts with ``00``, which no real code does; different lot numbers of the city give different codes.
    """
    number = int.from_bytes(parcel_id.encode("ascii"), "big") % 10**15
    body = f"00{number:015d}"
    return body + check_character(body)


def _read(path: Path) -> pd.DataFrame:
    try:
        rows: pd.DataFrame = pq.read_table(path).to_pandas()
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"{path} 读不出来。", why=str(error), next_step="请确认是城市公布的 GeoParquet 文件。"
        ) from error
    missing = [name for name in NEEDED if name not in rows]
    if missing:
        raise UnreadableInput(f"{path} 缺少列 {', '.join(missing)}。", next_step="请确认是城市公布的 GeoParquet 文件。")
    rows["parcel_id"] = rows["parcel_id"].fillna("").astype("str").str.strip()
    rows["_row"] = np.arange(1, len(rows) + 1)
    shapes = shapely.from_wkb(rows["geometry"].to_numpy(dtype=object))
    rows["_shape"] = _degrees(shapes)
    return rows


def _degrees(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    transformer = pyproj.Transformer.from_crs(EPSG, 4490, always_xy=True)

    def convert(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(shapes, convert), dtype=object)


def _one_per_lot(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.drop_duplicates("parcel_id").reset_index(drop=True)
    repeated = rows[rows["parcel_id"].duplicated(keep=False)]
    shapes = first["_shape"].to_numpy(dtype=object, copy=True)
    place = pd.Series(first.index, index=first["parcel_id"])
    for lot, group in repeated.groupby("parcel_id"):
        together = shapely.union_all(group["_shape"].to_numpy(dtype=object))
        shapes[int(place[str(lot)])] = together
    return first.assign(_shape=shapes)


def _parcels(rows: pd.DataFrame) -> pd.DataFrame:
    deed = rows["rec_area_m2"].where(rows["rec_area_m2"] > 0)
    geometry = np.asarray(shapely.to_wkb(rows["_shape"].to_numpy(dtype=object)), dtype=object)
    use = rows["landuse_code"].fillna("").astype("str")
    return pd.DataFrame(
        {"parcel_id": rows["parcel_id"], "geometry": geometry, "registered_area_m2": deed, "land_use": use}
    )


def _buildings(rows: pd.DataFrame) -> pd.DataFrame:
    built = rows[rows["floor_area_m2"].fillna(0) > 0]
    return pd.DataFrame(
        {
            "building_id": built["parcel_id"] + "/1",
            "parcel_id": built["parcel_id"],
            "floor_area_m2": built["floor_area_m2"],
            "storeys": built["stories"],
            "built_year": built["year_built"].where(built["year_built"] > 0).astype("Int64"),
        }
    )


def _codes(rows: pd.DataFrame) -> list[str]:
    return [stand_in_code(parcel_id) for parcel_id in rows["parcel_id"].tolist()]


def _firms(rows: pd.DataFrame) -> pd.DataFrame:
    names = [f"{address}（代用，地块{lot}）" for address, lot in zip(rows["address"], rows["parcel_id"], strict=True)]
    return pd.DataFrame({"firm_id": _codes(rows), "name": names, "above_scale": False, "status": "active"})


def _first_day(rows: pd.DataFrame) -> pd.Series:
    # A fiscal year of Massachusetts begins on 1 July of the year before.
    return pd.to_datetime({"year": rows["fiscal_year"] - 1, "month": 7, "day": 1}).astype("datetime64[us]")


def _occupancy(rows: pd.DataFrame) -> pd.DataFrame:
    area = rows["rec_area_m2"].where(rows["rec_area_m2"] > 0, rows["area_m2"])
    columns: dict[str, Any] = {"firm_id": _codes(rows), "parcel_id": rows["parcel_id"], "kind": "own"}
    return pd.DataFrame(columns | {"area_m2": area, "from": _first_day(rows)})


def _measures(rows: pd.DataFrame) -> pd.DataFrame:
    value = rows["total_value"] / USD_PER_UNIT
    return pd.DataFrame({"firm_id": _codes(rows), "year": rows["fiscal_year"].astype("Int64"), "tax_wan": value})


def _barriers(rows: pd.DataFrame) -> pd.DataFrame:
    geometry = np.asarray(shapely.to_wkb(rows["_shape"].to_numpy(dtype=object)), dtype=object)
    numbers = [f"S{row:05d}" for row in rows["_row"].tolist()]
    return pd.DataFrame({"barrier_id": numbers, "geometry": geometry, "kind": rows["parcel_id"]})
