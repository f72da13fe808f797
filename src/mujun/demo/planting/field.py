"""Where defects are planted: picks rows nobody has touched yet and writes down what was done to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mujun.demo.chance import stream
from mujun.demo.sheets import Planted, Row, Sheet

Test = Callable[[Row], bool]
PLANTED, CONSEQUENCE = "planted", "consequence"


class Field:
    """The sheets of the county and the list of what is planted in them."""

    def __init__(self, seed: int, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.planted: list[Planted] = []
        self.chance: np.random.Generator = stream(seed, "planting")
        self._touched: set[str] = set()
        self._case = 0
        self._about: dict[str, list[tuple[Sheet, Row]]] = {}
        for sheet in sheets.values():
            for row in sheet.rows:
                self._list(sheet, row)

    def pick(self, name: str, count: int, test: Test = lambda row: True) -> list[tuple[Sheet, Row]]:
        """Return up to ``count`` rows of sheet ``name`` whose firm and parcel have no planted defect yet."""
        sheet = self.sheets[name]
        found: list[tuple[Sheet, Row]] = []
        for place in self.chance.permutation(len(sheet.rows)).tolist():
            if len(found) == count:
                break
            row = sheet.rows[place]
            if self.is_free(row) and test(row):
                self.touch(row)
                found.append((sheet, row))
        return found

    def any_firm(self) -> Row:
        """Return a row of the list of firms: one without a planted defect, or the first where none is left."""
        return next((row for _, row in self.pick("firms", 1)), self.sheets["firms"].rows[0])

    def is_free(self, row: Row) -> bool:
        """Tell whether neither the firm nor the parcel of ``row`` has a planted defect."""
        return not any(subject in self._touched for subject in _subjects(row))

    def touch(self, row: Row) -> None:
        """Keep later defects away from the firm and the parcel of ``row``."""
        self._touched.update(_subjects(row))

    def new_case(self) -> int:
        """Return the number of a new case."""
        self._case += 1
        return self._case

    def note(
        self, kind: str, codes: Sequence[str], sheet: Sheet, row: Row, name: str, *, case: int = 0, role: str = PLANTED
    ) -> int:
        """Write down one planted defect (``codes``: any of them counts as caught) and return its case."""
        case = case or self.new_case()
        self.planted.append(Planted(case, kind, tuple(codes), role, sheet, row, name))
        return case

    def spoil(self, kind: str, codes: Sequence[str], sheet: Sheet, row: Row, name: str, value: Any) -> int:
        """Put ``value`` into a cell and write it down; return the case."""
        row[name] = value
        return self.note(kind, codes, sheet, row, name)

    def rows_about(self, subject: str) -> list[tuple[Sheet, Row]]:
        """Return every row, in all sheets, that is about the firm or the parcel (as user, holder or lessor)."""
        return self._about.get(subject, [])

    def add(self, sheet: Sheet, row: Row, *, after: Row | None = None) -> Row:
        """Put a new row into ``sheet``, at the end or right after another row; return it."""
        if after is None:
            sheet.rows.append(row)
        else:
            place = next(number for number, other in enumerate(sheet.rows) if other is after)
            sheet.rows.insert(place + 1, row)
        self._list(sheet, row)
        return row

    def _list(self, sheet: Sheet, row: Row) -> None:
        subjects = {*_subjects(row), str(row.get("holder_id") or ""), str(row.get("lessor_id") or "")}
        for subject in subjects - {""}:
            self._about.setdefault(subject, []).append((sheet, row))

    def suffer(self, case: int, kind: str, rows: Sequence[tuple[Sheet, Row]]) -> None:
        """Write down rows that suffer from ``case``: a finding there is right, but is not asked for."""
        done = {id(planted.row) for planted in self.planted if planted.case == case}
        for sheet, row in rows:
            if id(row) not in done:
                self.note(kind, (), sheet, row, "", case=case, role=CONSEQUENCE)


def _subjects(row: Row) -> list[str]:
    return [subject for subject in (row.get("_firm"), row.get("_parcel")) if subject]
