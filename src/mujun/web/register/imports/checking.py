"""What the tables will say against each other once a batch is in: checked before anything is written."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.checks import check_register
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, Source
from mujun.web.register import queries
from mujun.web.register.imports.compare import TableChange, match
from mujun.web.register.storage import read


def cross_checks(changes: dict[str, TableChange], sources: list[Source]) -> list[Defect]:
    """Return what there is to say about rows of the files, seen together with everything the register holds.

    What concerns no row of the files (a table the county has yet to hand over, an older row) is left out.
    """
    tables = {name: _standing_table(name, changes.get(name)) for name in TABLES}
    after = Register({name: held for name, held in tables.items() if len(held)}, sources)
    return [defect for defect in check_register(after) if defect.file]


def _standing_table(name: str, change: TableChange | None) -> RegisterTable:
    """The rows of the files with their cells, then the rows held that the files do not name, without."""
    table = TABLES[name]
    held = read(table, queries.CURRENT, origins=False)
    if change is None or change.standing is None:
        return RegisterTable(held.data)
    data, codes = change.standing
    if change.whole:
        held.data, held.ids = held.data[~np.isin(held.ids, change.gone.ids)].reset_index(drop=True), held.ids[:0]
    others = held.data[match(table, held.data, data) < 0]
    if not len(others):
        return RegisterTable(data, codes)
    shared: dict[int, np.ndarray] = {}
    nowhere = np.full(len(others), -1, dtype=np.int64)
    origin = {column: shared.setdefault(id(array), np.concatenate([array, nowhere])) for column, array in codes.items()}
    return RegisterTable(pd.concat([data, others], ignore_index=True), origin)
