"""One sheet turned into rows of one table, with the number of the row that each came from."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.base.defects import Defect
from mujun.files.cells import Cells, rows_to_keep
from mujun.files.columns import read_column
from mujun.files.crs import parse_crs
from mujun.files.crs import place as bring
from mujun.files.finding import Finding, Reading
from mujun.files.geometry_text import read_geometry_texts
from mujun.files.known import Known
from mujun.files.repair import repair
from mujun.files.telling import about_headings, conversion, year_of
from mujun.register.catalogue import defect
from mujun.register.drawn import shapes_of
from mujun.register.schema import Kind, Table
from mujun.register.tables import Source


@dataclasses.dataclass(slots=True)
class Part:
    """Rows of one table from one sheet. ``data`` has only the columns that stand in the sheet; ``lines`` as seen."""

    table: Table
    source: Source
    data: pd.DataFrame
    lines: npt.NDArray[np.int64]
    extra: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)


def read_part(
    cells: Cells, table: Table, batch: str = "", known: Known | None = None, stated: str = ""
) -> tuple[Part | None, list[Defect]]:
    """Read the rows of one table. None where a key column is missing."""
    headings = cells.headings
    place = {"table": table.name, "file": cells.file, "sheet": cells.sheet}
    found = about_headings(headings, table, place)
    missing = headings.missing(table)
    year, told = year_of(cells, table, place)
    found += told
    if "year" in table.key and "year" not in headings.columns and year is None:
        missing.append(table.column("year").label)
    if missing:
        return None, [
            *found,
            defect("key_column_missing", place=place, table_label=table.label, columns="、".join(missing)),
        ]
    data, findings, told = _read_columns(cells, table, place)
    found += told
    if year is not None:
        data["year"] = pd.Series([year] * len(cells.lines), dtype="Int64")
    is_data, keyed, told = rows_to_keep(cells, data, table, place)
    found += told
    if table.geometry:
        found += _place_shapes(cells, data, findings, table, known, is_data, place, stated)
    found += _cell_defects(findings, data, table, cells, is_data, place)
    if not is_data.any():
        found.append(defect("no_rows", place=place))
    used = is_data & keyed
    columns = {name: (bound.letter, bound.heading) for name, bound in headings.columns.items()}
    if cells.shapes is not None:
        columns["geometry"] = ("", "图形")
    extra = pd.DataFrame(
        {b.heading or b.letter: pd.Series(list[Any](cells.columns[b.index]), dtype="object") for b in headings.unknown}
    )
    extra = extra[used].reset_index(drop=True) if len(extra) else extra
    source = Source(cells.file, cells.sheet, columns, batch)
    return Part(table, source, data[used].reset_index(drop=True), cells.lines[used], extra), found


def _place_shapes(
    cells: Cells,
    data: pd.DataFrame,
    findings: dict[str, list[Finding]],
    table: Table,
    known: Known | None,
    is_data: npt.NDArray[np.bool_],
    place: dict[str, Any],
    stated: str,
) -> list[Defect]:
    """Bring the shapes to EPSG:4490, repair them, and put them into ``data`` as WKB."""
    if cells.shapes is None and "geometry" not in data:
        return []
    shapes = cells.shapes if cells.shapes is not None else shapes_of(data["geometry"].to_numpy(dtype=object))
    ids = data["parcel_id"].to_numpy(dtype=object) if "parcel_id" in data else None
    shapes = shapes.copy()
    shapes[~is_data] = None
    placed = bring(shapes, parse_crs(cells.declared), known, ids, stated)
    unread = {finding.position for finding in findings.get("geometry", [])}
    lost = {position for position, code, _ in placed.found if code != "axes_swapped"} | unread
    mended, repaired = repair(placed.shapes, table)
    about = findings.setdefault("geometry", [])
    for position, code, parts in [*placed.found, *repaired]:
        if not (code == "geometry_missing" and position in lost):
            about.append(Finding(position, Reading(None, code, parts)))
    data["geometry"] = pd.Series(shapely.to_wkb(mended), dtype=object)
    return [defect(code, place=place, field="geometry", **parts) for code, parts in _once(placed.told)]


def _once(told: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Return what was told, each sentence once."""
    return [item for position, item in enumerate(told) if item not in told[:position]]


def _read_columns(
    source: Cells, table: Table, place: dict[str, Any]
) -> tuple[pd.DataFrame, dict[str, list[Finding]], list[Defect]]:
    series: dict[str, pd.Series] = {}
    findings: dict[str, list[Finding]] = {}
    told: list[Defect] = []
    for name, bound in source.headings.columns.items():
        column = table.column(name)
        cells = source.columns[bound.index]
        if column.kind is Kind.GEOMETRY:
            series[name], findings[name] = read_geometry_texts(cells)
            continue
        by, about = conversion(column, bound, source.headings, place)
        told += about
        series[name], findings[name] = read_column(cells, column, by)
    return pd.DataFrame(series, index=range(len(source.lines))), findings, told


def _cell_defects(
    findings: dict[str, list[Finding]],
    data: pd.DataFrame,
    table: Table,
    cells: Cells,
    is_data: npt.NDArray[np.bool_],
    place: dict[str, Any],
) -> list[Defect]:
    found = []
    keys = [data[name].astype("str").to_numpy(dtype=object) for name in table.key if name in data]
    for name, column_findings in findings.items():
        bound = cells.headings.columns.get(name)
        letter = bound.letter if bound else ""
        trimmed = [f for f in column_findings if f.reading.code == "text_trimmed" and is_data[f.position]]
        if trimmed:
            where = {**place, "field": name, "column": letter}
            found.append(defect("text_trimmed", place=where, count=len(trimmed), **trimmed[0].reading.parts))
        for finding in column_findings:
            position = finding.position
            if finding.reading.code == "text_trimmed":
                continue
            if not is_data[position]:
                continue
            key = "|".join(str(part[position]) for part in keys)
            where = {**place, "field": name, "row": int(cells.lines[position]), "column": letter, "key": key}
            found.append(defect(finding.reading.code, place=where, **finding.reading.parts))
    return found
