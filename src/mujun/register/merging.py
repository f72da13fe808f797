"""Rows of the same key brought together: bureaus deliver parts of one row in different files."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.catalogue import Places, defect
from mujun.register.schema import TABLES, Kind, Table
from mujun.register.tables import NO_ORIGIN, Register, RegisterTable

Ints = npt.NDArray[np.int64]
_ROW_BITS = 32


def merge_rows(register: Register, name: str) -> list[Defect]:
    """Merge rows of table ``name`` that have the same key, in place; rows without a whole key stay as they are.

    The first value of a cell is kept. Cells it leaves empty are filled from later rows with their origin; a later
    value that differs is a ``conflict``; a row that adds nothing is a ``duplicate_row``.
    """
    table = TABLES[name]
    held = register.tables.get(name)
    if held is None or not len(held):
        return []
    later, first = _repeated(held.data, table)
    if not len(later):
        return []
    adds = np.zeros(len(later), dtype=bool)
    clashes = np.zeros(len(later), dtype=bool)
    found: list[Defect] = []
    places = Places(register)
    data, origin = dict(held.data.items()), dict(held.origin)
    for column in table.columns:
        if column.name in table.key:
            continue
        fill, clash = _meet(data[column.name], later, first)
        adds[fill] = True
        if len(fill):
            data[column.name], origin[column.name] = _filled(
                data[column.name], origin[column.name], later[fill], first[fill]
            )
        if len(clash) and not (table.linked_by_name and column.name in ("firm_name", "address")):
            clashes[clash] = True
            found += _conflicts(places, table, column.name, data[column.name], later[clash], first[clash])
    found += _duplicates(register, places, table, held, later[~adds & ~clashes], first[~adds & ~clashes])
    found += _merged(register, table, held, later[adds])
    keep = np.ones(len(held), dtype=bool)
    keep[later] = False
    frame = pd.DataFrame(data).loc[keep].reset_index(drop=True)
    register.tables[name] = RegisterTable(frame, _kept(origin, keep))
    return found


def _kept(origin: dict[str, Ints], keep: npt.NDArray[np.bool_]) -> dict[str, Ints]:
    shared: dict[int, Ints] = {}
    for codes in origin.values():
        shared.setdefault(id(codes), codes[keep])
    return {column: shared[id(codes)] for column, codes in origin.items()}


def whole_key(data: pd.DataFrame, table: Table) -> npt.NDArray[np.bool_]:
    """Tell which rows have every part of their key."""
    whole = np.ones(len(data), dtype=bool)
    for name in table.key:
        whole &= ~is_nothing(data[name])
    return whole


def is_nothing(values: pd.Series) -> npt.NDArray[np.bool_]:
    """Tell where a column holds nothing: ``""``, NaN, NaT, <NA> or None."""
    empty = np.array(values.isna(), dtype=bool)
    if isinstance(values.dtype, pd.StringDtype):
        empty |= np.asarray(values == "", dtype=bool)
    return empty


def _repeated(data: pd.DataFrame, table: Table) -> tuple[Ints, Ints]:
    """Return the positions of rows whose key stands earlier too, and of the first row with that key."""
    key = data[list(table.key)]
    again = key.duplicated().to_numpy()
    if not again.any():
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    groups = key.groupby(list(table.key), sort=False, dropna=False).ngroup().to_numpy()
    _, starts = np.unique(groups, return_index=True)
    later = np.flatnonzero(again & whole_key(data, table))
    return later.astype(np.int64), starts[groups[later]].astype(np.int64)


def _meet(values: pd.Series, later: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Return which of the later rows fill an empty first cell, and which contradict the value that stands there."""
    theirs, ours = values.iloc[later], values.iloc[first].copy()
    empty, given = is_nothing(ours), ~is_nothing(theirs)
    candidates = np.flatnonzero(empty & given)
    _, chosen = np.unique(first[candidates], return_index=True)
    fill = candidates[chosen].astype(np.int64)
    standing = ours.to_numpy(dtype=object, copy=True)
    filled = dict(zip(first[fill].tolist(), theirs.iloc[fill].to_numpy(dtype=object), strict=True))
    for position in np.flatnonzero(empty):
        standing[position] = filled.get(int(first[position]))
    stated = np.flatnonzero(given)
    offered = theirs.to_numpy(dtype=object)
    clash = stated[np.array([bool(offered[p] != standing[p]) for p in stated], dtype=bool)]
    return fill, clash.astype(np.int64)


def _filled(values: pd.Series, codes: Ints, later: Ints, first: Ints) -> tuple[pd.Series, Ints]:
    values, codes = values.copy(), codes.copy()
    if values.dtype == object:
        held = values.to_numpy(dtype=object, copy=True)
        held[first] = held[later]
        values = pd.Series(held, dtype="object")
    else:
        values.iloc[first] = values.iloc[later].array
    codes[first] = codes[later]
    return values, codes


def _conflicts(places: Places, table: Table, name: str, values: pd.Series, later: Ints, first: Ints) -> list[Defect]:
    drawn = table.column(name).kind is Kind.GEOMETRY
    return [
        defect(
            "conflict",
            place=places.of(table.name, int(position), name),
            value="图形" if drawn else _shown(values.iat[position]),
            kept="图形" if drawn else _shown(values.iat[origin]),
            first=where(places.of(table.name, int(origin), name)),
        )
        for position, origin in zip(later, first, strict=True)
    ]


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, (bool, np.bool_)):
        return "是" if value else "否"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def where(place: dict[str, Any]) -> str:
    """Say a place as people do: ``税收.xlsx / 2022 / F12``; ``另一行`` where nothing is known."""
    cell = f"{place.get('column', '')}{place.get('row', '')}"
    cell = f"第{cell}行" if cell.isdigit() else cell
    return " / ".join(part for part in (place.get("file", ""), place.get("sheet", ""), cell) if part) or "另一行"


def _row_sources(table: Table, held: RegisterTable, positions: Ints) -> Ints:
    codes = np.full(len(positions), NO_ORIGIN, dtype=np.int64)
    for name in table.key:
        if name in held.origin:
            own = held.origin[name][positions]
            codes = np.where(codes == NO_ORIGIN, own, codes)
    return codes >> _ROW_BITS


def _duplicates(
    register: Register, places: Places, table: Table, held: RegisterTable, later: Ints, first: Ints
) -> list[Defect]:
    found = []
    same = _row_sources(table, held, later) == _row_sources(table, held, first)
    key = table.key[0]
    for position, origin, one_sheet in zip(later, first, same, strict=True):
        if one_sheet or _same_columns(register, held, int(position), int(origin), table):
            place = places.of(table.name, int(position), key)
            found.append(defect("duplicate_row", place=place, first=where(places.of(table.name, int(origin), key))))
    return found


def _same_columns(register: Register, held: RegisterTable, one: int, other: int, table: Table) -> bool:
    ours, theirs = (_row_sources(table, held, np.array([position]))[0] for position in (one, other))
    if ours < 0 or theirs < 0:
        return True
    return set(register.sources[ours].columns) == set(register.sources[theirs].columns)


def _merged(register: Register, table: Table, held: RegisterTable, later: Ints) -> list[Defect]:
    sources, counts = np.unique(_row_sources(table, held, later), return_counts=True)
    found = []
    for number, count in zip(sources.tolist(), counts.tolist(), strict=True):
        source = register.sources[number] if number >= 0 else None
        place = {"table": table.name, "file": source.file if source else "", "sheet": source.sheet if source else ""}
        found.append(defect("rows_merged", place=place, count=count))
    return found
