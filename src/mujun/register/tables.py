"""The register in memory: one frame per table, and for every value the cell it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.schema import TABLES, Kind, Table

NO_ORIGIN = -1
_ROW_BITS = 32

DTYPES: dict[Kind, str] = {
    Kind.CODE: "str",
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.YEAR: "Int64",
    Kind.DATE: "datetime64[us]",
    Kind.TRUTH: "boolean",
    Kind.GEOMETRY: "object",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """One sheet of one file of one batch. ``columns`` gives, per English name, (column letter, heading)."""

    file: str
    sheet: str
    columns: Mapping[str, tuple[str, str]]
    batch: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands: ``row`` as the user sees it, ``column`` as a letter, ``heading`` as printed there."""

    batch: str
    file: str
    sheet: str
    row: int
    column: str
    heading: str

    @property
    def address(self) -> str:
        """The address as people say it: ``税收.xlsx / 2022 / F12``."""
        return " / ".join(part for part in (self.file, self.sheet, f"{self.column}{self.row}") if part)

    def as_dict(self) -> dict[str, str | int]:
        """Return the parts and the address, for JSON."""
        return dataclasses.asdict(self) | {"address": self.address}


def origin_code(source: int, row: npt.NDArray[np.int64] | int) -> npt.NDArray[np.int64]:
    """Pack the number of a source and row numbers (as the user sees them) into origin codes."""
    return (np.int64(source) << _ROW_BITS) | np.asarray(row, dtype=np.int64)


@dataclasses.dataclass(slots=True)
class RegisterTable:
    """``data`` has a RangeIndex and the columns of the schema that exist; ``origin`` one code array per column.

    Columns may share one array. A code is ``source << 32 | row``; -1 where a value has no cell.
    """

    data: pd.DataFrame
    origin: dict[str, npt.NDArray[np.int64]] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.data)


@dataclasses.dataclass(slots=True)
class Register:
    """All tables (a missing one is empty) and the sources that their origin codes point into."""

    tables: dict[str, RegisterTable] = dataclasses.field(default_factory=dict)
    sources: list[Source] = dataclasses.field(default_factory=list)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the frame of table ``name`` with every column of the schema, in its order."""
        return self.tables[name].data if name in self.tables else empty_frame(TABLES[name])

    def cell(self, table: str, position: int, column: str) -> Cell | None:
        """Return where the value at row ``position`` (0-based) of ``column`` came from, or None."""
        held = self.tables.get(table)
        codes = held.origin.get(column) if held else None
        if codes is None or codes[position] == NO_ORIGIN:
            return None
        source = self.sources[int(codes[position]) >> _ROW_BITS]
        letter, heading = source.columns.get(column, ("", ""))
        row = int(codes[position]) & ((1 << _ROW_BITS) - 1)
        return Cell(source.batch, source.file, source.sheet, row, letter, heading)


@cache
def empty_frame(table: Table) -> pd.DataFrame:
    """Return a frame of ``table`` with all its columns, the right dtypes and no rows (shared: do not change it)."""
    return pd.DataFrame({column.name: pd.Series(dtype=DTYPES[column.kind]) for column in table.columns})


def conform(data: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return ``data`` with every column of ``table`` (absent ones filled with nothing), dtypes and order set.

    Nothing is ``""`` in CODE and TEXT columns, NaN, NaT, <NA> or None in the others. The index becomes a RangeIndex.
    """
    columns = {}
    for column in table.columns:
        dtype = DTYPES[column.kind]
        if column.name in data:
            values = data[column.name]
        else:
            values = pd.Series(dtype=dtype).reindex(data.index)
        if column.kind in (Kind.CODE, Kind.TEXT):
            values = values.fillna("")
        elif column.kind is Kind.GEOMETRY and column.name not in data:
            values = pd.Series([None] * len(data), index=data.index, dtype="object")
        elif column.kind is Kind.GEOMETRY:
            drawn = [value if isinstance(value, bytes) else None for value in values]
            values = pd.Series(drawn, index=data.index, dtype="object")
        columns[column.name] = values.astype(dtype)  # type: ignore[call-overload]
    return pd.DataFrame(columns, index=data.index).reset_index(drop=True)
