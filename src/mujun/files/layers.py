"""Layers with geometry: GeoPackage, Shapefile, GeoJSON through GDAL, and Parquet with or without geometry."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from mujun.base.defects import Defect
from mujun.base.errors import UnreadableInput
from mujun.files.cells import Cells
from mujun.files.encodings import decode
from mujun.files.guard import MOST_CELLS
from mujun.files.headings import Bound, Headings, Names
from mujun.register.catalogue import defect
from mujun.register.schema import Table

_NEXT = "请在GIS软件中重新导出后再提交。"
_BYTES = "ISO-8859-1"
"""Keeps every byte: names cut to 10 bytes need not end with a whole character."""
_NUMBERED = re.compile(r"_\d{1,2}$")


def layer_names(path: Path, kind: str) -> list[str]:
    """Return the names of the layers: a Shapefile's is its own, formats without layers have an empty one."""
    if kind != "gpkg":
        return [path.stem if kind == "shp" else ""]
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, ValueError, RuntimeError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: BaseException) -> UnreadableInput:
    why = " ".join(str(error).split())[:160]
    if path.suffix.lower() == ".shp":
        lacking = [suffix for suffix in (".shx", ".dbf") if not _beside(path, suffix)]
        if lacking:
            why = f"缺少同名的{'、'.join(lacking)}文件。"
    return UnreadableInput(f"图层文件“{path.name}”读不出来。", why=why, next_step=_NEXT)


def _beside(path: Path, suffix: str) -> Path | None:
    return next((found for s in (suffix, suffix.upper()) if (found := path.with_suffix(s)).exists()), None)


def read_layer(
    path: Path, file: str, layer: str, kind: str, table: Table, mapping: Mapping[str, str] | None
) -> tuple[Cells, list[Defect]]:
    """Read one layer (``kind``: gpkg, shp, geojson, parquet) as columns, rows counted from 1."""
    names = Names(table, mapping)
    if kind == "parquet":
        fields, columns, geometry, crs = _parquet(path)
        told: list[Defect] = []
    else:
        fields, columns, geometry, crs, told = _gdal(path, file, layer, kind)
    raw = _dbf_fields(path) if kind == "shp" else None
    headings = _bind(fields, names, raw)
    count = len(columns[0]) if columns else (len(geometry) if geometry is not None else 0)
    if count * max(len(columns), 1) > MOST_CELLS:
        raise UnreadableInput(f"图层文件“{path.name}”太大。", next_step="请拆成几个文件。")
    shapes, about = (None, []) if geometry is None else _shapes(geometry, table, file, layer)
    cells = Cells(file, layer, headings, columns, np.arange(1, count + 1, dtype=np.int64), shapes, crs)
    return cells, [*told, *about]


def _gdal(
    path: Path, file: str, layer: str, kind: str
) -> tuple[list[str], list[Sequence[object]], npt.NDArray[np.object_] | None, object, list[Defect]]:
    options: dict[str, Any] = {"layer": layer or None}
    source: Path | bytes = path
    told: list[Defect] = []
    if kind == "shp":
        options["ENCODING"] = _BYTES  # for this file alone; the library's own argument is set per thread
    elif kind == "geojson":
        text, encoding, replaced = decode(path.read_bytes())
        if encoding != "utf-8":
            source = text.encode()
        if replaced:
            told.append(defect("encoding_broken", file=file, count=replaced, encoding=encoding))
    try:
        meta, _, geometry, values = pyogrio.raw.read(source, datetime_as_string=True, **options)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        ValueError,
        RuntimeError,
        OSError,
        KeyError,
    ) as error:
        raise _unreadable(path, error) from None
    columns: list[Sequence[object]] = [column.tolist() for column in values]
    fields = [str(name) for name in meta["fields"]]
    if kind == "shp":
        encoding = dbf_encoding(path)
        fields = [name.encode(_BYTES).decode(encoding, "ignore") for name in fields]
        columns = [[_decoded(cell, encoding) for cell in column] for column in columns]
    return fields, columns, geometry, meta["crs"], told


def _decoded(cell: object, encoding: str) -> object:
    return cell.encode(_BYTES).decode(encoding, "replace") if isinstance(cell, str) else cell


