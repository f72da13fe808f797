"""What a file would change: its rows against the rows held, column by column, on whole columns at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.schema import Kind, Table
from mujun.register.tables import NO_ORIGIN
from mujun.web.register.storage import Codes, Held, blank

NEW = -1
"""Stands in ``replaces`` for a row that replaces nothing."""


@dataclasses.dataclass(slots=True)
class TableChange:
    """The change of one table. ``rows`` are the versions to write, with where their values stand in ``codes``.

    ``replaces`` has per row the id of the version it takes the place of, or :data:`NEW`; ``altered`` per column
    (only columns that change somewhere) which rows change in it; ``before`` the replaced versions, aligned with
    the rows that replace one. ``gone`` are versions held that the files do not have; they are closed only where
    the files are said to be ``whole``. ``standing`` are all rows of the files as they will stand (with what is kept of
    versions held), and where they stand in the files; only in memory, for checks across tables.
    """

    table: Table
    rows: pd.DataFrame
    codes: dict[str, Codes]
    replaces: npt.NDArray[np.int64]
    altered: dict[str, npt.NDArray[np.bool_]]
    before: pd.DataFrame
    same: int
    gone: Held
    whole: bool
    standing: tuple[pd.DataFrame, dict[str, Codes]] | None = None

    @property
    def new(self) -> int:
        """How many rows are new."""
        return int((self.replaces == NEW).sum())

    @property
    def changed(self) -> int:
        """How many rows take the place of a version held."""
        return len(self.rows) - self.new

    @property
    def closes(self) -> npt.NDArray[np.int64]:
        """The ids of the versions that end."""
        replaced = self.replaces[self.replaces != NEW]
        return np.concatenate([replaced, self.gone.ids]) if self.whole else replaced


def compare(
    table: Table,
    data: pd.DataFrame,
    file_codes: dict[str, Codes],
    held: Held,
    *,
    clear_blanks: bool,
    whole: bool,
    renumber: Callable[[dict[str, Codes]], dict[str, Codes]] = lambda codes: codes,
) -> TableChange:
    """Compare the rows of a file (``data`` conformed, one row per key) with the versions ``held`` now.

    A blank cell says nothing and keeps the value held, unless ``clear_blanks``; a column the file does not have
    keeps it always. For tables by year, only rows of the years in the file can be gone. ``renumber`` turns the codes
    of the files into numbers that no sheet in the database has.
    """
    codes = renumber(file_codes)
    position = match(table, data, held.data)
    matched = np.flatnonzero(position >= 0)
    fresh = np.flatnonzero(position < 0)
    before = held.data.take(position[matched]).reset_index(drop=True)
    after, after_codes, altered = _overlay(
        table,
        data.take(matched).reset_index(drop=True),
        _take(codes, matched),
        before,
        _take(held.codes, position[matched]),
        clear_blanks=clear_blanks,
    )
    differs = np.zeros(len(matched), dtype=bool)
    for mask in altered.values():
        differs |= mask
    changed = np.flatnonzero(differs)
    rows = pd.concat([data.take(fresh), after.take(changed)], ignore_index=True)
    return TableChange(
        table=table,
        rows=rows,
        codes=_join(table, _take(codes, fresh), len(fresh), _take(after_codes, changed), len(changed)),
        replaces=np.concatenate([np.full(len(fresh), NEW, dtype=np.int64), held.ids[position[matched][changed]]]),
        altered={
            name: np.concatenate([np.zeros(len(fresh), dtype=bool), mask[changed]])
            for name, mask in altered.items()
            if mask.any()
        },
        before=before.take(changed).reset_index(drop=True),
        same=len(matched) - len(changed),
        gone=_gone(table, data, held, position),
        whole=whole,
        standing=_standing(data, file_codes, fresh, after, matched),
    )


def _standing(
    data: pd.DataFrame,
    codes: dict[str, Codes],
    fresh: npt.NDArray[np.intp],
    after: pd.DataFrame,
    matched: npt.NDArray[np.intp],
) -> tuple[pd.DataFrame, dict[str, Codes]]:
    if not len(matched):
        return data, codes
    return pd.concat([data.take(fresh), after], ignore_index=True), _take(codes, np.concatenate([fresh, matched]))


def match(table: Table, data: pd.DataFrame, held: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return for each row of ``data`` the position in ``held`` of the row with the same key, or -1."""
    if not len(held) or not len(data):
        return np.full(len(data), -1, dtype=np.int64)
    numbers = key_numbers(table, [held, data])
    found = pd.Index(numbers[: len(held)]).get_indexer(pd.Index(numbers[len(held) :]))
    return np.asarray(found, dtype=np.int64)


