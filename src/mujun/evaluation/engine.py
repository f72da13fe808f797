"""One evaluation: scope, scores, totals, ranks, grades. Source: docs/explanation/ruler.md, common algorithm."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from mujun.base.exact import SCORE_UNIT, Ints, decimal, half_up, round_half_up
from mujun.evaluation import ranking
from mujun.evaluation.frame import FirmFrame, Picked, firm_frame
from mujun.evaluation.scoring import FLAG, ItemScores, Reference, mean_reference, score_item
from mujun.register.tables import Register
from mujun.rulebook.expressions import Expression
from mujun.rulebook.ruleset import GRADE_ORDER, Card, Item, Points, RuleSet

NOT_GRADED = {"no_area": "没有评价用地面积", "out_of_scope": "不在评价范围", "pooled": "并入出租方一并评价"}
Truths = npt.NDArray[np.bool_]
Key = tuple[str, str, str]
"""Ranking group, score card, indicator."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """Who is measured how: per firm the card, the ranking group, and why not. -1 = none.

    ``exempt`` is the number of the exemption; ``measured`` firms get items, ``ranked`` ones also a rank.
    """

    card: Ints
    group: Ints
    group_names: tuple[str, ...]
    exempt: Ints
    has_area: Truths
    measured: Truths
    ranked: Truths


@dataclasses.dataclass(slots=True)
class Results:
    """Everything computed, aligned with the frame's firms. Points are integers of 1/10,000."""

    scope: Scope
    items: dict[str, ItemScores]
    baselines: dict[Key, Reference]
    means: dict[Key, int]
    bonus: dict[str, Ints]
    penalty: dict[str, Ints]
    bonus_total: Ints
    penalty_total: Ints
    total: Ints
    standing: ranking.Standing
    grade_by_rank: npt.NDArray[np.int8]
    grade: npt.NDArray[np.int8]
    vetoed: Ints
    protected: Ints
    gap: Ints


def truth(expression: Expression, frame: FirmFrame) -> Truths:
    """Evaluate a condition over the frame's firms."""
    return np.broadcast_to(np.asarray(expression.over(frame.columns), dtype=bool), (len(frame),))


def scope_of(frame: FirmFrame, rules: RuleSet) -> Scope:
    """Sort the firms into cards and groups; the first that fits counts."""
    size = len(frame)
    has_area = frame.columns["area_mu"] > 0
    card = _first(frame, [card.when for card in rules.cards])
    exempt = _first(frame, [exemption.when for exemption in rules.exemptions])
    group = np.full(size, -1, dtype=np.int64)
    names: list[str] = []
    for number, choice in _group_choices(frame, rules):
        fits = (group < 0) & choice
        group[fits] = len(names)
        names.append(number)
    scored = np.array([exemption.scored for exemption in rules.exemptions] + [True], dtype=bool)
    measured = has_area & (card >= 0) & (group >= 0) & scored[exempt]
    if frame.is_pooled:
        measured &= frame.head == np.arange(size)
    return Scope(card, group, tuple(names), exempt, has_area, measured, measured & (exempt < 0))


def _first(frame: FirmFrame, conditions: list[Expression]) -> Ints:
    found = np.full(len(frame), -1, dtype=np.int64)
    for number, condition in reversed(list(enumerate(conditions))):
        found[truth(condition, frame)] = number
    return found


def _group_choices(frame: FirmFrame, rules: RuleSet) -> list[tuple[str, Truths]]:
    choices = []
    for group in rules.groups:
        inside = truth(group.when, frame)
        if not group.sectors:
            choices.append((group.name, inside))
            continue
        named = [division for sector in group.sectors for division in sector.divisions]
        for sector in group.sectors:
            division = frame.columns["division"]
            fits = np.isin(division, sector.divisions) if sector.divisions else ~np.isin(division, named)
            choices.append((f"{group.name}-{sector.name}", inside & fits))
    return choices


def measure(
    frame: FirmFrame,
    rules: RuleSet,
    previous: FirmFrame | None,
    fixed: Results | None = None,
) -> Results:
    """Score, rank and grade every firm of ``frame``.

    ``previous`` is last year's frame where a baseline needs it. ``fixed`` is an evaluation
    whose baselines and means hold instead of computed ones (to tell apart what a change of others did).
    """
    scope = scope_of(frame, rules)
    before = (previous, scope_of(previous, rules)) if previous is not None else None
    references: dict[Key, Reference] = {}
    means: dict[Key, int] = {}
    items = ItemScores.blank((indicator.name for indicator in rules.indicators), len(frame))
    for number, card in enumerate(rules.cards):
        on_card = scope.measured & (scope.card == number)
        for group in np.flatnonzero(np.bincount(scope.group[on_card])):
            firms = np.flatnonzero(on_card & (scope.group == group)).astype(np.int64)
            picked = Picked(frame, firms)
            for item in card.items:
                key = (scope.group_names[group], card.name, item.indicator.name)
                reference = fixed.baselines.get(key) if fixed else None
                reference = reference or _reference(frame, rules, before, scope, firms, item)
                if reference is not None:
                    references[key] = reference
                into, mean = items[item.indicator.name], fixed.means.get(key) if fixed else None
                mean = score_item(picked, item, scope.ranked[firms], reference, into, mean)
                if mean is not None:
                    means[key] = mean
    bonus = {rule.name: _points(frame, rule, scope.measured) for rule in rules.bonus}
    penalty = {rule.name: _points(frame, rule, scope.measured) for rule in rules.penalty}
    bonus_total = _sum(bonus, len(frame))
    if rules.bonus_cap is not None:
        np.minimum(bonus_total, half_up(rules.bonus_cap * SCORE_UNIT), out=bonus_total)
    penalty_total = _sum(penalty, len(frame))
    total = _item_sum(items, rules.cards, len(frame)) + bonus_total - penalty_total
    points = (bonus, penalty, bonus_total, penalty_total, total)
    return _graded(frame, rules, scope, items, (references, means), points)


