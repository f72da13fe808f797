"""The database as plain files that fit either database: one file of JSON lines per table, read and written by column.

Reading models instead of a vendor's own dump lets a backup made on SQLite be restored into PostgreSQL and back.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import connections, models

CHUNK = 2000
LEFT_OUT = frozenset({"sessions.session"})
"""Tables whose rows mean nothing elsewhere: everybody signs in again."""


def tables(apps: Any) -> Iterator[type[models.Model]]:
    """Yield every model that has a table of its own, join tables included, in a stable order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    yield from sorted(found, key=lambda model: model._meta.label_lower)


def stored_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields that have a column whose value is not computed by the database."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def dump(apps: Apps, alias: str, folder: Path) -> dict[str, int]:
    """Write every table of database ``alias`` into ``folder`` and return the number of rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for model in tables(apps):
        fields = stored_fields(model)
        rows = model._base_manager.using(alias).order_by("pk").values_list(*(field.attname for field in fields))
        count = 0
        with (folder / f"{model._meta.label_lower}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps([field.attname for field in fields]) + "\n")
            for row in rows.iterator(chunk_size=CHUNK):
                file.write(json.dumps(row, ensure_ascii=False, default=_plain, allow_nan=True) + "\n")
                count += 1
        counts[model._meta.label_lower] = count
    return counts


def load(apps: Any, alias: str, folder: Path) -> dict[str, int]:
    """Put the rows of ``folder`` into the empty tables of database ``alias``; return the number of rows by table.

    ``apps`` are the models as they were when the dump was made. Whatever migrations put into the tables themselves is
    replaced. Call it in a transaction.
    """
    connection = connections[alias]
    counts = {}
    with connection.cursor() as cursor:
        wanted = list(tables(apps))
        for model in wanted:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        for model in wanted:
            file = folder / f"{model._meta.label_lower}.jsonl"
            counts[model._meta.label_lower] = _load_table(cursor, connection, model, file) if file.exists() else 0
        for statement in connection.ops.sequence_reset_sql(no_style(), wanted):
            cursor.execute(statement)
    connection.check_constraints()
    return counts


def _load_table(cursor: Any, connection: Any, model: type[models.Model], file: Path) -> int:
    with file.open(encoding="utf-8") as lines:
        by_name = {field.attname: field for field in stored_fields(model)}
        fields = [by_name[name] for name in json.loads(next(lines))]
        names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table = connection.ops.quote_name(model._meta.db_table)
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own models
        count = 0
        for chunk in _chunks(lines):
            cursor.executemany(
                statement,
                [
                    [
                        field.get_db_prep_save(_value(field, cell), connection)
                        for field, cell in zip(fields, row, strict=True)
                    ]
                    for row in chunk
                ],
            )
            count += len(chunk)
    return count


def _chunks(lines: Iterable[str]) -> Iterator[list[Any]]:
    chunk = []
    for line in lines:
        chunk.append(json.loads(line))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _value(field: Any, cell: Any) -> Any:
    return cell if cell is None or isinstance(field, models.JSONField) else field.to_python(cell)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    raise TypeError(f"no plain form for {type(value).__name__}")
