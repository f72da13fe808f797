"""Reading the register: as it is known now, as it was known at a revision, and row by row by index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.register.schema import TABLES, Kind, Table
from mujun.register.tables import NO_ORIGIN, Cell, Register, RegisterTable, Source
from mujun.web.register import workers
from mujun.web.register.models import (
    MODELS,
    Correction,
    DoubtfulPair,
    ImportBatch,
    JobProgress,
    JobState,
    ParcelLineage,
    Revision,
    SourceSheet,
)
from mujun.web.register.storage import ROW_BITS, ROW_MASK, Codes, Held, quote, read
from mujun.web.register.values import typed
from mujun.web.register.wording import texts

CURRENT = "until IS NULL"
AS_OF = "since <= %s AND (until IS NULL OR until > %s)"


def current_revision() -> int:
    """Return the number of the newest revision; 0 before the first."""
    return Revision.objects.order_by("-id").values_list("id", flat=True).first() or 0


def revision_at(when: dt.datetime) -> int:
    """Return the newest revision known at the moment ``when`` (that moment included); 0 before the first."""
    return Revision.objects.filter(at__lte=when).order_by("-id").values_list("id", flat=True).first() or 0


def load_register(revision: int | None = None, tables: Iterable[str] | None = None) -> Register:
    """Return the register as known at ``revision`` (default: now), whole or only ``tables``.

    Frames conform to the schema; origin codes point into ``sources``, whose batch, file, sheet, row and column
    :meth:`Register.cell` reads. Rows are in the order in which they were written.
    """
    names = list(TABLES) if tables is None else [name for name in TABLES if name in set(tables)]
    where, parameters = (CURRENT, ()) if revision is None else (AS_OF, (revision, revision))
    held = {name: read(TABLES[name], where, parameters) for name in names}
    return as_register(held)


def current_frame(table: str) -> pd.DataFrame:
    """Return the current rows of one table without where they come from."""
    return read(TABLES[table], CURRENT, origins=False).data


def current_columns(table: str, columns: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """Yield the values of a few columns of the current rows of one table."""
    yield from MODELS[table].objects.filter(until=None).values_list(*columns).iterator(chunk_size=10_000)


def as_register(held: dict[str, Held]) -> Register:
    """Turn versions as read from the database into a register with the sources they point at."""
    numbers = sorted({int(n) for table in held.values() for n in _sources(table)})
    sheets = SourceSheet.objects.in_bulk(numbers)
    sources = [
        Source(sheets[n].file, sheets[n].sheet, {k: tuple(v) for k, v in sheets[n].columns.items()}, _batch(sheets[n]))
        for n in numbers
    ]
    tables = {
        name: RegisterTable(table.data, _local(TABLES[name], table.codes, numbers, sources))
        for name, table in held.items()
    }
    return Register(tables, sources)


def _batch(sheet: SourceSheet) -> str:
    return str(sheet.batch_id) if sheet.batch_id else ""


def _sources(held: Held) -> set[int]:
    distinct = {id(codes): codes for codes in held.codes.values()}
    found: set[int] = set()
    for codes in distinct.values():
        found.update(np.unique(codes[codes != NO_ORIGIN] >> ROW_BITS).tolist())
    return found


def _local(
    table: Table, codes: dict[str, Codes], numbers: Sequence[int], sources: Sequence[Source]
) -> dict[str, Codes]:
    """Point codes at positions in ``sources``; a column its sheet does not have stands nowhere."""
    ids = np.array(numbers, dtype=np.int64)
    moved: dict[int, tuple[Codes, np.ndarray[Any, Any]]] = {}
    result: dict[str, Codes] = {}
    for column in table.column_names:
        array = codes[column]
        if id(array) not in moved:
            position = np.searchsorted(ids, array >> ROW_BITS)
            local = np.where(array == NO_ORIGIN, NO_ORIGIN, (position << ROW_BITS) | (array & ROW_MASK))
            moved[id(array)] = (local, np.where(array == NO_ORIGIN, 0, position))
        local, position = moved[id(array)]
        has = np.array([column in source.columns for source in sources], dtype=bool)
        if not len(sources) or has.all():
            result[column] = local
        elif has.any():
            result[column] = np.where(has[position], local, NO_ORIGIN)
    return result


def current_row(table: str, key: Sequence[str]) -> Held | None:
    """Return the current version of one row by the texts of its key, or None; one look-up in the key's index."""
    held = rows_by_key(table, key, current_only=True)
    return held if held is not None and len(held) else None


