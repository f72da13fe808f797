"""Two runs side by side: who moved, and which part of it is due to rules, to own data, to others.

From the first run to the second three things are changed one after the other, and the grade is looked up after
each: first the rules (old data), then the firm's own figures against everybody else's old ones, then all the rest.
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.exact import SCORE_UNIT, Ints
from mujun.evaluation import ranking
from mujun.evaluation.engine import Results, measure
from mujun.evaluation.result import GRADES, Evaluation, evaluate
from mujun.rulebook.ruleset import GRADE_ORDER, Cuts

Grades = npt.NDArray[np.int8]


def compare(before: Evaluation, after: Evaluation) -> pd.DataFrame:
    """Return one row per firm of either run, indexed by ``firm_id``.

    Columns: ``grade_before``, ``grade_after``, ``rank_before``, ``rank_after``, ``total_before``, ``total_after``
    (points), ``moved`` (grade differs), ``due_to`` (rules, data, others joined by ``+``; ``new`` or ``gone`` where
    a firm is in one run only), ``by_rules``, ``by_data``, ``by_others`` (points of the total; NaN where the firm
    has no total in both).
    """
    firms = before.positions.union(after.positions, sort=False)
    table = _side(before, firms, "before").join(_side(after, firms, "after"))
    table["moved"] = table["grade_before"] != table["grade_after"]
    stages = _stages(before, after)
    both = before.positions.intersection(after.positions, sort=False)
    old, new = before.positions.get_indexer(both), after.positions.get_indexer(both)
    steps = [
        before.results.grade[old],
        stages.rules.grade[old],
        stages.own_grade[new],
        after.results.grade[new],
    ]
    moves = [np.asarray(a != b) for a, b in pairwise(steps)]
    due = [_due(bool(r), bool(d), bool(o)) for r, d, o in zip(*moves, strict=True)]
    table["due_to"] = pd.Series(due, index=both).reindex(firms, fill_value="")
    table.loc[~firms.isin(before.positions), "due_to"] = "new"
    table.loc[~firms.isin(after.positions), "due_to"] = "gone"
    table.loc[~table["moved"], "due_to"] = ""
    unexplained = table["moved"] & (table["due_to"] == "")
    table.loc[unexplained, "due_to"] = "data" if before.rules.digest == after.rules.digest else "rules"
    totals = [before.results.total[old], stages.rules.total[old], stages.own_total[new], after.results.total[new]]
    known = before.results.scope.measured[old] & after.results.scope.measured[new]
    for name, (a, b) in zip(("by_rules", "by_data", "by_others"), pairwise(totals), strict=True):
        points = pd.Series(np.where(known, (b - a) / SCORE_UNIT, np.nan), index=both)
        table[name] = points.reindex(firms)
    return table


def _side(evaluation: Evaluation, firms: pd.Index, when: str) -> pd.DataFrame:
    grades = evaluation.grades.set_index("firm_id")[["grade", "rank", "total"]].reindex(firms)
    grades["grade"] = grades["grade"].fillna("")
    return grades.add_suffix(f"_{when}")


def _due(rules: bool, data: bool, others: bool) -> str:
    return "+".join(name for name, moved in (("rules", rules), ("data", data), ("others", others)) if moved)


@dataclasses.dataclass(frozen=True, slots=True)
class _Stages:
    """``rules``: the first run's data under the second's rules. ``own_*``: own figures of the second run in it."""

    rules: Results
    own_total: Ints
    own_grade: Grades


def _stages(before: Evaluation, after: Evaluation) -> _Stages:
    same_rules = before.rules.digest == after.rules.digest
    middle = before if same_rules else evaluate(before.register, after.rules, before.year)
    alone = measure(after.frame, after.rules, None, fixed=middle.results)
    return _Stages(middle.results, alone.total, _grades_among(middle, after, alone))


def _grades_among(middle: Evaluation, after: Evaluation, alone: Results) -> Grades:
    """Grade each firm of ``after`` with its own new total among the others' totals of ``middle``."""
    total = alone.total
    cuts = [group.cuts for group in after.rules.groups for _ in (group.sectors or (None,))]
    grade = np.full(len(after.frame), -1, dtype=np.int8)
    scope, reference = alone.scope, middle.results
    old = middle.positions.get_indexer(after.positions)
    names = {name: number for number, name in enumerate(reference.scope.group_names)}
    for number, name in enumerate(scope.group_names):
        firms = np.flatnonzero(scope.ranked & (scope.group == number))
        if not len(firms) or name not in names:
            continue
        members = reference.scope.ranked & (reference.scope.group == names[name])
        rivals = np.sort(reference.total[members])
        was_in = np.where(old[firms] >= 0, members[old[firms]], False)
        own_old = np.where(was_in, reference.total[old[firms]], 0)
        better = len(rivals) - np.searchsorted(rivals, total[firms], side="right")
        better -= (was_in & (own_old > total[firms])).astype(np.int64)
        size = len(rivals) + (~was_in).astype(np.int64)
        grade[firms] = _place(better + 1, size, total[firms], cuts[number])
    return _bounded(after, alone, grade)


def _place(rank: Ints, size: Ints, total: Ints, cuts: Cuts) -> Grades:
    if cuts.by == "score":
        return ranking.grades_by_score(total, cuts)
    bounds = {int(n): np.array(ranking.worst_rank(cuts, int(n))) for n in np.unique(size)}
    return np.array([(r > bounds[int(n)]).sum() for r, n in zip(rank, size, strict=True)], dtype=np.int8)


def _bounded(after: Evaluation, alone: Results, grade: Grades) -> Grades:
    best = np.array([GRADE_ORDER.index(v.grade) for v in after.rules.vetoes] + [0], dtype=np.int8)[alone.vetoed]
    worst = [GRADE_ORDER.index(p.grade) for p in after.rules.protections]
    limit = np.array([*worst, len(GRADE_ORDER)], dtype=np.int8)[alone.protected]
    graded = np.where(grade >= 0, np.maximum(grade, best), grade)
    shielded = (graded >= 0) & (alone.vetoed < 0)
    return np.where(shielded, np.minimum(graded, limit), graded).astype(np.int8)


def movers(before: Evaluation, after: Evaluation) -> pd.DataFrame:
    """Return only the firms whose grade differs, worst fall first (columns as :func:`compare`)."""
    table = compare(before, after)
    table = table[table["moved"]].copy()
    order = {name: place for place, name in enumerate(GRADES)}
    new, old = ([order.get(grade, -1) for grade in table[name]] for name in ("grade_after", "grade_before"))
    fall = np.array(new, dtype=np.int64) - np.array(old, dtype=np.int64)
    return table.iloc[np.argsort(-fall, kind="stable")]
