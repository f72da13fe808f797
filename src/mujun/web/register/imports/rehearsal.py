"""A rehearsal kept on disk: every row that an import would write, ready to be shown a page at a time or written.

Kept as Arrow files under ``HOME/rehearsals``: a page of fifty rows out of 100,000 is mapped, not read, and the
commit takes the columns as they are. A folder is written aside and renamed, so there is never half a rehearsal.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from django.conf import settings

from mujun.base.defects import FIELDS, Defect, Severity
from mujun.register.schema import TABLES, Column, Kind, Table
from mujun.register.tables import DTYPES, Source, conform
from mujun.web.register.imports.compare import TableChange
from mujun.web.register.storage import Codes, Held
from mujun.web.register.wording import key_texts, texts

NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
CELL_FIELDS = ("key", "column", "before", "after")


@dataclasses.dataclass(slots=True)
class Rehearsal:
    """What an import would do, compared with revision ``base``. ``sources`` are the sheets its codes point into."""

    base: int
    sources: list[Source]
    changes: dict[str, TableChange]
    defects: Sequence[Defect]
    pairs: pd.DataFrame
    firms: pd.DataFrame

    def counts(self) -> dict[str, dict[str, int]]:
        """Return per table how many rows are new, changed, same, gone, defective, and whether gone rows are closed."""
        defective: dict[str, set[tuple[str, str, int | None]]] = {}
        for defect in self.defects:
            if defect.severity is Severity.NOTICE:
                continue
            defective.setdefault(defect.table, set()).add((defect.file, defect.sheet, defect.row))
        return {
            name: {
                "new": change.new,
                "changed": change.changed,
                "same": change.same,
                "gone": len(change.gone),
                "defective": len(defective.get(name, ())),
                "whole": int(change.whole),
            }
            for name, change in self.changes.items()
        }


def folder(name: str) -> Path:
    """Return where the rehearsal called ``name`` is kept."""
    return Path(settings.HOME) / "rehearsals" / name


def save(rehearsal: Rehearsal, name: str) -> None:
    """Keep ``rehearsal`` under ``name``."""
    target = folder(name)
    aside = target.with_name(f"{name}.{os.getpid()}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    tables = {}
    for table_name, change in rehearsal.changes.items():
        tables[table_name] = {"same": change.same, "whole": change.whole, "codes": _write_rows(aside, change)}
        _write(aside / f"{table_name}.gone.arrow", _with_ids(change.gone, change.table))
        _write(aside / f"{table_name}.cells.arrow", _cells(change))
    _write(aside / "defects.arrow", _defects(rehearsal.defects))
    _write(aside / "pairs.arrow", pa.Table.from_pandas(rehearsal.pairs, preserve_index=False))
    _write(aside / "firms.arrow", pa.Table.from_pandas(rehearsal.firms, preserve_index=False))
    sources = [dataclasses.asdict(source) for source in rehearsal.sources]
    meta = {"base": rehearsal.base, "sources": sources, "tables": tables}
    (aside / "rehearsal.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)


def discard(name: str) -> None:
    """Forget the rehearsal called ``name``, if it is there."""
    if name:
        shutil.rmtree(folder(name), ignore_errors=True)


def view(name: str, part: str) -> pa.Table:
    """Map one part (``<table>.rows``, ``<table>.cells``, ``<table>.gone``, ``defects``, ``pairs``, ``firms``)."""
    with pa.memory_map(str(folder(name) / f"{part}.arrow")) as source:
        return pa.ipc.open_file(source).read_all()


def meta(name: str) -> dict[str, Any] | None:
    """Return what the rehearsal says about itself; None where there is none (any more)."""
    file = folder(name) / "rehearsal.json"
    return json.loads(file.read_text(encoding="utf-8")) if name and file.is_file() else None


def load_changes(name: str) -> tuple[list[Source], dict[str, TableChange]]:
    """Read what is needed to write: the sources and, per table, rows, their cells, and what they replace."""
    held = meta(name)
    assert held is not None, name
    sources = [Source(**source) for source in held["sources"]]
    return sources, {table: _read_change(name, TABLES[table], about) for table, about in held["tables"].items()}


def _write(path: Path, data: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, data.schema) as writer:
        writer.write_table(data)


def _arrow(column: Column, values: pd.Series[Any]) -> pa.Array:
    if column.kind is Kind.GEOMETRY:
        return pa.array(values, type=pa.binary(), from_pandas=True)
    return pa.Array.from_pandas(values)


def _write_rows(target: Path, change: TableChange) -> dict[str, int]:
    """Write the rows of one table; return per column the number of its code array (columns share them)."""
    arrays: dict[str, pa.Array] = {
        column.name: _arrow(column, change.rows[column.name]) for column in change.table.columns
    }
    arrays["_replaces"] = pa.array(change.replaces)
    numbers: dict[int, int] = {}
    code_of: dict[str, int] = {}
    for name, codes in change.codes.items():
        code_of[name] = numbers.setdefault(id(codes), len(numbers))
        arrays.setdefault(f"_code{code_of[name]}", pa.array(codes))
    _write(target / f"{change.table.name}.rows.arrow", pa.table(arrays))
    return code_of


def _with_ids(held: Held, table: Table) -> pa.Table:
    arrays = {column.name: _arrow(column, held.data[column.name]) for column in table.columns}
    return pa.table({"_id": pa.array(held.ids), **arrays})


def _cells(change: TableChange) -> pa.Table:
    """One row per cell that changes, in the order of rows, with what it was and what it becomes as people read it."""
    table = change.table
    start = change.new
    keys = np.array(key_texts(table, change.rows.iloc[start:]), dtype=object)
    columns: dict[str, list[Any]] = {name: [] for name in ("position", *CELL_FIELDS)}
    for name, mask in change.altered.items():
        positions = np.flatnonzero(mask[start:])
        columns["position"] += positions.tolist()
        columns["key"] += keys[positions].tolist()
        columns["column"] += [name] * len(positions)
        columns["before"] += texts(table.column(name), change.before[name].take(positions))
        columns["after"] += texts(table.column(name), change.rows[name].take(positions + start))
    kinds = {"position": pa.int64(), **dict.fromkeys(CELL_FIELDS, pa.string())}
    cells = pa.table({name: pa.array(values, type=kinds[name]) for name, values in columns.items()})
    return cells.sort_by([("position", "ascending")])


def _defects(defects: Sequence[Defect]) -> pa.Table:
    kinds = {name: pa.int64() if name == "row" else pa.string() for name in FIELDS}
    held = list(defects)
    arrays = {name: pa.array([getattr(d, name) for d in held], type=kind) for name, kind in kinds.items()}
    return pa.table(arrays | {"cell": pa.array([d.cell for d in held], type=pa.string())})


def _as_written(rows: pa.Table, table: Table) -> pd.DataFrame:
    """Return the frame that was written; bare conversion would lose whole numbers and truths with gaps."""
    data = rows.to_pandas(types_mapper=NULLABLE.get)
    same = all(data[column.name].dtype == DTYPES[column.kind] for column in table.columns)
    return data if same else conform(data, table)


def _read_change(name: str, table: Table, about: dict[str, Any]) -> TableChange:
    rows = view(name, f"{table.name}.rows")
    gone = view(name, f"{table.name}.gone")
    arrays = {number: rows[f"_code{number}"].to_numpy() for number in sorted(set(about["codes"].values()))}
    codes: dict[str, Codes] = {column: arrays[number] for column, number in about["codes"].items()}
    data = _as_written(rows.select(table.column_names), table)
    nothing = data.iloc[:0]
    return TableChange(
        table,
        data,
        codes,
        rows["_replaces"].to_numpy(),
        {},
        nothing,
        about["same"],
        Held(gone["_id"].to_numpy(), nothing, {}),
        about["whole"],
    )
