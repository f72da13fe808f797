"""The account sheet of one firm out of its stored result, without loading the run.

An evaluation of this one firm is put together from the row (numbers), the run's frame (baselines, group sizes), the
rule set and the firm's own rows of the register at the run's revision (cells); the library then writes the sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.utils.translation import gettext

from mujun.evaluation import Evaluation
from mujun.evaluation.account import account_sheet
from mujun.evaluation.engine import Results, Scope
from mujun.evaluation.frame import FirmFrame
from mujun.evaluation.ranking import NO_GAP, Standing
from mujun.evaluation.scoring import ItemScores, Reference
from mujun.register.areas import evaluated_areas
from mujun.register.tables import Register
from mujun.rulebook.ruleset import GRADE_ORDER, RuleSet
from mujun.web.evaluations.models import RunResult

Ints = npt.NDArray[np.int64]
AREA_PARTS = {"own_mu": ("own",), "leased_mu": ("lease", "sublease"), "let_mu": ("let",), "excluded_mu": ("excluded",)}


def account_of(result: RunResult, rules: RuleSet, register: Register) -> dict[str, Any]:
    """Return the account sheet as :func:`mujun.evaluation.account.account_sheet` would give it from the whole run.

    ``result`` is of a firm that is not pooled into another; ``register`` holds the firm (and the firms pooled into
    it) as known at the run's revision.
    """
    return account_sheet(evaluation_of(result, rules, register), result.firm_id, gettext)


def evaluation_of(result: RunResult, rules: RuleSet, register: Register) -> Evaluation:
    """Put the evaluation of one firm together; the firms pooled into it follow it, and count as nothing."""
    ids = pd.Index([result.firm_id, *result.sheet.get("members", [])], dtype="object")
    register = _only(register, ids)
    frame = _frame(result, register, ids)
    results = _results(result, rules, len(ids))
    evaluation = Evaluation(register, rules, result.run.year, frame, results)
    merged = result.sheet.get("merged")
    # The total with tenants needs the whole register; it was computed with the run and is handed back here.
    evaluation.merged_total = None if merged is None else _first(merged, len(ids), 0)
    return evaluation


def _only(register: Register, ids: pd.Index) -> Register:
    """Put the firms of the register into the order of ``ids``."""
    held = register.tables["firms"]
    order = pd.Index(held.data["firm_id"]).get_indexer(ids)
    order = order[order >= 0]
    firms = type(held)(
        held.data.iloc[order].reset_index(drop=True), {name: codes[order] for name, codes in held.origin.items()}
    )
    return Register(register.tables | {"firms": firms}, register.sources)


def _first(value: Any, size: int, others: Any) -> Any:
    """An array with ``value`` for the firm itself and ``others`` for the rest."""
    return np.array([value] + [others] * (size - 1))


def _frame(result: RunResult, register: Register, ids: pd.Index) -> FirmFrame:
    size = len(ids)
    columns: dict[str, Any] = {}
    for name, value in zip(result.run.frame["figures"], result.sheet["figures"], strict=True):
        columns[name] = (
            _first(value, size, False)
            if isinstance(value, bool)
            else _first(np.nan if value is None else value, size, np.nan)
        )
    areas = evaluated_areas(register, dt.date(result.run.year, 12, 31))
    head = np.zeros(size, dtype=np.int64)
    sums = {"area_mu": areas.total.regrouped(head)}
    for name, parts in AREA_PARTS.items():
        total = areas.parts[parts[0]]
        for part in parts[1:]:
            total = total.plus(areas.parts[part])
        sums[name] = total.regrouped(head)
    measures = register["measures"]
    rows = (measures["year"] == result.run.year).fillna(False).to_numpy(dtype=bool)
    measure_row = np.full(size, -1, dtype=np.int64)
    places = ids.get_indexer(pd.Index(measures["firm_id"]))
    for row in np.flatnonzero(rows & (places >= 0)):
        measure_row[places[row]] = row
    return FirmFrame(ids, result.run.year, columns, sums, areas, measure_row, head)


def _results(result: RunResult, rules: RuleSet, size: int) -> Results:
    sheet, shared = result.sheet, result.run.frame
    measured = result.total_e4 is not None
    scope = Scope(
        card=_first(sheet["card"], size, -1),
        group=_first(sheet["group"], size, -1),
        group_names=tuple(group["name"] for group in shared["groups"]),
        exempt=_first(sheet.get("exempt", -1), size, -1),
        has_area=_first(bool(result.area_mu and result.area_mu > 0), size, False),
        measured=_first(measured, size, False),
        ranked=_first(result.rank is not None, size, False),
    )
    baselines = {
        (group, card, name): Reference(value, None if exact is None else Fraction(exact))
        for group, card, name, value, exact in shared["baselines"]
    }
    group_sizes = np.array([group["size"] for group in shared["groups"]], dtype=np.int64)
    nothing = np.zeros(0, dtype=np.int64)
    standing = Standing(scope.group, nothing, nothing, group_sizes, _first(result.rank or 0, size, 0))
    return Results(
        scope=scope,
        items=_items(result, rules, baselines, scope, size),
        baselines=baselines,
        means={},
        bonus={rule.name: _first(sheet.get("bonus", {}).get(rule.name, 0), size, 0) for rule in rules.bonus},
        penalty={rule.name: _first(sheet.get("penalty", {}).get(rule.name, 0), size, 0) for rule in rules.penalty},
        bonus_total=_first(result.bonus_e4, size, 0),
        penalty_total=_first(result.penalty_e4, size, 0),
        total=_first(result.total_e4 or 0, size, 0),
        standing=standing,
        grade_by_rank=_grade(sheet.get("by_rank", ""), size),
        grade=_grade(result.grade if result.rank is not None else "", size),
        vetoed=_first(sheet.get("veto", -1), size, -1),
        protected=_first(sheet.get("protection", -1), size, -1),
        gap=_first(NO_GAP if result.gap_e4 is None else result.gap_e4, size, NO_GAP),
    )


def _grade(name: str, size: int) -> npt.NDArray[np.int8]:
    place = GRADE_ORDER.index(name) if name in GRADE_ORDER else -1
    found: npt.NDArray[np.int8] = _first(place, size, -1).astype(np.int8)
    return found


def _items(
    result: RunResult,
    rules: RuleSet,
    baselines: Mapping[tuple[str, str, str], Reference],
    scope: Scope,
    size: int,
) -> dict[str, ItemScores]:
    items = ItemScores.blank((indicator.name for indicator in rules.indicators), size)
    stored: Sequence[Sequence[Any]] = result.sheet.get("items", ())
    if not stored:
        return items
    card = rules.cards[result.sheet["card"]]
    day = dt.date(result.run.year, 12, 31)
    group = scope.group_names[result.sheet["group"]]
    for item, (value, raw, score, flag) in zip(card.items, stored, strict=True):
        held = items[item.indicator.name]
        reference = baselines.get((group, card.name, item.indicator.name))
        held.on_card[0] = True
        held.value[0] = np.nan if value is None else value
        held.baseline[0] = reference.value if reference else np.nan
        held.weight[0] = float(item.weight.on(day) or 0)
        held.raw[0], held.score[0], held.flag[0] = raw, score, flag
    return items