def rows_by_key(table: str, key: Sequence[str], *, current_only: bool = False) -> Held | None:
    """Return all versions of one row, the oldest first; None where the key cannot be one of this table."""
    schema = TABLES[table]
    if len(key) != len(schema.key):
        return None
    conditions, parameters = [], []
    for name, written in zip(schema.key, key, strict=True):
        value = typed(schema.column(name), written)
        if value is None and schema.column(name).kind in (Kind.CODE, Kind.TEXT):
            value = ""
        conditions.append(f"{quote(name)} IS NULL" if value is None else f"{quote(name)} = %s")
        parameters += [] if value is None else [value]
    if current_only:
        conditions.append(CURRENT)
    return read(schema, " AND ".join(conditions), parameters)


def rows_where(table: str, column: str, values: Sequence[str], revision: int | None = None) -> Held:
    """Return the versions (current, or as known at ``revision``) whose ``column`` is one of ``values``."""
    if not values:
        return read(TABLES[table], "1 = 0")
    marks = ", ".join(["%s"] * len(values))
    where, parameters = (CURRENT, ()) if revision is None else (AS_OF, (revision, revision))
    return read(TABLES[table], f"{quote(column)} IN ({marks}) AND {where}", [*values, *parameters])


FIRM_TABLES = ("firms", "occupancy", "measures", "taxes", "marks")


def firm_register(firm_id: str, revision: int | None = None) -> Register:
    """Return everything the register holds of one firm: its row, shares of land, measures, taxes, marks.

    Also the shares it lets (``occupancy`` where it is the lessor) and the parcels all these lie on. Every read is
    a look-up by index, whatever the number of firms.
    """
    held = {table: rows_where(table, "firm_id", [firm_id], revision) for table in FIRM_TABLES}
    let = rows_where("occupancy", "lessor_id", [firm_id], revision)
    held["occupancy"] = _union(TABLES["occupancy"], held["occupancy"], let)
    parcels = sorted({*held["occupancy"].data["parcel_id"].tolist()} - {""})
    own = rows_where("parcels", "holder_id", [firm_id], revision)
    held["parcels"] = _union(TABLES["parcels"], rows_where("parcels", "parcel_id", parcels, revision), own)
    return as_register(held)


def parcel_register(parcel_id: str, revision: int | None = None) -> Register:
    """Return everything the register holds of one parcel: its row, buildings and all shares of its land."""
    held = {
        "parcels": rows_where("parcels", "parcel_id", [parcel_id], revision),
        "buildings": rows_where("buildings", "parcel_id", [parcel_id], revision),
        "occupancy": rows_where("occupancy", "parcel_id", [parcel_id], revision),
    }
    firms = {
        *held["occupancy"].data["firm_id"],
        *held["occupancy"].data["lessor_id"],
        *held["parcels"].data["holder_id"],
    }
    held["firms"] = rows_where("firms", "firm_id", sorted(firms - {""}), revision)
    return as_register(held)


def _union(table: Table, first: Held, second: Held) -> Held:
    extra = np.flatnonzero(~np.isin(second.ids, first.ids))
    if not len(extra):
        return first
    data = pd.concat([first.data, second.data.take(extra)], ignore_index=True)
    codes = {name: np.concatenate([first.codes[name], second.codes[name][extra]]) for name in table.column_names}
    return Held(np.concatenate([first.ids, second.ids[extra]]), data, codes)


