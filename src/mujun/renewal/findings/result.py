"""The findings of one year as tables: what was found, what cannot be decided, and the cells behind each."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.register.tables import Register
from mujun.renewal.findings.criteria import Judged, counted_from, judge, since
from mujun.renewal.findings.figures import ParcelFigures, parcel_figures
from mujun.renewal.findings.sources import Sources
from mujun.renewal.findings.wording import reason, sentence, stage_of, threshold_text, value_text
from mujun.rulebook.findings.figures import GRADE
from mujun.rulebook.findings.ruleset import Criterion, FindingsRules

COLUMNS = (
    "parcel_id", "criterion", "label", "kind", "value", "threshold", "value_text", "threshold_text", "unit", "distance",
    "clause", "origin", "since", "stage", "fee_wan", "sentence", "position",
)  # fmt: skip
UNDECIDED = ("parcel_id", "criterion", "label", "kind", "reason", "position")


@dataclasses.dataclass
class Findings:
    """``table`` has one row per (parcel, criterion) found, ``undecided`` one per pair that cannot be decided.

    ``value``, ``threshold`` and ``distance`` (how far the value must move, ≥ 0) are floats in ``unit``, NaN for grades
    and truths, whose texts stand in ``value_text`` and ``threshold_text``. ``fee_wan`` 万元, NaN where none is due or
    the land price is unknown. ``position`` is the row of the parcel in the register. Rows follow the parcels, then the
    rule set. ``notes`` are sentences about criteria that could not be applied at all.
    """

    register: Register
    rules: FindingsRules
    year: int
    figures: ParcelFigures
    table: pd.DataFrame
    undecided: pd.DataFrame
    notes: tuple[str, ...]

    def cells(self, row: int) -> list[dict[str, Any]]:
        """Return the cells behind row ``row`` of ``table``: figure, label, table, row, column, value, and its cell."""
        criterion = self.rules.criterion(str(self.table["criterion"].iloc[row]))
        return self._sources.behind(criterion, int(self.table["position"].iloc[row]))

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self.figures)


def find(register: Register, rules: FindingsRules, year: int, grades: pd.DataFrame | None = None) -> Findings:
    """Find what ``rules`` call low-efficiency land in ``register``, as it stands on 31 December of ``year``.

    ``grades`` is a table with ``firm_id`` and ``grade`` for criteria that read grades; without it they cannot be
    decided. Kinds may overlap: every criterion that holds makes a row. What is missing never finds.
    """
    figures = parcel_figures(register, year, grades)
    named = figures.parcel_ids != ""
    found, undecided, notes = [], [], []
    for number, criterion in enumerate(rules.criteria):
        judged = judge(criterion, figures)
        found.append(_found(judged, figures, np.flatnonzero(judged.answer.true & named)).assign(order=number))
        undecided.append(_open(judged, figures, np.flatnonzero(~judged.answer.known & named)).assign(order=number))
        notes += _notes(judged, figures)
    return Findings(
        register, rules, year, figures, _sorted(found, COLUMNS), _sorted(undecided, UNDECIDED), tuple(notes)
    )


def _sorted(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    kept = [frame for frame in frames if len(frame)] or frames[:1]
    table = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=[*columns, "order"])
    return table.sort_values(["position", "order"], kind="stable", ignore_index=True)[list(columns)]


def _named(criterion: Criterion, figures: ParcelFigures, rows: npt.NDArray[np.int64]) -> dict[str, Any]:
    return {
        "parcel_id": figures.parcel_ids[rows],
        "criterion": criterion.name,
        "label": criterion.label,
        "kind": criterion.kind,
        "position": rows,
    }


def _found(judged: Judged, figures: ParcelFigures, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    criterion = judged.criterion
    value, threshold = judged.value[rows], judged.threshold[rows]
    grade = figures.grade[rows] if criterion.figure == GRADE and figures.grade is not None else [None] * len(rows)
    ageing = criterion.ageing
    months = figures.columns[ageing.figure][rows] if ageing else np.full(len(rows), np.nan)
    stages = [stage_of(ageing, number) for number in months.tolist()]
    share = criterion.fee.on(figures.day) if criterion.fee else None
    price = figures.columns["land_price_wan"][rows]
    fee = price * float(share) if share is not None else np.full(len(rows), np.nan)
    counted = counted_from(criterion, figures, rows)
    numbers = list(zip(value.tolist(), threshold.tolist(), grade, counted, strict=True))
    return pd.DataFrame(
        {
            **_named(criterion, figures, rows),
            "value": value,
            "threshold": threshold,
            "value_text": [value_text(criterion, v, g) for v, _, g, _ in numbers],
            "threshold_text": [threshold_text(criterion, t) for _, t, _, _ in numbers],
            "unit": criterion.unit,
            "distance": np.abs(threshold - value),
            "clause": criterion.clause.text,
            "origin": criterion.clause.origin,
            "since": since(judged, figures, rows).astype("datetime64[us]"),
            "stage": stages,
            "fee_wan": np.round(fee, 6),
            "sentence": [sentence(criterion, v, t, grade=g, since=day) for v, t, g, day in numbers],
        }
    )


def _open(judged: Judged, figures: ParcelFigures, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Say which figures are unknown; the same few reasons recur, so each is worded once."""
    missing = judged.missing(figures)
    codes = np.zeros(len(rows), dtype=np.int64)
    for bit, (_, where) in enumerate(missing):
        codes |= where[rows].astype(np.int64) << bit
    words = {
        code: reason([name for bit, (name, _) in enumerate(missing) if code >> bit & 1], figures.day)
        if code
        else "宗地没有写镇街，补上后再认定。"
        for code in np.unique(codes).tolist()
    }
    named = _named(judged.criterion, figures, rows)
    return pd.DataFrame({**named, "reason": [words[code] for code in codes.tolist()]})


def _notes(judged: Judged, figures: ParcelFigures) -> list[str]:
    criterion = judged.criterion
    notes = []
    if not judged.in_force:
        notes.append(f"“{criterion.label}”的门槛在{figures.day.year}年末还没有生效，没有适用。")
    if criterion.figure == GRADE and figures.grade is None:
        notes.append(f"没有{figures.day.year}年度的评价等级，“{criterion.label}”无法认定。")
    towns = figures.register["parcels"]["town"]
    if criterion.towns and not towns.isin(criterion.towns).any():
        names = "、".join(criterion.towns)
        notes.append(f"“{criterion.label}”只适用于{names}，宗地表里没有这些镇街，请按实际写法修改规则里的 towns。")
    return notes
