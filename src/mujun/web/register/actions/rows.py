"""Writing versions of rows: many at a time, always under one revision, never over an old version."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from mujun.register.schema import Table
from mujun.register.tables import NO_ORIGIN
from mujun.web.register.models import ImportBatch, Revision, RevisionKind
from mujun.web.register.storage import ROW_BITS, Codes, columns_to_insert, quote, table_name

CHUNK = 20_000
AT_ONCE = 100
"""Rows of one statement: SQLite notes the last id of a table once per statement."""


def next_revision(kind: RevisionKind, *, by: Any, batch: ImportBatch | None = None, **about: Any) -> Revision:
    """Begin a revision. Only one transaction at a time may hold one: the others wait for it here."""
    lock_register()
    return Revision.objects.create(kind=kind, by=by, batch=batch, **about)


def lock_register() -> None:
    """Let no other transaction change the register until this one ends (SQLite's writers are alone anyway)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {quote('register_revision')} IN EXCLUSIVE MODE")


def close(table: Table, ids: Iterable[int], revision: Revision) -> None:
    """End the versions ``ids`` of ``table`` with ``revision``."""
    sql = f"UPDATE {table_name(table)} SET until = %s WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        for part in _chunks((revision.pk, int(number)) for number in ids):
            cursor.executemany(sql, part)


def add(
    table: Table, data: pd.DataFrame, codes: Mapping[str, Codes], revision: Revision, batch: ImportBatch | None
) -> None:
    """Write one version per row of ``data``, known since ``revision``; ``codes`` carry ids of SourceSheet."""
    columns = columns_to_insert(table, data, codes, since=revision.pk, batch=batch.pk if batch else None)
    if not len(data):
        return
    if connection.vendor == "postgresql":
        _copy(table, columns, len(data))
        return
    # What is the same in every row stands in the statement itself: binding it row by row would take a third more time.
    listed = ", ".join(quote(name) for name in columns)
    marks = ", ".join("%s" if isinstance(values, list) else _literal(values) for values in columns.values())
    sql = f"INSERT INTO {table_name(table)} ({listed}) VALUES "  # noqa: S608
    rows = zip(*(values for values in columns.values() if isinstance(values, list)), strict=True)
    with connection.cursor() as cursor:
        for part in _chunks(rows):
            together = len(part) - len(part) % AT_ONCE
            many = [tuple(itertools.chain(*part[n : n + AT_ONCE])) for n in range(0, together, AT_ONCE)]
            cursor.executemany(sql + ", ".join([f"({marks})"] * AT_ONCE), many)
            cursor.executemany(f"{sql}({marks})", part[together:])


def _literal(value: int | str | None) -> str:
    if value is None or value == "":
        return "NULL" if value is None else "''"
    return str(int(value))


def restore(table: Table, closed_by: Revision, revision: Revision) -> int:
    """Write again, as known since ``revision``, every version that ``closed_by`` ended; return how many."""
    names = ["batch_id", "source_id", "row", "origins", *table.column_names]
    listed = ", ".join(quote(name) for name in names)
    name = table_name(table)
    sql = f"INSERT INTO {name} (since, {listed}) SELECT %s, {listed} FROM {name} WHERE until = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [revision.pk, closed_by.pk])
        return int(cursor.rowcount)


def renumber(codes: dict[str, Codes], numbers: Mapping[int, int]) -> dict[str, Codes]:
    """Replace source numbers in ``codes`` by ``numbers``; arrays that columns share stay shared."""
    done: dict[int, Codes] = {}
    return {name: done.setdefault(id(array), _renumber(array, numbers)) for name, array in codes.items()}


def _renumber(codes: Codes, numbers: Mapping[int, int]) -> Codes:
    result = codes.copy()
    sources = codes >> ROW_BITS
    for old, new in numbers.items():
        here = (sources == old) & (codes != NO_ORIGIN)
        result[here] += np.int64(new - old) << ROW_BITS
    return result


def _copy(table: Table, columns: dict[str, list[Any] | int | str | None], size: int) -> None:
    listed = ", ".join(quote(name) for name in columns)
    values = (held if isinstance(held, list) else itertools.repeat(held, size) for held in columns.values())
    with connection.cursor() as cursor, cursor.copy(f"COPY {table_name(table)} ({listed}) FROM STDIN") as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    rows = iter(rows)
    while part := list(itertools.islice(rows, CHUNK)):
        yield part