def _parquet(
    path: Path,
) -> tuple[list[str], list[Sequence[object]], npt.NDArray[np.object_] | None, object]:
    try:
        with pq.ParquetFile(path) as stored:
            if stored.metadata.num_rows * max(stored.metadata.num_columns, 1) > MOST_CELLS:
                raise UnreadableInput(f"文件“{path.name}”太大。", next_step="请拆成几个文件。")
            table = stored.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInput(f"文件“{path.name}”读不出来。", why=str(error)[:160], next_step="请重新导出。") from None
    try:
        about = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    except ValueError:
        about = {}
    name = about.get("primary_column", "geometry" if "geometry" in table.column_names else "")
    crs: object = None
    if about:
        crs = about.get("columns", {}).get(name, {}).get("crs", "OGC:CRS84")
    geometry = None
    if name in table.column_names:
        position = table.column_names.index(name)
        if pa.types.is_binary(table.schema.field(position).type) or pa.types.is_large_binary(
            table.schema.field(position).type
        ):
            geometry = np.array(table.column(position).to_pylist(), dtype=object)
            table = table.remove_column(position)
    columns: list[Sequence[object]] = [column.to_pylist() for column in table.columns]
    return list(table.column_names), columns, geometry, json.dumps(crs) if isinstance(crs, dict) else crs


def _shapes(
    geometry: npt.NDArray[np.object_], table: Table, file: str, layer: str
) -> tuple[npt.NDArray[np.object_], list[Defect]]:
    shapes: npt.NDArray[np.object_] = shapely.from_wkb(geometry, on_invalid="ignore")
    given = np.array([value is not None for value in geometry], dtype=bool)
    return shapes, [
        defect(
            "geometry_unreadable",
            table=table.name,
            field="geometry",
            file=file,
            sheet=layer,
            row=int(p) + 1,
            why="图形数据不完整",
        )
        for p in np.flatnonzero(given & shapely.is_missing(shapes))
    ]


def _bind(fields: list[str], names: Names, raw: list[bytes] | None) -> Headings:
    """Bind fields to columns: by name, then, for the 10-byte names of a Shapefile, by how a name would be cut."""
    headings = Headings(0, {}, texts=list(fields))
    waiting = []
    for index, field in enumerate(fields):
        found = names.find(field)
        if found and found[0] not in headings.columns:
            headings.columns[found[0]] = Bound(index, "", field, found[1].unit, found[1].year)
        else:
            waiting.append(index)
    for index in waiting:
        cut = raw[index] if raw is not None and index < len(raw) else None
        name = None if cut is None else _cut_name(fields[index], cut, names, headings)
        if name:
            headings.columns[name] = Bound(index, "", fields[index])
        else:
            headings.unknown.append(Bound(index, "", fields[index]))
    return headings


def _cut_name(field: str, cut: bytes, names: Names, headings: Headings) -> str | None:
    """Return the first column still free whose name, cut to 10 bytes in some encoding, is ``cut``."""
    shown = _NUMBERED.sub("", field).lower()
    for column in names.table.columns:
        if column.name in headings.columns:
            continue
        for heading in column.all_headings:
            for encoding in ("utf-8", "gb18030"):
                whole = heading.encode(encoding)
                short = whole[:10].decode(encoding, "ignore").lower()
                long_enough = len(whole) > 10 or (len(whole) > 8 and shown != field.lower())
                if long_enough and (
                    cut.lower() == whole[:10].lower()
                    or shown in (short, short[: len(shown)] if len(shown.encode(encoding)) >= 8 else short)
                ):
                    return column.name
    return None


def _dbf_fields(path: Path) -> list[bytes]:
    """Return the field names of the .dbf beside a Shapefile as the bytes that stand there."""
    beside = _beside(path, ".dbf")
    if beside is None:
        return []
    with beside.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32:
            return []
        length = struct.unpack("<H", head[8:10])[0]
        fields = stream.read(max(0, length - 32))
    found = []
    for start in range(0, len(fields) - 31, 32):
        if fields[start] == 0x0D:
            break
        found.append(fields[start : start + 11].split(b"\x00")[0])
    return found


def dbf_encoding(path: Path) -> str:
    """Return the encoding of a Shapefile's texts: what the .cpg says, else UTF-8 where all of it fits, else GB18030."""
    said = _beside(path, ".cpg")
    if said is not None:
        name = said.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
        known = {"utf-8": "UTF-8", "utf8": "UTF-8", "65001": "UTF-8", "936": "GB18030", "cp936": "GB18030", "gbk": "GB18030",
                 "gb2312": "GB18030", "gb18030": "GB18030", "ansi 936": "GB18030", "oem 936": "GB18030"}  # fmt: skip
        if name in known:
            return known[name]
    beside = _beside(path, ".dbf")
    if beside is None:
        return "UTF-8"
    try:
        content = beside.read_bytes()
        content[struct.unpack("<H", content[8:10])[0] :].decode("utf-8")
    except (UnicodeDecodeError, struct.error):
        return "GB18030"
    return "UTF-8"
