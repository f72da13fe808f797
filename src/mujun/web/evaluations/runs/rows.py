"""From an evaluation in memory to rows of the database: compact, complete, and in register order.

A row's ``sheet`` holds (absent keys mean nothing): ``card`` and ``group`` as numbers (-1 = none); ``items`` one
``[value, raw, score, flag]`` per item of that card (scores in 1/10,000 point, flag as in ``scoring.FLAGS``);
``figures`` aligned with the run's ``frame["figures"]``; ``bonus`` and ``penalty`` points by rule name; ``by_rank`` the grade before bounds; ``veto``,
``protection``, ``exempt`` numbers of the rules that applied; ``merged`` total with tenants; ``head`` the firm it is
pooled into; ``members`` the firms pooled into it. :mod:`mujun.web.evaluations.cards.account` makes the account sheet
of it; the cells are those of the register at the run's revision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mujun.evaluation import Evaluation
from mujun.evaluation.ranking import NO_GAP
from mujun.rulebook.ruleset import GRADE_ORDER, RuleSet
from mujun.web.evaluations.models import RunResult


def plain(value: Any) -> Any:
    """A value as JSON holds it; nothing is None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def group_labels(rules: RuleSet) -> dict[str, str]:
    """Ranking group → label for people."""
    labels = {"": ""}
    for group in rules.groups:
        labels[group.name] = group.label
        for sector in group.sectors:
            labels[f"{group.name}-{sector.name}"] = f"{group.label}·{sector.label}"
    return labels


def frame_of(evaluation: Evaluation) -> dict[str, Any]:
    """What all rows of a run share."""
    standing, scope = evaluation.results.standing, evaluation.results.scope
    labels = group_labels(evaluation.rules)
    return {
        "indicators": [indicator.name for indicator in evaluation.rules.indicators],
        "figures": sorted(evaluation.frame.columns),
        "baselines": [
            [*key, plain(reference.value), None if reference.exact is None else str(reference.exact)]
            for key, reference in evaluation.baselines.items()
        ],
        "groups": [
            {"name": name, "label": labels.get(name, name), "size": int(size)}
            for name, size in zip(scope.group_names, standing.sizes, strict=True)
        ],
    }


def _members(evaluation: Evaluation) -> dict[int, list[str]]:
    head = evaluation.frame.head
    members: dict[int, list[str]] = {}
    for position in np.flatnonzero(head != np.arange(len(head))).tolist():
        members.setdefault(int(head[position]), []).append(str(evaluation.frame.firm_ids[position]))
    return members


class Rows:
    """Turns one evaluation into :class:`RunResult` objects; ``before`` maps firms to their grade until now."""

    def __init__(self, evaluation: Evaluation, run: int, before: Mapping[str, str]) -> None:
        self.evaluation = evaluation
        self.run = run
        self.before = before
        self.members = _members(evaluation)
        self.columns = [(name, evaluation.frame.columns[name]) for name in sorted(evaluation.frame.columns)]
        self.grades = evaluation.grade_names
        self.reasons = evaluation.reasons
        self.groups = evaluation.groups
        self.points = evaluation.points()
        self.firms = evaluation.register["firms"]

    def __iter__(self) -> Iterator[RunResult]:
        names, towns = self.firms["name"].tolist(), self.firms["town"].tolist()
        heads = self.evaluation.frame.head
        for position, firm_id in enumerate(self.evaluation.frame.firm_ids):
            yield self._row(position, str(firm_id), names[position], towns[position], int(heads[position]))

    def moved(self, position: int, firm_id: str) -> bool:
        """Whether the grade differs from the one until now; a firm that had no result before has not moved."""
        return firm_id in self.before and self.before[firm_id] != str(self.grades[position])

    def _row(self, position: int, firm_id: str, name: str, town: str, head: int) -> RunResult:
        results = self.evaluation.results
        measured = bool(results.scope.measured[head])
        rank = int(results.standing.rank[head])
        gap = int(results.gap[head])
        return RunResult(
            run_id=self.run,
            firm_id=firm_id,
            name=name[:200],
            town=town[:60],
            group=str(self.groups[position]),
            grade=str(self.grades[position]),
            before=self.before.get(firm_id, ""),
            moved=self.moved(position, firm_id),
            total_e4=int(self.points["total"][position]) if measured else None,
            bonus_e4=int(self.points["bonus"][position]) if measured else 0,
            penalty_e4=int(self.points["penalty"][position]) if measured else 0,
            gap_e4=gap if measured and gap != NO_GAP else None,
            rank=rank or None,
            reason=str(self.reasons[position]),
            area_mu=plain(self.evaluation.frame.columns["area_mu"][head]),
            sheet=self._sheet(position, head),
        )

    def _sheet(self, position: int, head: int) -> dict[str, Any]:
        results, rules = self.evaluation.results, self.evaluation.rules
        sheet: dict[str, Any] = {"figures": [plain(column[position]) for _, column in self.columns]}
        if head != position:
            return sheet | {"head": str(self.evaluation.frame.firm_ids[head])}
        sheet |= {"card": int(results.scope.card[position]), "group": int(results.scope.group[position])}
        if position in self.members:
            sheet["members"] = self.members[position]
        for kind, chosen in (
            ("exempt", results.scope.exempt),
            ("veto", results.vetoed),
            ("protection", results.protected),
        ):
            if chosen[position] >= 0:
                sheet[kind] = int(chosen[position])
        if not results.scope.measured[position]:
            return sheet
        items = rules.cards[sheet["card"]].items
        sheet["items"] = [self._item(item.indicator.name, position) for item in items]
        for kind, parts in (("bonus", results.bonus), ("penalty", results.penalty)):
            points = {name: int(part[position]) for name, part in parts.items() if part[position]}
            if points:
                sheet[kind] = points
        if results.grade_by_rank[position] >= 0:
            sheet["by_rank"] = GRADE_ORDER[results.grade_by_rank[position]]
        if self.evaluation.merged_total is not None:
            sheet["merged"] = int(self.evaluation.merged_total[position])
        return sheet

    def _item(self, indicator: str, position: int) -> list[Any]:
        scores = self.evaluation.results.items[indicator]
        value = plain(scores.value[position])
        return [value, int(scores.raw[position]), int(scores.score[position]), int(scores.flag[position])]
