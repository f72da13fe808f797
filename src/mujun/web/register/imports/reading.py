"""Reading a batch: files to a register, names to firms, known decisions first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.base.defects import Defect, DefectLog
from mujun.register.catalogue import defect
from mujun.register.merging import merge_rows
from mujun.register.schema import TABLES, Kind
from mujun.register.tables import Register, RegisterTable, conform
from mujun.web.register import queries
from mujun.web.register.imports.uploads import folder_with_files
from mujun.web.register.models import DoubtfulPair, ImportBatch, MappingProfile
from mujun.web.register.storage import Codes, blank

Report = Callable[[str, int, int], None]
LONGEST_KEY = 200
MOST_TOLD = 1000
_WITHOUT_SHAPES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
PAIR_FIELDS = ("table", "name", "address", "firm_id", "candidate_name", "candidate_address", "score", "rows")


def read_batch(batch: ImportBatch, report: Report) -> tuple[Register, DefectLog]:
    """Read the files of ``batch`` with the headings remembered for its source; names are not linked yet."""
    from mujun.files.county import read_county

    def course(file: str, done: int, total: int) -> None:
        report(_("读取文件"), done, total)

    with folder_with_files(batch) as folder:
        known = _known_parcels() if any(_has_shapes(path) for path in folder.rglob("*")) else None
        return read_county(
            folder,
            mappings=mappings_of(batch.source_name),
            progress=course,
            known=known,
            link=False,
            tables=batch.answers.get("tables", {}),
            coordinates=batch.answers.get("coordinates", ""),
        )


def _known_parcels() -> Register | None:
    """The parcels to compare coordinates with; None where the register has none, then those in the files serve."""
    known = queries.current_frame("parcels")
    return Register({"parcels": RegisterTable(known)}) if len(known) else None


def _has_shapes(path: Path) -> bool:
    return path.suffix.lower() not in _WITHOUT_SHAPES and path.is_file()


def mappings_of(source_name: str) -> dict[str, dict[str, str]]:
    """Return table → heading → column as remembered for a source."""
    return dict(MappingProfile.objects.filter(source_name=source_name).values_list("table", "mapping"))


def link(register: Register) -> tuple[Register, list[Defect], pd.DataFrame]:
    """Give rows without a credit code their firm: by decisions already taken, else by name and address.

    Candidates are the firms of the register together with those in the files. Returns the register, what there is to
    say, and the doubtful pairs (columns :data:`PAIR_FIELDS`).
    """
    lacking = [name for name, held in register.tables.items() if TABLES[name].linked_by_name and _lacks(held)]
    none = pd.DataFrame({name: [] for name in PAIR_FIELDS})
    if not lacking:
        return register, [], none
    decided = dict(_decided())
    told: list[Defect] = []
    for name in lacking:
        _follow(register.tables[name], decided)
        told += merge_rows(register, name)
    candidates = _with_known_firms(register)
    from mujun.register.linking import link_firms

    linked, defects, pairs = link_firms(candidates)
    tables = {name: held for name, held in linked.tables.items() if name != "firms"}
    if "firms" in register.tables:
        tables["firms"] = register.tables["firms"]
    kept = Register({n: tables[n] for n in TABLES if n in tables}, register.sources)
    return kept, [*told, *defects], _undecided(pairs)


def _lacks(held: RegisterTable) -> bool:
    return bool((held.data["firm_id"] == "").any())


def _decided() -> list[tuple[tuple[str, str], str]]:
    rows = DoubtfulPair.objects.filter(same=True).order_by("id").values_list("name", "address", "firm_id")
    return [((name, address), firm_id) for name, address, firm_id in rows]


def _undecided(pairs: pd.DataFrame) -> pd.DataFrame:
    """Leave out pairs that a person has said are not one firm, in whichever batch."""
    rows = DoubtfulPair.objects.filter(same=False).values_list("name", "address", "firm_id")
    refused = set(rows)
    asked = [key not in refused for key in zip(pairs["name"], pairs["address"], pairs["firm_id"], strict=True)]
    return pairs[np.array(asked, dtype=bool)].reset_index(drop=True)


def _follow(held: RegisterTable, decided: dict[tuple[str, str], str]) -> None:
    if not decided:
        return
    open_rows = np.flatnonzero((held.data["firm_id"] == "").to_numpy(dtype=bool))
    names, addresses = held.data["firm_name"].tolist(), held.data["address"].tolist()
    firms = held.data["firm_id"].tolist()
    for position in open_rows.tolist():
        firms[position] = decided.get((names[position], addresses[position]), "")
    held.data["firm_id"] = pd.Series(firms, dtype="str")


def _with_known_firms(register: Register) -> Register:
    """Return ``register`` with the firms already known added to its own; those in the files come first."""
    known = queries.current_frame("firms")
    own = register["firms"]
    extra = known[~known["firm_id"].isin(own["firm_id"])]
    firms = RegisterTable(conform(pd.concat([own, extra], ignore_index=True), TABLES["firms"]))
    return Register({**register.tables, "firms": firms}, register.sources)


def keyed(register: Register) -> tuple[Register, list[Defect]]:
    """Leave out rows whose key is not known, and join rows of one key; what is left can be written row by row."""
    result = Register(dict(register.tables), register.sources)
    said: list[Defect] = []
    for name in TABLES:
        if name not in register.tables:
            continue
        said += _leave_out(result, name)
        if result.tables[name].data.duplicated(list(TABLES[name].key)).any():
            said += merge_rows(result, name)
    tables = {name: result.tables[name] for name in TABLES if len(result.tables.get(name, ()))}
    return Register(tables, register.sources), said


def _leave_out(register: Register, name: str) -> list[Defect]:
    table, held = TABLES[name], register.tables[name]
    data = held.data if list(held.data.columns) == table.column_names else conform(held.data, table)
    said: list[Defect] = []
    keep = np.ones(len(data), dtype=bool)
    for part in table.key:
        column = table.column(part)
        bad = blank(column, data[part]) & (column.kind is not Kind.DATE)
        if column.kind in (Kind.CODE, Kind.TEXT):
            bad = bad | (data[part].str.len() > LONGEST_KEY).to_numpy(dtype=bool)
        # A name that could not be linked has been reported where it was looked for.
        told = (data["firm_name"] != "").to_numpy(dtype=bool) if part == "firm_id" and table.linked_by_name else ~keep
        for position in np.flatnonzero(bad & keep & ~told)[:MOST_TOLD].tolist():
            said.append(defect("key_missing", place=_place(register, name, position, part), label=column.label))
        keep &= ~bad
    if keep.all():
        register.tables[name] = RegisterTable(data, held.origin)
        return said
    kept = np.flatnonzero(keep)
    picked: dict[int, Codes] = {}
    origin = {column: picked.setdefault(id(codes), codes[kept]) for column, codes in held.origin.items()}
    register.tables[name] = RegisterTable(data.take(kept).reset_index(drop=True), origin)
    return said


def _place(register: Register, name: str, position: int, column: str) -> dict[str, Any]:
    """Where a row stands: the cell of ``column``, or of the first column that has one."""
    place: dict[str, Any] = {"table": name, "field": column}
    cells = (register.cell(name, position, other) for other in (column, *TABLES[name].column_names))
    cell = next((found for found in cells if found is not None), None)
    if cell is not None:
        place |= {"file": cell.file, "sheet": cell.sheet, "row": cell.row, "column": cell.column}
    return place
