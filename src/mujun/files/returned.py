"""The user's own file back, with a reason beside every bad cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from mujun.base.defects import Defect
from mujun.files.encodings import read_csv
from mujun.files.formulas import neutral
from mujun.files.guard import real_type
from mujun.files.headings import find_headings
from mujun.files.names import candidates
from mujun.files.reasons import PROBLEM, SEVERITIES, by_row, reason, row_reasons
from mujun.files.returned_book import annotate_book, rewrite_book
from mujun.files.sheets import Grid, read_grids
from mujun.files.texts import text_of

_LAYERS = frozenset({"gpkg", "shp", "geojson", "parquet"})
_MOST_CELLS_KEPT = 600_000


def write_returned(source: Path, defects: Iterable[Defect], target: Path) -> Path:
    """Write ``source`` with what was found in it and return the path written.

    A workbook keeps its formats: bad cells are coloured and commented, and a column ``问题`` stands at the end of the
    rows. xls, ods and very large workbooks come back as plain xlsx, text as UTF-8 csv with a byte order mark, layers
    as a csv list of features. Text that looks like a formula is made harmless. Defects of other files are left out.
    Raises :class:`UnreadableInput` where ``source`` cannot be read.
    """
    mine = [defect for defect in defects if Path(defect.file).name in ("", source.name)]
    mine.sort(key=lambda defect: list(SEVERITIES).index(defect.severity))
    kind = real_type(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind == "text":
        return _text(source, mine, _with_suffix(target, ".csv"))
    if kind in _LAYERS:
        return _features(mine, _with_suffix(target, ".csv"))
    grids, _ = read_grids(source, source.name)
    heads = {grid.sheet: _heading_line(grid, source.stem) for grid in grids}
    small = sum(len(grid.rows) * len(grid.rows[0]) for grid in grids if grid.rows) <= _MOST_CELLS_KEPT
    target = _with_suffix(target, ".xlsx")
    if kind == "xlsx" and small and annotate_book(source, mine, heads, target):
        return target
    return rewrite_book(grids, mine, heads, target)


def _with_suffix(target: Path, suffix: str) -> Path:
    """Return ``target`` with the suffix of what is written; another suffix stays before it (``宗地.gpkg.csv``)."""
    return target if target.suffix.lower() == suffix else target.with_name(target.name + suffix)


def _heading_line(grid: Grid, stem: str) -> int:
    """Return the row number of the last heading row; 1 where none is found."""
    for table in candidates(grid.sheet) or candidates(stem):
        headings = find_headings(grid, table)
        if headings is not None and headings.first > 0:
            return grid.line(headings.first - 1)
    return 1


def _text(source: Path, defects: Sequence[Defect], target: Path) -> Path:
    rows, lines, _, _ = read_csv(source)
    head = _heading_line(Grid(source.name, "", [list(row) for row in rows], lines), source.stem)
    width = max((len(row) for row in rows), default=0)
    reasons = by_row(defects)
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for line, row in zip(lines, rows, strict=True):
            told = PROBLEM if line == head else row_reasons(reasons.get(line, ()))
            writer.writerow([neutral(cell) for cell in [*row, *[""] * (width - len(row)), told]])
        for defect in defects:
            if defect.row is None:
                writer.writerow(["", *[""] * (width - 1), neutral(reason(defect))])
    return target


def _features(defects: Sequence[Defect], target: Path) -> Path:
    """Write the list of features with reasons; the layer itself stays with the user."""
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["图层", "要素序号", "标识", "字段", "值", "级别", "问题", "办法"])
        for defect in defects:
            row = [
                defect.sheet, defect.row or "", defect.key, defect.field, defect.value, SEVERITIES[defect.severity],
                defect.message, defect.mend,
            ]  # fmt: skip
            writer.writerow([neutral(text_of(cell)) for cell in row])
    return target
