"""Headings of a batch that no column answers to."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pyarrow.compute as pc

from mujun.register.schema import TABLES, Column
from mujun.web.register.imports import rehearsal as rehearsals
from mujun.web.register.models import ImportBatch


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """A heading in a sheet of a table, and the columns it might mean."""

    table: str
    label: str
    file: str
    sheet: str
    cell: str
    heading: str
    columns: tuple[Column, ...]
    key_missing: bool


def unknown_headings(batch: ImportBatch) -> list[Question]:
    """Return the headings that the present rehearsal of ``batch`` did not know, those of unreadable tables first."""
    if rehearsals.meta(batch.rehearsal) is None:
        return []
    found = rehearsals.view(batch.rehearsal, "defects")
    wanted = pa.array(["column_unknown", "key_column_missing"])
    rows = found.filter(pc.is_in(found["code"], value_set=wanted)).to_pylist()
    lacking = {(row["file"], row["sheet"]) for row in rows if row["code"] == "key_column_missing"}
    questions = [
        Question(
            table=row["table"], label=TABLES[row["table"]].label, file=row["file"], sheet=row["sheet"], cell=row["cell"],
            heading=row["value"], columns=TABLES[row["table"]].columns, key_missing=(row["file"], row["sheet"]) in lacking,
        )
        for row in rows
        if row["code"] == "column_unknown" and row["table"] in TABLES and row["value"]
    ]  # fmt: skip
    return sorted(questions, key=lambda question: not question.key_missing)