def cells_of(table: str, key: Sequence[str]) -> dict[str, Cell]:
    """Return for each column of the current row ``key`` the cell its value stands in (columns without one left out)."""
    held = current_row(table, key)
    if held is None:
        return {}
    register = as_register({table: held})
    found = {name: register.cell(table, 0, name) for name in TABLES[table].column_names}
    return {name: cell for name, cell in found.items() if cell is not None}


def history(table: str, key: Sequence[str]) -> list[dict[str, Any]]:
    """Return the versions of a row, the newest first.

    Each has ``since`` and ``until`` (Revision or None), ``values`` by column, and ``changes``: for each column that
    differs from the version before, (before, after) as people read it.
    """
    held = rows_by_key(table, key)
    if held is None or not len(held):
        return []
    schema = TABLES[table]
    words = {column.name: texts(column, held.data[column.name]) for column in schema.columns}
    spans = _spans(schema, held)
    revisions = Revision.objects.select_related("by", "batch").in_bulk({n for span in spans for n in span if n})
    versions = []
    for position, (since, until) in enumerate(spans):
        now = {name: column[position] for name, column in words.items()}
        old = {name: column[position - 1] if position else "" for name, column in words.items()}
        geometry = (
            schema.geometry and position and held.data["geometry"][position] != held.data["geometry"][position - 1]
        )
        changes = {name: (old[name], now[name]) for name in now if now[name] != old[name]}
        if geometry:
            changes["geometry"] = (old["geometry"], now["geometry"])
        versions.append(
            {"since": revisions[since], "until": revisions.get(until or 0), "values": now, "changes": changes}
        )
    return versions[::-1]


def _spans(table: Table, held: Held) -> list[tuple[int, int | None]]:
    found = {
        pk: (since, until)
        for pk, since, until in MODELS[table.name]
        .objects.filter(pk__in=held.ids.tolist())
        .values_list("pk", "since_id", "until_id")
    }
    return [found[int(number)] for number in held.ids]


def corrections_of(table: str, key: Sequence[str]) -> list[Correction]:
    """Return every correction made to a row, the newest first."""
    found = Correction.objects.filter(table=table, key_text="|".join(key)[:300]).select_related("by", "revision")
    return list(found)


def lineage_of(parcel_id: str, revision: int | None = None) -> tuple[list[ParcelLineage], list[ParcelLineage]]:
    """Return (where the parcel came from, what became of it), as known now or at ``revision``."""
    known = ParcelLineage.objects.all()
    if revision is None:
        known = known.filter(until=None)
    else:
        known = known.filter(since__lte=revision).exclude(until__lte=revision)
    return list(known.filter(child=parcel_id)), list(known.filter(parent=parcel_id))


def as_it_stands(job: JobProgress) -> JobProgress:
    """Return ``job`` as it stands: one whose worker is gone waits for a worker, also before one takes it up."""
    if job.state == JobState.RUNNING and not workers.alive(job.worker):
        job.refresh_from_db()
        if job.state == JobState.RUNNING and not workers.alive(job.worker):
            job.state = JobState.WAITING
            job.doing = _("后台程序中断了，重新启动后会自动接着做")
    return job


def latest_job(about: str, *kinds: str) -> JobProgress | None:
    """Return the newest job about something (``batch:7``), of these kinds if any are named."""
    found = JobProgress.objects.filter(about=about)
    return (found.filter(kind__in=kinds) if kinds else found).order_by("-pk").first()


def source_names() -> list[str]:
    """Return the names of all who handed something over, for the input box."""
    return list(ImportBatch.objects.order_by("source_name").values_list("source_name", flat=True).distinct())


def open_pairs() -> int:
    """Return how many doubtful pairs wait for a decision."""
    return DoubtfulPair.objects.filter(same=None).count()


def firm_names(firm_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return (name, town) by code for those firms that the register knows now."""
    found = MODELS["firms"].objects.filter(until=None, firm_id__in=list(firm_ids))
    return {firm_id: (name, town) for firm_id, name, town in found.values_list("firm_id", "name", "town")}
