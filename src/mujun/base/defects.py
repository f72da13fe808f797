"""Defects: what is wrong with the data, where, and how to mend it. Bad data never raises."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from enum import StrEnum

import pandas as pd


class Severity(StrEnum):
    """How much a defect matters."""

    STOPS = "stops"
    """The evaluation of the county cannot be trusted until this is mended (``mujun check`` exits 1)."""
    ERROR = "error"
    """The cell or the row is not used until it is mended; nothing of it is lost."""
    WARNING = "warning"
    """The value is used as it stands; a person should look at it."""
    NOTICE = "notice"
    """Something was converted or assumed; nothing need be done."""


@dataclasses.dataclass(frozen=True, slots=True)
class Defect:
    """One finding about the input. ``row`` is the row number the user sees; ``column`` the letter of the column.

    ``message`` is one plain sentence; ``mend`` says how to put it right. Both are shown to people (Chinese).
    """

    code: str
    severity: Severity
    message: str
    mend: str = ""
    table: str = ""
    field: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    key: str = ""

    @property
    def cell(self) -> str:
        """The address as a spreadsheet shows it, e.g. ``F12``; empty where there is none."""
        return f"{self.column}{self.row}" if self.row is not None else self.column


FIELDS = [field.name for field in dataclasses.fields(Defect)]


class DefectLog:
    """Collects defects in the order they are found."""

    def __init__(self, defects: Iterable[Defect] = ()) -> None:
        self._defects: list[Defect] = list(defects)

    def add(self, defect: Defect) -> None:
        """Keep one defect."""
        self._defects.append(defect)

    def extend(self, defects: Iterable[Defect]) -> None:
        """Keep several defects."""
        self._defects.extend(defects)

    def __iter__(self) -> Iterator[Defect]:
        return iter(self._defects)

    def __len__(self) -> int:
        return len(self._defects)

    @property
    def stops(self) -> bool:
        """Whether some defect stops an evaluation."""
        return any(defect.severity is Severity.STOPS for defect in self._defects)

    def frame(self) -> pd.DataFrame:
        """Return one row per defect with the columns of :data:`FIELDS` plus ``cell``."""
        rows = [dataclasses.asdict(defect) | {"cell": defect.cell} for defect in self._defects]
        return pd.DataFrame(rows, columns=[*FIELDS, "cell"])
