"""Reading a batch: files to a register, names to firms, known decisions first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from mujun.base.defects import Defect, DefectLog, Severity
from mujun.register.merging import merge_rows
from mujun.register.schema import TABLES, Kind, Table
from mujun.register.tables import Register, RegisterTable, conform
from mujun.web.register import queries
from mujun.web.register.imports.uploads import folder_with_files
from mujun.web.register.models import DoubtfulPair, ImportBatch, MappingProfile
from mujun.web.register.storage import blank

Report = Callable[[str, int, int], None]
LONGEST_KEY = 200
_WITHOUT_SHAPES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
PAIR_FIELDS = ("table", "name", "address", "firm_id", "candidate_name", "candidate_address", "score", "rows")


def read_batch(batch: ImportBatch, report: Report) -> tuple[Register, DefectLog]:
    """Read the files of ``batch`` with the headings remembered for its source; names are not linked yet."""
    from mujun.files.county import read_county

    def course(file: str, done: int, total: int) -> None:
        report(_("读取文件"), done, total)

    with folder_with_files(batch) as folder:
        known = _known_parcels() if any(_has_shapes(path) for path in folder.rglob("*")) else None
        return read_county(folder, mappings=mappings_of(batch.source_name), progress=course, known=known, link=False)


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
    """Leave out rows whose key is not known, or is known twice, and say so; the rest can be written."""
    tables: dict[str, RegisterTable] = {}
    defects = DefectLog()
    for name in TABLES:
        if name in register.tables and len(register.tables[name]):
            tables[name] = _keyed(register, name, defects)
    return Register(tables, register.sources), list(defects)


def _keyed(register: Register, name: str, defects: DefectLog) -> RegisterTable:
    table, held = TABLES[name], register.tables[name]
    data = conform(held.data, table)
    keep = np.ones(len(data), dtype=bool)
    for part in table.key:
        column = table.column(part)
        bad = blank(column, data[part]) if column.kind is not Kind.DATE else np.zeros(len(data), dtype=bool)
        if column.kind in (Kind.CODE, Kind.TEXT):
            bad = bad | (data[part].str.len() > LONGEST_KEY).to_numpy(dtype=bool)
        for position in np.flatnonzero(bad & keep)[:1000].tolist():
            defects.add(_without_key(register, table, position, part))
        keep &= ~bad
    twice = data.duplicated(list(table.key), keep="first").to_numpy(dtype=bool) & keep
    for position in np.flatnonzero(twice)[:1000].tolist():
        defects.add(_twice(register, table, position))
    keep &= ~twice
    if keep.all():
        return RegisterTable(data, held.origin)
    kept = np.flatnonzero(keep)
    origin = {column: codes[kept] for column, codes in held.origin.items()}
    return RegisterTable(data.take(kept).reset_index(drop=True), origin)


def _place(register: Register, table: Table, position: int, column: str) -> dict[str, object]:
    cells = (register.cell(table.name, position, name) for name in (column, *table.column_names))
    cell = next((found for found in cells if found is not None), None)
    return {"file": cell.file, "sheet": cell.sheet, "row": cell.row, "column": cell.column} if cell else {}


def _without_key(register: Register, table: Table, position: int, column: str) -> Defect:
    label = table.column(column).label
    return Defect(
        code="key.missing", severity=Severity.ERROR, table=table.name, field=column,
        message=_("这一行不知道{label}，没有收进登记簿。").format(label=label),
        mend=_("请补上{label}；只有企业名称的行，请在“存疑企业”里认定后重新预演。").format(label=label),
        **_place(register, table, position, column),  # type: ignore[arg-type]
    )  # fmt: skip


def _twice(register: Register, table: Table, position: int) -> Defect:
    return Defect(
        code="key.twice", severity=Severity.ERROR, table=table.name, field=table.key[0],
        message=_("同一个{label}在这一批里出现了不止一次，只收了第一行。").format(
            label="+".join(table.column(part).label for part in table.key)
        ),
        mend=_("请留下一行。"),
        **_place(register, table, position, table.key[0]),  # type: ignore[arg-type]
    )  # fmt: skip
