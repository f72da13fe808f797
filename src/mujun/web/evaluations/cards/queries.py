"""Everything that a firm page shows, with a fixed number of look-ups by index."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext

from mujun.evaluation import Evaluation
from mujun.evaluation.account import account_sheet
from mujun.register.tables import Register
from mujun.rulebook.ruleset import RuleSet
from mujun.web.evaluations.cards.account import evaluation_of
from mujun.web.evaluations.cards.registers import changed_since, register_of
from mujun.web.evaluations.models import MeasureResult, Objection, RunResult, RunState
from mujun.web.evaluations.rulesets.queries import rule_set_of
from mujun.web.evaluations.runs.queries import OFFICIAL
from mujun.web.people.rights import Right, Scope, has_right
from mujun.web.register.models import Firm
from mujun.web.register.queries import rows_where

LIGHT = (
    "firm_id", "town", "name", "group", "grade", "rank", "total_e4", "area_mu", "reason",
    "run__year", "run__rule_name", "run__state", "run__signed_at",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A firm that the person may see: its name and town now, and its results, newest first."""

    firm_id: str
    name: str
    town: str
    history: list[RunResult]


@dataclasses.dataclass(slots=True)
class Account:
    """One result with its account sheet and the firm's rows behind it. ``sheet`` is None where it is pooled."""

    result: RunResult
    rules: RuleSet
    sheet: dict[str, Any] | None
    land_keys: list[tuple[str, ...]]


def find_firm(firm_id: str, scope: Scope, user: Any) -> Found | None:
    """Return the firm if it exists inside the scope; its results only with the right to results. Two look-ups."""
    firms: Any = Firm._default_manager
    row = firms.filter(firm_id=firm_id, until=None).values_list("name", "town").first()
    history = list(_history(firm_id, user))
    if row is None and not history:
        return None
    name, town = row if row is not None else (history[0].name, history[0].town)
    return Found(firm_id, name, town, history) if scope.sees_firm(firm_id, town) else None


def _history(firm_id: str, user: Any) -> QuerySet[RunResult]:
    results = RunResult.objects.filter(firm_id=firm_id).select_related("run").only(*LIGHT)
    if not has_right(user, Right.READ_RESULTS):
        return results.none()
    if not has_right(user, Right.READ_DRAFTS):
        results = results.filter(run__state__in=OFFICIAL)
    return results.exclude(run__state=RunState.DISCARDED).order_by("-run__year", "-run_id")


def chosen(history: Sequence[RunResult], run: int | None) -> RunResult | None:
    """Return the result asked for, or the newest that counts; None where there is none."""
    if run is not None:
        return next((result for result in history if result.run_id == run), None)
    return next((result for result in history if result.run.state == RunState.PUBLISHED), None)


def account_for(light: RunResult, now: Register | None = None) -> Account:
    """Return the account of one result: one look-up of the row, and the register as known at its revision.

    ``now`` is the register of the firm as known now; it serves where nothing of it has changed since the run.
    """
    result = RunResult.objects.select_related("run", "run__rules").get(pk=light.pk)
    rules = rule_set_of(result.run.rules)
    if "head" in result.sheet:
        return Account(result, rules, None, [])
    firms, revision = [result.firm_id, *result.sheet.get("members", [])], result.run.revision
    same = now is not None and len(firms) == 1 and not changed_since(firms, revision)
    register = now if now is not None and same else register_of(firms, revision)
    evaluation = evaluation_of(result, rules, register)
    return Account(result, rules, account_sheet(evaluation, result.firm_id, gettext), land_keys(evaluation))


def land_keys(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Return the key of each row of the sheet's land, in its order."""
    areas, occupancy = evaluation.frame.areas, evaluation.register["occupancy"]
    mine = (areas.firm >= 0) | (areas.lessor >= 0)
    rows = occupancy.iloc[areas.rows[np.flatnonzero(mine)]]
    days = ["" if day == "NaT" else str(day) for day in np.datetime_as_string(rows["from"].to_numpy("datetime64[D]"))]
    return list(zip(rows["firm_id"].tolist(), rows["parcel_id"].tolist(), days, strict=True))


@dataclasses.dataclass(frozen=True, slots=True)
class Holdings:
    """What the register holds of a firm now. ``names`` gives the firms that the shares of land mention."""

    register: Register
    buildings: list[dict[str, Any]]
    names: dict[str, str]
    day: dt.date


def holdings_of(firm_id: str, day: dt.date) -> Holdings:
    """Return the firm's rows of the register now, the buildings on its parcels, and the names of its partners."""
    register = register_of([firm_id])
    occupancy = register["occupancy"]
    parcels = sorted({*occupancy.loc[occupancy["firm_id"] == firm_id, "parcel_id"]} - {""})
    buildings = rows_where("buildings", "parcel_id", parcels).data.drop(columns="geometry").to_dict("records")
    mentioned = sorted({*occupancy["firm_id"], *occupancy["lessor_id"]} - {"", firm_id})
    firms: Any = Firm._default_manager
    names = dict(firms.filter(firm_id__in=mentioned, until=None).values_list("firm_id", "name"))
    return Holdings(register, [{str(name): row[name] for name in row} for row in buildings], names, day)


def objections_of(firm_id: str) -> list[Objection]:
    """The firm's objections, newest first."""
    return list(Objection.objects.filter(firm_id=firm_id).select_related("new_run"))


def measures_of(result: RunResult) -> list[MeasureResult]:
    """What follows from the grade, by the rule set's measures."""
    return list(MeasureResult.objects.filter(run_id=result.run_id, firm_id=result.firm_id).order_by("pk"))
