"""How grades spread over groups and towns, as a table and as a chart."""

from __future__ import annotations

import dataclasses
from typing import Any

from mujun.rulebook.ruleset import GRADE_ORDER, RuleSet
from mujun.web.evaluations.models import Run
from mujun.web.evaluations.runs.queries import grade_counts, results_in_scope
from mujun.web.evaluations.runs.rows import group_labels
from mujun.web.people.rights import Scope

GRADES = (*GRADE_ORDER, "T")
COLOURS = {"A": "grade-a", "B": "grade-b", "C": "grade-c", "C-": "grade-c-minus", "D": "grade-d", "T": "grade-t"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shares:
    """Counts per part (group or town) and grade. ``lines`` holds label, counts in the order of ``grades``, total."""

    grades: list[str]
    lines: list[tuple[str, list[int], int]]

    @property
    def chart(self) -> dict[str, Any]:
        """Data of a stacked bar chart."""
        series = [
            {"name": grade, "values": [counts[place] for _, counts, _ in self.lines], "colour": COLOURS[grade]}
            for place, grade in enumerate(self.grades)
        ]
        categories = [label for label, _, _ in self.lines]
        return {"unit": "家", "categories": categories, "series": series, "stacked": True, "horizontal": True}


def _shares(counted: dict[str, dict[str, int]], labels: dict[str, str]) -> Shares:
    present = {grade for grades in counted.values() for grade in grades}
    grades = [grade for grade in GRADES if grade in present]
    lines = []
    for part, numbers in counted.items():
        counts = [numbers.get(grade, 0) for grade in grades]
        if sum(counts):
            lines.append((labels.get(part, part) or "—", counts, sum(counts)))
    return Shares(grades, lines)


def shares_by_group(run: Run, rules: RuleSet) -> Shares:
    """Grades per ranking group of the whole county, from the summary kept with the run."""
    counted = {group["name"]: group["grades"] for group in run.summary.get("groups", [])}
    return _shares(counted, group_labels(rules))


def shares_by_town(run: Run, scope: Scope) -> Shares:
    """Grades per town, only of towns inside the scope; nothing for a firm's own account."""
    if scope.firms is not None:
        return Shares([], [])
    return _shares(grade_counts(results_in_scope(run, scope), "town"), {})
