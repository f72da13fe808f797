"""From a frame to the rows of a sheet, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from mujun.demo.sheets import Heading, Row, Sheet
from mujun.demo.styles import Style, plain

Column = tuple[str, str] | tuple[str, str, Style] | tuple[str, str, Style, str]
"""Name in the schema, heading, style (default: as it is), group heading (default: none)."""


def sheet_of(
    frame: pd.DataFrame, columns: Sequence[Column], *, file: str, sheet: str, table: str, title: str = "", epsg: int = 0
) -> Sheet:
    """Return a sheet with ``columns`` of ``frame``; each row remembers its firm and parcel under ``_firm``, ``_parcel``."""
    headings = [Heading(column[0], column[1], column[3] if len(column) > 3 else "") for column in columns]
    cells = {column[0]: (column[2] if len(column) > 2 else plain)(frame[column[0]]) for column in columns}
    return Sheet(file, sheet, table, headings, _rows(frame, cells), title, epsg)


def _rows(frame: pd.DataFrame, cells: Mapping[str, Sequence[object]]) -> list[Row]:
    hidden = {
        "_firm": frame["firm_id"] if "firm_id" in frame else frame.get("holder_id"),
        "_parcel": frame.get("parcel_id"),
    }
    columns = dict(cells) | {name: values.tolist() for name, values in hidden.items() if values is not None}
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
