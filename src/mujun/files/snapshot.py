"""A register frozen as Parquet: the values, and for every value the cell it came from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mujun.register.schema import TABLES, Kind
from mujun.register.tables import Register, RegisterTable, Source, conform

_ORIGIN = "_origin"


def write_snapshot(
    register: Register, folder: Path, tables: Iterable[str] = tuple(TABLES), shapes: Collection[str] = ()
) -> None:
    """Write ``tables`` of the register and its sources into ``folder``; geometry only of the tables in ``shapes``.

    Columns that share their cells' rows share one origin column; others get one of their own.
    """
    folder.mkdir(parents=True)
    for name in tables:
        held = register.tables.get(name)
        if held is None or not len(held):
            continue
        kept = [column.name for column in TABLES[name].columns if column.kind is not Kind.GEOMETRY or name in shapes]
        table = pa.Table.from_pandas(held.data[kept], preserve_index=False)
        shared: dict[int, str] = {}
        layout: dict[str, str] = {}
        for column in kept:
            codes = held.origin.get(column)
            if codes is None:
                continue
            if id(codes) not in shared:
                shared[id(codes)] = f"{_ORIGIN}{len(shared)}"
                table = table.append_column(shared[id(codes)], pa.array(codes, pa.int64()))
            layout[column] = shared[id(codes)]
        table = table.replace_schema_metadata({"origin": json.dumps(layout)})
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    sources = [
        {"file": s.file, "sheet": s.sheet, "batch": s.batch, "columns": {k: list(v) for k, v in s.columns.items()}}
        for s in register.sources
    ]
    text = json.dumps(sources, ensure_ascii=False, indent=1)
    (folder / "sources.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def read_snapshot(folder: Path) -> Register:
    """Read a register that :func:`write_snapshot` wrote. Raises OSError, ValueError or ArrowException where broken."""
    register = Register()
    for source in json.loads((folder / "sources.json").read_text(encoding="utf-8")):
        columns = {name: (letter, heading) for name, (letter, heading) in source["columns"].items()}
        register.sources.append(Source(source["file"], source["sheet"], columns, source["batch"]))
    for name, table in TABLES.items():
        file = folder / f"{name}.parquet"
        if not file.exists():
            continue
        frozen = pq.read_table(file)
        layout = json.loads((frozen.schema.metadata or {}).get(b"origin", b"{}"))
        codes = {column: frozen.column(column).to_numpy().astype(np.int64) for column in set(layout.values())}
        data = frozen.select([column for column in frozen.column_names if not column.startswith(_ORIGIN)]).to_pandas()
        origin = {column: codes[where] for column, where in layout.items()}
        register.tables[name] = RegisterTable(conform(data, table), origin)
    return register
