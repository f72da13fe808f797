"""One sheet turned into rows of one table, with the number of the row that each came from."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from mujun.base.defects import Defect
from mujun.files.columns import read_column
from mujun.files.crs import parse_crs
from mujun.files.crs import place as bring
from mujun.files.finding import Finding, Reading
from mujun.files.geometry_text import read_geometry_texts
from mujun.files.headings import Bound, Headings, title_unit
from mujun.files.known import Known
from mujun.files.names import year_in
from mujun.files.nothing import visible
from mujun.files.repair import repair
from mujun.files.sheets import Grid
from mujun.files.texts import text_of
from mujun.files.units import LABELS, factor
from mujun.register.catalogue import defect
from mujun.register.drawn import shapes_of
from mujun.register.merging import is_nothing
from mujun.register.schema import Column, Kind, Table
from mujun.register.tables import Source

_TOTALS = frozenset({"合计", "总计", "小计", "共计", "累计", "合计:", "总计:", "小计:", "合 计", "总 计", "小 计", "合　计"})
_FOOTER = re.compile(
    r"^(?:备?注|说明|填表人|制表人?|填报人|填报单位|审核人?|复核人?|负责人|单位负责人|统计负责人|联系人|联系电话|报送日期|填报日期|数据来源)[:：]"
)
_FOOTER_ROWS = 15
_MOST_UNKNOWN = 20
_MOST_ALIKE = 200


@dataclasses.dataclass(slots=True)
class Part:
    """Rows of one table from one sheet. ``data`` has only the columns that stand in the sheet; ``lines`` as seen."""

    table: Table
    source: Source
    data: pd.DataFrame
    lines: npt.NDArray[np.int64]
    extra: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)


@dataclasses.dataclass(slots=True)
class Cells:
    """The data below the headings, by column. ``shapes`` are the geometries of a layer, ``declared`` its system."""

    file: str
    sheet: str
    headings: Headings
    columns: list[Sequence[object]]
    lines: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.object_] | None = None
    declared: object = None

    def row(self, position: int) -> list[object]:
        """Return one row."""
        return [column[position] for column in self.columns]


def cells_of(grid: Grid, headings: Headings) -> Cells:
    """Return the data of a grid by column; short rows are filled with nothing."""
    rows = grid.rows[headings.first :]
    even = len(set(map(len, rows))) == 1
    columns: list[Sequence[object]] = list(zip(*rows, strict=True) if even else itertools.zip_longest(*rows, fillvalue=""))
    columns += [("",) * len(rows)] * (len(headings.texts) - len(columns))
    first, last = headings.first, len(grid.rows)
    lines = np.array(grid.lines[first:]) if grid.lines else np.arange(first + 1, last + 1)
    return Cells(grid.file, grid.sheet, headings, columns, lines.astype(np.int64))


def read_part(
    cells: Cells, table: Table, batch: str = "", known: Known | None = None
) -> tuple[Part | None, list[Defect]]:
    """Read the rows of one table. None where a key column is missing."""
    headings = cells.headings
    place = {"table": table.name, "file": cells.file, "sheet": cells.sheet}
    found = _about_headings(headings, table, place)
    missing = headings.missing(table)
    year, told = _year(cells, table, place)
    found += told
    if "year" in table.key and "year" not in headings.columns and year is None:
        missing.append(table.column("year").label)
    if missing:
        return None, [*found, defect("key_column_missing", place=place, table_label=table.label, columns="、".join(missing))]
    data, findings, told = _read_columns(cells, table, place)
    found += told
    if year is not None:
        data["year"] = pd.Series([year] * len(cells.lines), dtype="Int64")
    is_data, keyed, told = _rows_to_keep(cells, data, table, place)
    found += told
    if table.geometry:
        found += _place_shapes(cells, data, findings, table, known, is_data, place)
    found += _cell_defects(findings, data, table, cells, is_data, place)
    if not is_data.any():
        found.append(defect("no_rows", place=place))
    used = is_data & keyed
    columns = {name: (bound.letter, bound.heading) for name, bound in headings.columns.items()}
    if cells.shapes is not None:
        columns["geometry"] = ("", "图形")
    extra = pd.DataFrame({b.heading or b.letter: pd.Series(cells.columns[b.index], dtype=object) for b in headings.unknown})
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
) -> list[Defect]:
    """Bring the shapes to EPSG:4490, repair them, and put them into ``data`` as WKB."""
    if cells.shapes is None and "geometry" not in data:
        return []
    shapes = cells.shapes if cells.shapes is not None else shapes_of(data["geometry"].to_numpy(dtype=object))
    ids = data["parcel_id"].to_numpy(dtype=object) if "parcel_id" in data else None
    shapes = np.where(is_data, shapes, None)
    placed = bring(shapes, parse_crs(cells.declared), known, ids)
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


def _about_headings(headings: Headings, table: Table, place: dict[str, Any]) -> list[Defect]:
    found = []
    named = [bound for bound in headings.unknown if bound.heading]
    for bound in named[:_MOST_UNKNOWN]:
        found.append(defect("column_unknown", place=place, heading=bound.heading, row=headings.first, column=bound.letter))
    if len(named) > _MOST_UNKNOWN:
        found.append(defect("columns_unknown", place=place, count=len(named) - _MOST_UNKNOWN))
    for bound, name in headings.twice:
        label = table.column(name).label
        parts = {"heading": bound.heading, "row": headings.first, "column": bound.letter, "label": label}
        found.append(defect("heading_twice", place=place, field=name, **parts))
    return found


def _year(cells: Cells, table: Table, place: dict[str, Any]) -> tuple[int | None, list[Defect]]:
    """Return the year that stands in headings, sheet, file or title where the table has no column for it."""
    headings = cells.headings
    if "year" not in table.key or "year" in headings.columns:
        return None, []
    years = {bound.year for bound in headings.columns.values() if bound.year is not None}
    if len(years) == 1:
        year, name = years.pop(), next(b.heading for b in headings.columns.values() if b.year is not None)
        return year, [defect("year_from_name", place=place, name=name, year=year)]
    for name in (cells.sheet, cells.file.rsplit("/", 1)[-1], headings.title[:200]):
        year_found = year_in(name)
        if year_found is not None and not years:
            return year_found, [defect("year_from_name", place=place, name=name, year=year_found)]
    return None, []


def fill_merged(grid: Grid, headings: Headings, table: Table) -> list[Defect]:
    """Give every row of a cell merged downwards its value."""
    place = {"table": table.name, "file": grid.file, "sheet": grid.sheet}
    bound = {b.index: b for b in headings.columns.values()}
    counts: dict[int, int] = {}
    for top, left, bottom, _ in grid.merged or []:
        if top < headings.first or bottom == top or left not in bound or top >= len(grid.rows):
            continue
        value = grid.rows[top][left] if left < len(grid.rows[top]) else ""
        for row in grid.rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = value
        counts[left] = counts.get(left, 0) + 1
    return [
        defect("merged_filled", place=place, column=bound[index].letter, heading=bound[index].heading, count=count)
        for index, count in counts.items()
    ]


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
        by, about = _conversion(column, bound, source.headings, place)
        told += about
        series[name], findings[name] = read_column(cells, column, by)
    return pd.DataFrame(series, index=range(len(source.lines))), findings, told


def _conversion(column: Column, bound: Bound, headings: Headings, place: dict[str, Any]) -> tuple[Fraction, list[Defect]]:
    """Return by what the numbers of a column are multiplied, and what there is to say about it."""
    if column.kind is not Kind.NUMBER:
        return Fraction(1), []
    unit = bound.unit or title_unit(headings, column.unit)
    by = factor(unit, column.unit) if unit else Fraction(1)
    expected = LABELS.get(column.unit, column.unit) or "数"
    where = {**place, "field": column.name, "column": bound.letter, "row": headings.first}
    if by is None:
        return Fraction(1), [defect("unit_unknown", place=where, heading=bound.heading, unit=unit, expected=expected)]
    if by == 1:
        return by, []
    how = f"乘以{by}" if by.denominator == 1 else f"除以{1 / by}" if by.numerator == 1 else f"乘以{by.numerator}再除以{by.denominator}"
    return by, [defect("unit_converted", place=where, heading=bound.heading, unit=unit, expected=expected, how=how)]


def _rows_to_keep(
    cells: Cells, data: pd.DataFrame, table: Table, place: dict[str, Any]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], list[Defect]]:
    """Tell rows of data from blank rows, totals, footers and repeated headings; and which have their key."""
    headings, lines = cells.headings, cells.lines
    size = len(lines)
    is_data = np.ones(size, dtype=bool)
    keyed = np.ones(size, dtype=bool)
    found: list[Defect] = []
    lacking: dict[str, npt.NDArray[np.bool_]] = {name: is_nothing(data[name]) for name in table.key if name in data}
    if table.linked_by_name and "firm_name" in data:
        nameless = is_nothing(data["firm_name"])
        lacking["firm_id"] = lacking.get("firm_id", np.ones(size, dtype=bool)) & nameless
    suspects = np.zeros(size, dtype=bool)
    suspects[-_FOOTER_ROWS:] = True
    for mask in lacking.values():
        suspects |= mask
    for name in data.columns.intersection([*table.key, "firm_name", "name", "town"]):
        if isinstance(data[name].dtype, pd.StringDtype):
            words = [*_TOTALS, headings.columns[name].heading.split(" ")[-1]]
            suspects |= data[name].isin(words).to_numpy()
    for position in np.flatnonzero(suspects):
        code, text = _not_data(cells.row(int(position)), headings, cells.shapes is not None)
        if code:
            is_data[position] = False
            if text:
                found.append(defect(code, place=place, row=int(lines[position]), value=text))
    for name, mask in lacking.items():
        bound = headings.columns.get(name)
        letter = bound.letter if bound else ""
        for position in np.flatnonzero(mask & is_data):
            found.append(defect("key_missing", place=place, field=name, row=int(lines[position]), column=letter))
        keyed &= ~mask
    return is_data, keyed, found


def _not_data(row: Sequence[object], headings: Headings, has_shape: bool) -> tuple[str, str]:
    """Return (code, text) of a row that is no data; an empty text where nothing need be said; ("", "") for data."""
    texts = {index: text for index, cell in enumerate(row) if (text := visible(text_of(cell)))}
    if not texts:
        return ("", "") if has_shape else ("total_row", "")
    bound = {b.index for b in headings.columns.values()}
    if not has_shape and not bound & texts.keys() and len(texts) == 1 and next(iter(texts.values())).isdigit():
        return "total_row", ""  # a running number beside an otherwise empty row
    first = next(iter(texts.values()))
    if any(re.sub(r"\s+", "", text) in _TOTALS for text in list(texts.values())[:3]):
        return "total_row", first[:20]
    if _FOOTER.match(first):
        return "total_row", first[:20]
    same = sum(index < len(headings.texts) and text and headings.texts[index].endswith(text) for index, text in texts.items())
    return ("heading_repeated", first) if same >= 2 and same * 2 > len(texts) else ("", "")


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
