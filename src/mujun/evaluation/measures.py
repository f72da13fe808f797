"""Measures that follow a grade (差别化政策): power and water prices, land, energy, award multipliers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mujun.base.errors import RuleError
from mujun.base.exact import decimal, half_up
from mujun.evaluation.result import Evaluation
from mujun.rulebook.expressions import Expression, ExpressionError, parse
from mujun.rulebook.figures import is_known
from mujun.rulebook.load import parse_yaml
from mujun.rulebook.ruleset import GRADE_ORDER, Clause

COLUMNS = [
    "firm_id",
    "measure",
    "label",
    "grade",
    "years_running",
    "value",
    "unit",
    "base",
    "amount_fen",
    "text",
    "clause",
]
_GRADES = (*GRADE_ORDER, "T")
_KEYS = {"label", "unit", "base", "stack", "clause", "values", "texts"}


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``values``: (valid from, grade, least years running) → value. ``texts``: (valid from, grade) → text.

    Of measures with one ``stack`` a firm gets only the highest (从高不重复). ``base`` × value is the yearly amount
    in yuan where there is a base.
    """

    name: str
    label: str
    unit: str
    base: Expression | None
    stack: str
    clause: Clause
    values: tuple[tuple[dt.date, str, int, Fraction], ...]
    texts: tuple[tuple[dt.date, str, str], ...]

    def value(self, day: dt.date, grade: str, years_running: int) -> Fraction | None:
        """Return the value in force on ``day`` for a grade held ``years_running`` years, or None."""
        starts = [start for start, *_ in self.values if start <= day]
        fitting = [
            (least, value)
            for start, for_grade, least, value in self.values
            if starts and start == max(starts) and for_grade == grade and least <= years_running
        ]
        return max(fitting)[1] if fitting else None

    def text(self, day: dt.date, grade: str) -> str:
        """Return the text in force on ``day`` for a grade; empty where there is none."""
        starts = [start for start, *_ in self.texts if start <= day]
        return next((text for start, g, text in self.texts if starts and start == max(starts) and g == grade), "")


def load_measures(path: Path | None = None) -> tuple[Measure, ...]:
    """Read measures from YAML (``path``, or the ones that come along); raise RuleError with one sentence per fault."""
    source = path or resources.files("mujun.rules") / "policies" / "grade_measures.yaml"
    faults: list[str] = []
    raw = parse_yaml(source.read_text(encoding="utf-8"), str(path or "grade_measures"))
    measures = [_measure(str(name), fields, faults) for name, fields in (raw or {}).items()]
    if faults:
        raise RuleError(str(path or "grade_measures"), faults)
    return tuple(measures)


def _measure(name: str, fields: Any, faults: list[str]) -> Measure:
    if not isinstance(fields, dict):
        faults.append(f"{name}：应是“键: 值”的形式")
        fields = {}
    faults += [f"{name}：不认识“{key}”，可用：{'、'.join(sorted(_KEYS))}" for key in fields.keys() - _KEYS]
    base = None
    if fields.get("base"):
        try:
            base = parse(fields["base"])
            faults += [f"{name}.base：不认识“{n}”" for n in base.names if not is_known(n)]
        except ExpressionError as error:
            faults.append(f"{name}.base：{error}")
    values = []
    for day, grades in _dated(fields.get("values"), f"{name}.values", faults):
        for grade, by_years in grades.items():
            steps = by_years if isinstance(by_years, dict) else {1: by_years}
            for least, value in steps.items():
                if not isinstance(value, int | float) or isinstance(value, bool):
                    faults.append(f"{name}.values：“{value}”不是数")
                    continue
                values.append((day, grade, int(least), decimal(value)))
    texts = [
        (day, grade, str(text))
        for day, grades in _dated(fields.get("texts"), f"{name}.texts", faults)
        for grade, text in grades.items()
    ]
    clause = fields.get("clause") or {}
    return Measure(
        name, str(fields.get("label", name)), str(fields.get("unit", "")), base, str(fields.get("stack", name)),
        Clause(str(clause.get("document", "")), str(clause.get("number", "")), str(clause.get("clause", "")), str(clause.get("origin", "default"))),
        tuple(values), tuple(texts),
    )  # fmt: skip


def _dated(raw: Any, where: str, faults: list[str]) -> list[tuple[dt.date, Mapping[str, Any]]]:
    found: list[tuple[dt.date, Mapping[str, Any]]] = []
    for start, grades in (raw or {}).items():
        day = start if isinstance(start, dt.date) else dt.date(start, 1, 1) if isinstance(start, int) else None
        if day is None or not isinstance(grades, dict):
            faults.append(f"{where}：应写成“起始年份: {{等级: 值}}”")
            continue
        faults += [f"{where}：不认识等级“{grade}”" for grade in grades if grade not in _GRADES]
        found.append((day, grades))
    return found


def years_running(evaluation: Evaluation, history: pd.DataFrame | None) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return for how many years up to the evaluated one each firm has held its grade without a break.

    ``history`` has columns ``firm_id``, ``year``, ``grade`` of earlier years; without it every count is 1.
    """
    running = np.ones(len(evaluation.frame), dtype=np.int64)
    if history is None or history.empty:
        return running
    going = np.ones(len(running), dtype=bool)
    for year in range(evaluation.year - 1, int(history["year"].min()) - 1, -1):
        rows = history[history["year"] == year]
        earlier = pd.Series(rows["grade"].to_numpy(dtype=object), index=rows["firm_id"].to_numpy(dtype=object))
        held = earlier[~earlier.index.duplicated()].reindex(evaluation.positions).to_numpy(dtype=object)
        going &= held == evaluation.grade_names
        running[going] += 1
    return running


def measures_for(
    evaluation: Evaluation, measures: Sequence[Measure], day: dt.date, history: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the measures that follow from each firm's grade on ``day``: one row per firm and measure.

    ``value`` in ``unit``; ``base`` the yearly quantity it applies to and ``amount_fen`` their product in fen, both
    empty where the measure has no base. Of one stack only the highest value is kept.
    """
    running = years_running(evaluation, history)
    rows: list[dict[str, Any]] = []
    for firm, grade in enumerate(evaluation.grade_names):
        if grade:
            rows += _of_firm(evaluation, firm, grade, int(running[firm]), measures, day)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_firm(
    evaluation: Evaluation, firm: int, grade: str, running: int, measures: Sequence[Measure], day: dt.date
) -> list[dict[str, Any]]:
    best: dict[str, tuple[Fraction, dict[str, Any]]] = {}
    texts = []
    for measure in measures:
        row: dict[str, Any] = {
            "firm_id": evaluation.positions[firm], "measure": measure.name, "label": measure.label, "grade": grade,
            "years_running": running, "value": np.nan, "unit": measure.unit, "base": np.nan, "amount_fen": None,
            "text": measure.text(day, grade), "clause": measure.clause.text,
        }  # fmt: skip
        value = measure.value(day, grade, running)
        if value is None:
            if row["text"]:
                texts.append(row)
            continue
        row["value"] = float(value)
        base = measure.base.exactly(lambda name: evaluation.frame.exact(name, firm)) if measure.base else None
        if base is not None:
            row["base"], row["amount_fen"] = float(base), half_up(base * value * 100)
        if measure.stack not in best or best[measure.stack][0] < value:
            best[measure.stack] = (value, row)
    return [row for _, row in best.values()] + texts
