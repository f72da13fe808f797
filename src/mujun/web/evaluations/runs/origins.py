"""The cells behind each firm's figures, compact: ``[source, row]`` with the source's number in the run's frame.

``measures`` ``[firm, source, row, {column: [source, row]}]`` per row that counts (several where tenants are pooled);
``land`` ``[part, firm, parcel, from, area_m2, source, row]``; ``taxes`` ``[firm, item, amount, source, row]``;
``marks`` ``[firm, code, points, source, row]``; ``firm`` ``[source, row]``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from mujun.evaluation import Evaluation
from mujun.evaluation.frame import MEASURES
from mujun.register.tables import NO_ORIGIN

_ROW_BITS = 32
_ROW_MASK = (1 << _ROW_BITS) - 1
_PART = {"own": "own", "lease": "lease", "sublease": "sublease", "excluded": "excluded"}


class Origins:
    """Looks the cells of one evaluation up by position of the firm."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.register = evaluation.register
        self.members = self._members()
        self.land = self._land()
        self.taxes = self._rows_of_year("taxes") if evaluation.rules.tax_items else {}
        self.marks = self._rows_of_year("marks")

    def of(self, position: int) -> dict[str, Any]:
        """Return the cells of the firm at ``position``, those of firms pooled into it included."""
        members = self.members.get(position, [position])
        cells: dict[str, Any] = {}
        for kind, found in (
            ("measures", [row for member in members for row in self._measures(member)]),
            ("land", [row for member in members for row in self.land.get(member, [])]),
            ("taxes", [self._tax(row) for member in members for row in self.taxes.get(member, [])]),
            ("marks", [self._mark(row) for member in members for row in self.marks.get(member, [])]),
        ):
            if found:
                cells[kind] = found
        cells["firm"] = self._cell("firms", "above_scale", position)
        return cells

    def _members(self) -> dict[int, list[int]]:
        head = self.evaluation.frame.head
        pooled = np.flatnonzero(head != np.arange(len(head)))
        members: dict[int, list[int]] = defaultdict(list)
        for position in pooled.tolist():
            members[int(head[position])].append(position)
        return {firm: [firm, *others] for firm, others in members.items()}

    def _cell(self, table: str, column: str, row: int) -> list[int]:
        held = self.register.tables.get(table)
        codes = held.origin.get(column) if held else None
        code = NO_ORIGIN if codes is None else int(codes[row])
        return [] if code == NO_ORIGIN else [code >> _ROW_BITS, code & _ROW_MASK]

    def _measures(self, position: int) -> list[Any]:
        row = int(self.evaluation.frame.measure_row[position])
        if row < 0:
            return []
        main = self._cell("measures", "year", row)
        others = {}
        for column in MEASURES:
            cell = self._cell("measures", column, row)
            if cell and cell != main:
                others[column] = cell
        firm = str(self.evaluation.frame.firm_ids[position])
        return [[firm, *(main or [-1, 0]), others] if others else [firm, *(main or [-1, 0])]]

    def _land(self) -> dict[int, list[list[Any]]]:
        areas, occupancy = self.evaluation.frame.areas, self.register["occupancy"]
        held = occupancy.iloc[areas.rows]
        days = np.datetime_as_string(held["from"].to_numpy("datetime64[D]"))
        found: dict[int, list[list[Any]]] = defaultdict(list)
        columns = zip(
            areas.rows.tolist(), held["kind"], held["firm_id"], held["parcel_id"], days, held["area_m2"],
            areas.firm.tolist(), areas.lessor.tolist(), strict=True,
        )  # fmt: skip
        for row, kind, firm_id, parcel_id, day, area, firm, lessor in columns:
            fact = [
                firm_id,
                parcel_id,
                "" if day == "NaT" else str(day),
                None if np.isnan(area) else float(area),
                *self._cell("occupancy", "area_m2", row),
            ]
            if firm >= 0 and kind in _PART:
                found[firm].append([kind, *fact])
            if lessor >= 0:
                found[lessor].append(["let", *fact])
        return found

    def _rows_of_year(self, table: str) -> dict[int, list[int]]:
        frame = self.register[table]
        rows = np.flatnonzero((frame["year"] == self.evaluation.year).fillna(False).to_numpy(dtype=bool))
        firms = self.evaluation.frame.firm_ids.get_indexer(pd.Index(frame["firm_id"].iloc[rows]))
        found: dict[int, list[int]] = defaultdict(list)
        for row, firm in zip(rows.tolist(), firms.tolist(), strict=True):
            if firm >= 0:
                found[firm].append(row)
        return found

    def _tax(self, row: int) -> list[Any]:
        held = self.register["taxes"]
        amount = held["amount_wan"].iat[row]
        cell = self._cell("taxes", "amount_wan", row)
        return [held["firm_id"].iat[row], held["item"].iat[row], None if np.isnan(amount) else float(amount), *cell]

    def _mark(self, row: int) -> list[Any]:
        held = self.register["marks"]
        points = held["points"].iat[row]
        cell = self._cell("marks", "points", row) or self._cell("marks", "code", row)
        return [held["firm_id"].iat[row], held["code"].iat[row], None if np.isnan(points) else float(points), *cell]
