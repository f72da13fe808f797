"""The cells of a sheet below its headings, and which rows of them are data."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.defects import Defect
from mujun.files.headings import Headings
from mujun.files.nothing import visible
from mujun.files.sheets import Grid
from mujun.files.texts import text_of
from mujun.register.catalogue import defect
from mujun.register.merging import is_nothing
from mujun.register.schema import Table

_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "累计", "合计:", "总计:", "小计:", "合 计", "总 计", "小 计", "合　计"}
)
_FOOTER = re.compile(
    r"^(?:备?注|说明|填表人|制表人?|填报人|填报单位|审核人?|复核人?|负责人|单位负责人|统计负责人|联系人|联系电话|报送日期|填报日期|数据来源)[:：]"
)
_FOOTER_ROWS = 15


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
    columns: list[Sequence[object]] = list(
        zip(*rows, strict=True) if even else itertools.zip_longest(*rows, fillvalue="")
    )
    columns += [("",) * len(rows)] * (len(headings.texts) - len(columns))
    first, last = headings.first, len(grid.rows)
    lines = np.array(grid.lines[first:]) if grid.lines else np.arange(first + 1, last + 1)
    return Cells(grid.file, grid.sheet, headings, columns, lines.astype(np.int64))


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


def rows_to_keep(
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
    same = sum(
        index < len(headings.texts) and headings.texts[index].endswith(text) and not text.isdecimal()
        for index, text in texts.items()
    )
    return ("heading_repeated", first) if same >= 2 and same * 2 > len(texts) else ("", "")
