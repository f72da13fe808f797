"""Sheets into files: workbooks, lists in GB18030, layers. The same sheets always give the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.raw
import shapely
import xlsxwriter

from mujun.demo.land import EPSG, EPSG_WITH_ZONE, ZONE_SHIFT_M
from mujun.demo.memory import degrees
from mujun.demo.sheets import Sheet

WRITTEN_ON = dt.datetime(2025, 3, 1, 9, 0, 0)
"""The day the county hands over; written where a format wants a date of its own."""


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write sheets with a title over all columns, merged group headings and headings; date cells are real dates."""
    book = xlsxwriter.Workbook(path, {"constant_memory": False, "strings_to_numbers": False})
    book.set_properties({"title": path.stem, "created": WRITTEN_ON})
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.sheet)
        line = 0
        if sheet.title:
            page.merge_range(0, 0, 0, len(sheet.headings) - 1, sheet.title, title)
            line = 1
        if sheet.grouped:
            _write_groups(page, line, sheet, bold)
            line += 1
        for place, heading in enumerate(sheet.headings):
            page.write_string(line, place, heading.text, bold)
        page.set_column(0, len(sheet.headings) - 1, 16)
        names = [heading.name for heading in sheet.headings]
        for number, row in enumerate(sheet.rows, start=line + 1):
            for place, name in enumerate(names):
                _write_cell(page, number, place, row.get(name), day)
    book.close()


def _write_groups(page: Any, line: int, sheet: Sheet, style: Any) -> None:
    groups = [heading.group for heading in sheet.headings]
    start = 0
    for place in range(1, len(groups) + 1):
        if place == len(groups) or groups[place] != groups[start]:
            if place - start > 1:
                page.merge_range(line, start, line, place - 1, groups[start], style)
            else:
                page.write_string(line, start, groups[start], style)
            start = place


def _write_cell(page: Any, line: int, place: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(line, place, value)
    elif isinstance(value, dt.date):
        page.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), day)
    else:
        page.write_number(line, place, value)


def write_list(path: Path, sheet: Sheet) -> None:
    """Write a sheet as csv in GB18030 with Windows line ends, as office software saves it."""
    names = [heading.name for heading in sheet.headings]
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([heading.text for heading in sheet.headings])
        writer.writerows([_text(row.get(name)) for name in names] for row in sheet.rows)


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def write_layer(path: Path, sheet: Sheet) -> None:
    """Write a sheet with geometry as a Shapefile (GBK, millimetres) or a GeoPackage layer (degrees)."""
    headings = [heading for heading in sheet.headings if heading.name != "geometry"]
    columns = [_typed([row.get(heading.name) for row in sheet.rows]) for heading in headings]
    shapes = np.array([row.get("geometry") for row in sheet.rows], dtype=object)
    shapefile = path.suffix == ".shp"
    options = {"DBF_DATE_LAST_UPDATE": f"{WRITTEN_ON:%Y-%m-%d}"} if shapefile else {}
    # GeoPackage stores the moment of writing; the bytes must depend on the seed alone.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{WRITTEN_ON:%Y-%m-%dT%H:%M:%S}.000Z"})
    try:
        pyogrio.raw.write(
            path,
            np.asarray(shapely.to_wkb(in_system(shapes, sheet)), dtype=object),
            [values for values, _ in columns],
            [heading.text for heading in headings],
            [mask for _, mask in columns],
            layer=sheet.sheet or path.stem,
            driver="ESRI Shapefile" if shapefile else "GPKG",
            geometry_type="Polygon" if shapefile else "Unknown",
            crs=f"EPSG:{sheet.epsg}",
            encoding="GBK" if shapefile else None,
            layer_options=options,
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def in_system(shapes: npt.NDArray[np.object_], sheet: Sheet) -> npt.NDArray[np.object_]:
    """Return planned geometry (EPSG:4550) in the system of the sheet; shapes marked as misplaced stay misplaced."""
    if sheet.epsg == EPSG:
        return shapes
    if sheet.epsg == EPSG_WITH_ZONE:
        moved = shapely.transform(shapes, lambda points: points + np.array([ZONE_SHIFT_M, 0.0]))
        return np.asarray(moved, dtype=object)
    converted = degrees(shapes)
    for place, row in enumerate(sheet.rows):
        if row.get("_swapped"):
            converted[place] = shapely.transform(converted[place], lambda points: points[:, ::-1])
    return converted


def _typed(cells: list[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return values and a mask of nothing; a column with any text is text."""
    mask = np.array([cell is None for cell in cells], dtype=bool)
    if any(isinstance(cell, str) for cell in cells):
        return np.array(["" if cell is None else str(cell) for cell in cells], dtype=object), mask
    return np.array([0.0 if cell is None else float(cell) for cell in cells], dtype=np.float64), mask


def rows_by_identity(sheet: Sheet) -> dict[int, int]:
    """Return the number of each row as the user sees it, by the identity of the row."""
    return {id(row): number for number, row in enumerate(sheet.rows, start=sheet.first_row)}
