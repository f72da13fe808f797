"""Between database rows and frames: reading versions as columns, and turning columns into rows to write.

Works on whole columns with plain SQL: building one model object per row would take ten times as long.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection

from mujun.register.schema import Column, Kind, Table
from mujun.register.tables import DTYPES, NO_ORIGIN, empty_frame

Codes = npt.NDArray[np.int64]
ROW_BITS = 32
ROW_MASK = (1 << ROW_BITS) - 1

EPOCH_SQL = {
    "sqlite": "CAST(julianday({}) - 2440587.5 AS INTEGER)",
    "postgresql": "({} - DATE '1970-01-01')",
}
NO_DAY = np.iinfo(np.int64).min  # numpy reads this number of days as NaT


@dataclasses.dataclass(slots=True)
class Held:
    """Versions of rows as columns: ``data`` as :func:`mujun.register.tables.conform` gives it, one entry per version.

    ``codes`` holds per column where its values stand: ``SourceSheet.id << 32 | row``, -1 for nowhere.
    """

    ids: npt.NDArray[np.int64]
    data: pd.DataFrame
    codes: dict[str, Codes]

    def __len__(self) -> int:
        return len(self.ids)


def table_name(table: Table) -> str:
    """Return the quoted database name of ``table``."""
    return quote(f"register_{table.name}")


def quote(name: str) -> str:
    """Quote a column or table name for this database (``from`` and ``to`` are words of SQL)."""
    return connection.ops.quote_name(name)


def read(table: Table, where: str, parameters: Sequence[Any] = (), *, origins: bool = True) -> Held:
    """Read the versions of ``table`` for which the SQL condition ``where`` holds, in the order of their ids."""
    columns = ", ".join(_expression(column) for column in table.columns)
    where_from = ("source_id, " + quote("row") + ", " + _as_text("origins")) if origins else "NULL, NULL, NULL"
    sql = f"SELECT id, {where_from}, {columns} FROM {table_name(table)} WHERE {where} ORDER BY id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    if not rows:
        nowhere = np.empty(0, dtype=np.int64)
        codes = dict.fromkeys(table.column_names, nowhere) if origins else {}
        return Held(nowhere, empty_frame(table).copy(), codes)
    values = list(zip(*rows, strict=True))
    data = pd.DataFrame({c.name: _series(c, v) for c, v in zip(table.columns, values[4:], strict=True)})
    ids = np.array(values[0], dtype=np.int64)
    return Held(ids, data, _decode(table, data, *values[1:4]) if origins else {})


def _as_text(name: str) -> str:
    return f"{quote(name)}::text" if connection.vendor == "postgresql" else quote(name)


def _expression(column: Column) -> str:
    """Ask for plain numbers and text: the drivers turn dates and truths into objects one by one."""
    name = quote(column.name)
    if column.kind is Kind.DATE:
        return EPOCH_SQL[connection.vendor].format(name)
    if column.kind is Kind.TRUTH:
        return f"{name}::int" if connection.vendor == "postgresql" else f"+{name}"
    return name


def _series(column: Column, values: Sequence[Any]) -> pd.Series[Any]:
    kind = column.kind
    if kind is Kind.DATE:
        days = np.array([NO_DAY if day is None else day for day in values], dtype=np.int64)
        return pd.Series(days.view("datetime64[D]").astype("datetime64[us]"))
    if kind is Kind.NUMBER:
        return pd.Series(np.array(values, dtype=np.float64))
    if kind is Kind.GEOMETRY:
        return pd.Series([None if value is None else bytes(value) for value in values], dtype="object")
    if kind is Kind.TRUTH:
        return pd.Series(pd.array(values, dtype="Int8")).astype("boolean")
    return pd.Series(list(values), dtype=DTYPES[kind])


def _decode(
    table: Table,
    data: pd.DataFrame,
    sources: Sequence[int | None],
    rows: Sequence[int | None],
    origins: Sequence[str | None],
) -> dict[str, Codes]:
    base = np.array(
        [NO_ORIGIN if s is None else (s << ROW_BITS) | (r or 0) for s, r in zip(sources, rows, strict=True)],
        dtype=np.int64,
    )
    codes = dict.fromkeys(table.column_names, base)
    for position, text in enumerate(origins):
        if text is None:
            continue
        for name, cell in json.loads(text).items():
            if codes[name] is base:
                codes[name] = base.copy()
            codes[name][position] = NO_ORIGIN if cell is None else (cell[0] << ROW_BITS) | cell[1]
    return codes


def blank(column: Column, values: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Tell for each value whether it is nothing."""
    if column.kind in (Kind.CODE, Kind.TEXT):
        return (values == "").to_numpy(dtype=bool)
    return values.isna().to_numpy(dtype=bool)