def key_numbers(table: Table, frames: list[pd.DataFrame]) -> npt.NDArray[np.int64]:
    """Number the keys of all ``frames``, one after the other: equal keys get equal numbers."""
    total = np.zeros(sum(len(frame) for frame in frames), dtype=np.int64)
    for name in table.key:
        values = pd.concat([frame[name] for frame in frames], ignore_index=True)
        numbers, distinct = pd.factorize(values, use_na_sentinel=False)
        # Number the pairs anew after each column, so that many columns of many values cannot overflow.
        total, _ = pd.factorize(total * np.int64(len(distinct)) + numbers)
    return np.asarray(total, dtype=np.int64)


def _overlay(
    table: Table,
    data: pd.DataFrame,
    codes: dict[str, Codes],
    before: pd.DataFrame,
    held_codes: dict[str, Codes],
    *,
    clear_blanks: bool,
) -> tuple[pd.DataFrame, dict[str, Codes], dict[str, npt.NDArray[np.bool_]]]:
    """Lay what the file states over what is held; return values, their cells, and what differs by column."""
    values: dict[str, pd.Series[Any]] = {}
    where: dict[str, Codes] = {}
    altered: dict[str, npt.NDArray[np.bool_]] = {}
    nowhere = np.full(len(data), NO_ORIGIN, dtype=np.int64)
    for column in table.columns:
        name = column.name
        new, old = data[name], before[name]
        empty = blank(column, new)
        stated = ~empty
        own, theirs = codes.get(name, nowhere), held_codes.get(name, nowhere)
        if clear_blanks and name not in table.key:
            stated |= empty & (own != NO_ORIGIN)
        altered[name] = stated & _unequal(column.kind, new, old)
        values[name] = new if stated.all() else old.where(~stated, new)
        where[name] = np.where(stated, own, theirs)
    return pd.DataFrame(values), where, altered


def _unequal(kind: Kind, new: pd.Series[Any], old: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    if kind in (Kind.CODE, Kind.TEXT):
        return (new != old).to_numpy(dtype=bool)
    neither = new.isna().to_numpy(dtype=bool) & old.isna().to_numpy(dtype=bool)
    if kind is Kind.GEOMETRY:
        return np.fromiter((a != b for a, b in zip(new, old, strict=True)), dtype=bool, count=len(new)) & ~neither
    return (new != old).fillna(True).to_numpy(dtype=bool) & ~neither


def _gone(table: Table, data: pd.DataFrame, held: Held, position: npt.NDArray[np.int64]) -> Held:
    missing = np.ones(len(held), dtype=bool)
    missing[position[position >= 0]] = False
    if "year" in table.key:
        missing &= held.data["year"].isin(data["year"].unique()).to_numpy(dtype=bool)
    kept = np.flatnonzero(missing)
    return Held(held.ids[kept], held.data.take(kept).reset_index(drop=True), _take(held.codes, kept))


def _take(codes: dict[str, Codes], positions: npt.NDArray[np.intp]) -> dict[str, Codes]:
    """Pick positions of every array once, however many columns share it."""
    picked: dict[int, Codes] = {}
    return {name: picked.setdefault(id(array), array[positions]) for name, array in codes.items()}


def _join(table: Table, first: dict[str, Codes], n: int, second: dict[str, Codes], m: int) -> dict[str, Codes]:
    """Put the codes of two runs of rows after each other, sharing arrays where both runs share."""
    joined: dict[tuple[int, int], Codes] = {}
    empty_n, empty_m = np.full(n, NO_ORIGIN, dtype=np.int64), np.full(m, NO_ORIGIN, dtype=np.int64)
    result = {}
    for name in table.column_names:
        a = first.get(name, empty_n) if n else empty_n
        b = second.get(name, empty_m) if m else empty_m
        pair = (id(a), id(b))
        if pair not in joined:
            joined[pair] = np.concatenate([a, b])
        result[name] = joined[pair]
    return result
