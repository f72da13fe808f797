"""A sheet as a bureau hands it over: headings, rows of cells, and where it goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from mujun.register.schema import TABLES

Row = dict[str, Any]
"""Cells by column name. Names that start with ``_`` are not written: they keep what the row is about."""


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """One column: its name in the schema (or ``_x`` for a column of the bureau's own), what stands above it, its group."""

    name: str
    text: str
    group: str = ""


@dataclasses.dataclass(slots=True)
class Sheet:
    """One table of one file. ``epsg`` is set where the rows carry geometry (under ``geometry``)."""

    file: str
    sheet: str
    table: str
    headings: Sequence[Heading]
    rows: list[Row]
    title: str = ""
    epsg: int = 0

    def __post_init__(self) -> None:
        known = set(TABLES[self.table].column_names)
        strange = [heading.name for heading in self.headings if heading.name not in known and heading.name[0] != "_"]
        if strange:
            raise ValueError(f"{self.table} has no columns {strange}")

    @property
    def grouped(self) -> bool:
        """Whether a row of merged group headings stands above the headings."""
        return any(heading.group for heading in self.headings)

    @property
    def first_row(self) -> int:
        """The number of the first data row as the user sees it (features of a layer count from 1)."""
        if self.epsg:
            return 1
        return 2 + bool(self.title) + self.grouped

    def letter(self, name: str) -> str:
        """Return the column letter of ``name``; empty for layers, which have no letters."""
        if self.epsg:
            return ""
        for place, heading in enumerate(self.headings):
            if heading.name == name:
                return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)
        return ""


@dataclasses.dataclass(frozen=True, slots=True)
class Planted:
    """One planted defect (or a row that suffers from one): ``case`` ties rows together, of which one must be found."""

    case: int
    kind: str
    codes: tuple[str, ...]
    role: str
    sheet: Sheet
    row: Row
    name: str