def columns_to_insert(
    table: Table, data: pd.DataFrame, codes: Mapping[str, Codes], *, since: int, batch: int | None
) -> dict[str, list[Any] | int | str | None]:
    """Return the values to write, by database column: a list, or one value where every row has the same.

    Only numbers of ours, ``""`` and None (nothing) are given as one value. Codes carry ids of SourceSheet.
    """
    base, origins = encode(table, data, codes)
    known = base != NO_ORIGIN
    found: dict[str, list[Any] | int | str | None] = {
        "since": since,
        "batch_id": batch,
        "source_id": _one_or_all(_known_only(base >> ROW_BITS, known)),
        "row": _known_only(base & ROW_MASK, known),
        "origins": origins if any(origins) else None,
    }
    for column in table.columns:
        if blank(column, data[column.name]).all():
            found[column.name] = "" if column.kind in (Kind.CODE, Kind.TEXT) else None
        else:
            found[column.name] = database_values(column, data[column.name])
    return found


def _one_or_all(values: list[int | None]) -> list[int | None] | int | None:
    return values[0] if values and values.count(values[0]) == len(values) else values


def _known_only(numbers: Codes, known: npt.NDArray[np.bool_]) -> list[int | None]:
    held = numbers.astype(object)
    held[~known] = None
    return list(held.tolist())


def encode(table: Table, data: pd.DataFrame, codes: Mapping[str, Codes]) -> tuple[Codes, list[str | None]]:
    """Return per row the one cell row that most columns share, and JSON for the columns that differ from it."""
    nowhere = np.full(len(data), NO_ORIGIN, dtype=np.int64)
    base = codes.get(table.key[-1], nowhere)
    for name in table.column_names:  # the first column that knows; keys made by linking have no cell of their own
        if (base == NO_ORIGIN).any() and name in codes and codes[name] is not base:
            base = np.where(base == NO_ORIGIN, codes[name], base)
    differing: dict[int, dict[str, list[int] | None]] = {}
    for column in table.columns:
        own = codes.get(column.name, nowhere)
        if own is base:
            continue
        apart = (own != base) & ~blank(column, data[column.name])
        for position in np.flatnonzero(apart).tolist():
            code = int(own[position])
            cell = None if code == NO_ORIGIN else [code >> ROW_BITS, code & ROW_MASK]
            differing.setdefault(position, {})[column.name] = cell
    origins: list[str | None] = [None] * len(data)
    for position, cells in differing.items():
        origins[position] = json.dumps(cells)
    return base, origins


def database_values(column: Column, values: pd.Series[Any]) -> list[Any]:
    """Return the values of one column as the database driver takes them; nothing is None (``""`` for text)."""
    kind = column.kind
    if kind in (Kind.CODE, Kind.TEXT):
        return list(values.tolist())
    if kind is Kind.DATE:
        days, place = np.unique(values.to_numpy("datetime64[D]"), return_inverse=True)
        words = [None if np.isnat(day) else str(day) for day in days]
        return list(np.array(words, dtype=object)[place].tolist())
    if kind is Kind.NUMBER:
        numbers = values.to_numpy(np.float64)
        held = numbers.astype(object)
        held[~np.isfinite(numbers)] = None
        return list(held.tolist())
    if kind is Kind.GEOMETRY:
        return [None if missing else bytes(value) for value, missing in zip(values, values.isna(), strict=True)]
    nothing = values.isna().to_numpy(dtype=bool)
    # SQLite has numbers for truths, and its driver looks twice at every value that is neither number nor text.
    plain = np.bool_ if kind is Kind.TRUTH and connection.vendor == "postgresql" else np.int64
    held = values.fillna(False if kind is Kind.TRUTH else 0).to_numpy(dtype=plain).astype(object)
    held[nothing] = None
    return list(held.tolist())