def _reference(
    frame: FirmFrame, rules: RuleSet, before: tuple[FirmFrame, Scope] | None, scope: Scope, firms: Ints, item: Item
) -> Reference | None:
    baseline = item.baseline
    if baseline is None:
        return None
    if baseline.kind == "given":
        value = baseline.given.on(dt.date(frame.year, 12, 31)) if baseline.given else None
        return Reference(float(value), value) if value is not None else None
    if baseline.kind == "previous_mean":
        if before is None:
            return None
        return mean_reference(before[0], item.indicator, _measured_by(rules, before[1], item), baseline)
    chosen = firms[scope.ranked[firms]] if baseline.over == "group" else _measured_by(rules, scope, item)
    return mean_reference(frame, item.indicator, chosen, baseline)


def _measured_by(rules: RuleSet, scope: Scope, item: Item) -> Ints:
    """Return the firms of the county that are measured by the item's indicator."""
    cards = [n for n, card in enumerate(rules.cards) if any(i.indicator == item.indicator for i in card.items)]
    return np.flatnonzero(scope.measured & np.isin(scope.card, cards)).astype(np.int64)


def _points(frame: FirmFrame, rule: Points, measured: Truths) -> Ints:
    holds = truth(rule.when, frame) & measured
    firms = np.flatnonzero(holds)
    points = np.zeros(len(frame), dtype=np.int64)
    if len(firms):
        columns = {name: frame.columns[name][firms] for name in rule.points.names}
        raw = np.broadcast_to(np.asarray(rule.points.over(columns), dtype=np.float64), firms.shape) * SCORE_UNIT

        def exactly(position: int) -> Fraction | None:
            value = rule.points.exactly(lambda name: frame.exact(name, int(firms[position])))
            return None if value is None else value * SCORE_UNIT

        points[firms] = np.maximum(round_half_up(raw, exactly), 0)
        if rule.cap is not None:
            np.minimum(points, half_up(rule.cap * SCORE_UNIT), out=points)
    return points


def _sum(parts: dict[str, Ints], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    for part in parts.values():
        total += part
    return total


def _item_sum(items: dict[str, ItemScores], cards: tuple[Card, ...], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    for scores in items.values():
        total += scores.score
    if not any(item.missing == "skip" for card in cards for item in card.items):
        return total
    weight = np.zeros(size)
    skipped = np.zeros(size, dtype=bool)
    for scores in items.values():
        left_out = scores.flag == FLAG["skip"]
        skipped |= left_out
        weight += np.where(scores.on_card & ~left_out, scores.weight, 0.0)
    for firm in np.flatnonzero(skipped):
        present = decimal(float(weight[firm]))
        total[firm] = half_up(Fraction(int(total[firm])) * 100 / present) if present else 0
    return total


def _graded(
    frame: FirmFrame,
    rules: RuleSet,
    scope: Scope,
    items: dict[str, ItemScores],
    standards: tuple[dict[Key, Reference], dict[Key, int]],
    points: tuple[dict[str, Ints], dict[str, Ints], Ints, Ints, Ints],
) -> Results:
    total = points[-1]
    group = np.where(scope.ranked, scope.group, -1)
    ties = tuple(items[name].score for name in rules.tie_break)
    standing = ranking.stand(group, total, len(scope.group_names), ties)
    cuts = [rule.cuts for rule in rules.groups for _ in (rule.sectors or (None,))]
    by_rank = ranking.grades_by_rank(standing, cuts)
    for number, cut in enumerate(cuts):
        if cut.by == "score":
            members = group == number
            by_rank[members] = ranking.grades_by_score(total[members], cut)
    vetoed, protected = (
        _first(frame, [v.when for v in rules.vetoes]),
        _first(frame, [p.when for p in rules.protections]),
    )
    best = np.array([GRADE_ORDER.index(v.grade) for v in rules.vetoes] + [0], dtype=np.int8)[vetoed]
    worst = np.array([GRADE_ORDER.index(p.grade) for p in rules.protections] + [len(GRADE_ORDER)], dtype=np.int8)
    grade = np.where(by_rank >= 0, np.maximum(by_rank, best), by_rank).astype(np.int8)
    shielded = (grade >= 0) & (vetoed < 0)
    grade = np.where(shielded, np.minimum(grade, worst[protected]), grade).astype(np.int8)
    gap = ranking.gaps_by_rank(standing, cuts, total, grade, best)
    for number, cut in enumerate(cuts):
        if cut.by == "score":
            members = np.flatnonzero(group == number)
            gap[members] = ranking.gaps_by_score(cut, total[members], grade[members], best[members])
    references, means = standards
    bonus, penalty, bonus_total, penalty_total, _ = points
    return Results(
        scope, items, references, means, bonus, penalty, bonus_total, penalty_total, total, standing, by_rank, grade,
        vetoed, protected, gap,
    )  # fmt: skip


def frames(register: Register, rules: RuleSet, year: int) -> tuple[FirmFrame, FirmFrame | None]:
    """Return the frame of ``year`` and, where the rule set needs it, that of the year before."""
    frame = firm_frame(register, rules, year)
    return frame, firm_frame(register, rules, year - 1) if rules.needs_previous_year else None
