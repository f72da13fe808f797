"""How far a firm is from the next grade, in its own terms: so much tax, so much less land, so many years.

All answers hold the other firms and the baselines still; the text says so.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from mujun.base.exact import SCORE_UNIT, decimal, half_up
from mujun.evaluation.ranking import NO_GAP
from mujun.evaluation.result import Evaluation
from mujun.rulebook.ruleset import GRADE_ORDER, Card, Item

TAX_STEP_WAN = Fraction(1, 100)
AREA_STEP_MU = Fraction(1, 100)
_MOST_STEPS = 1 << 40


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """One way to the next grade: ``change`` in ``unit`` (None where this way alone does not lead there)."""

    kind: str
    label: str
    change: float | None
    unit: str
    text: str

    def as_dict(self) -> dict[str, Any]:
        """Return the way for JSON."""
        return dataclasses.asdict(self)


def next_grade(evaluation: Evaluation, firm: int) -> str:
    """Return the next better grade of the firm at position ``firm``; empty where there is none within reach."""
    results = evaluation.results
    if results.gap[firm] == NO_GAP:
        return ""
    group = evaluation.rules.groups[group_number(evaluation, firm)]
    names = {name for name, _ in (*group.cuts.top, *group.cuts.bottom)} | {group.cuts.rest}
    better = [name for name in GRADE_ORDER[: results.grade[firm]] if name in names]
    return better[-1] if better else ""


def group_number(evaluation: Evaluation, firm: int) -> int:
    """Return which rule of ``rules.groups`` the firm is ranked by (sectors of one rule count once)."""
    counts = [max(len(group.sectors), 1) for group in evaluation.rules.groups]
    number = int(evaluation.results.scope.group[firm])
    for place, count in enumerate(counts):
        if number < count:
            return place
        number -= count
    raise IndexError(f"firm {firm} is in no group")


def ways(evaluation: Evaluation, firm: int, say: Callable[[str], str] = str) -> list[Way]:
    """Return the ways by which the firm at position ``firm`` would reach its next grade; empty where none exists.

    ``say`` translates labels, units and sentences (with their ``{}`` still empty).
    """
    gap = int(evaluation.results.gap[firm])
    if gap == NO_GAP:
        return []
    target = next_grade(evaluation, firm)
    needed = int(evaluation.results.total[firm]) + gap
    card = evaluation.rules.cards[int(evaluation.results.scope.card[firm])]
    if any(item.method not in ("ratio", "value") for item in card.items):
        return []
    tax = Fraction(evaluation.frame.exact("tax_wan", firm) or 0)
    area = Fraction(evaluation.frame.exact("area_mu", firm) or 0)

    def reached(overrides: Mapping[str, Fraction]) -> bool:
        return points_with(evaluation, firm, card, overrides) >= needed

    more_tax = _least(lambda n: reached({"tax_wan": tax + n * TAX_STEP_WAN}), _MOST_STEPS)
    room = max(math.ceil(area / AREA_STEP_MU) - 1, 0)
    less_land = _least(lambda n: reached(_smaller(area, n)) or not _in_scope(evaluation, firm, _smaller(area, n)), room)
    if less_land is not None and not _in_scope(evaluation, firm, _smaller(area, less_land)):
        less_land = None
    found = [_tax_way(more_tax, target, say), _land_way(less_land, target, say)]
    years = _years(evaluation, firm, tax, more_tax)
    if years is not None:
        sentence = say("若税收保持上一年的增速，约 {years:g} 年后达到 {grade} 类所需税收。")
        text = sentence.format(years=years, grade=target)
        found.append(Way("years", say("按现有增速"), years, say("年"), text))
    return found


def points_with(evaluation: Evaluation, firm: int, card: Card, overrides: Mapping[str, Fraction]) -> int:
    """Return the total (1/10,000 point) the firm would have with some figures replaced, all baselines held still."""
    results = evaluation.results
    total = int(results.total[firm])
    for item in card.items:
        if not item.indicator.inputs & overrides.keys():
            continue
        score = _score_with(evaluation, firm, item, overrides)
        if score is not None:
            total += score - int(results.items[item.indicator.name].score[firm])
    return total


def _score_with(evaluation: Evaluation, firm: int, item: Item, overrides: Mapping[str, Fraction]) -> int | None:
    def value_of(name: str) -> Fraction | bool | None:
        return overrides[name] if name in overrides else evaluation.frame.exact(name, firm)

    above = item.indicator.numerator.exactly(value_of)
    below = item.indicator.denominator.exactly(value_of)
    if above is None or below is None or below <= 0:
        return None
    scores = evaluation.results.items[item.indicator.name]
    weight = decimal(float(scores.weight[firm]))
    value = above / below
    if item.negative == "zero":
        value = max(value, Fraction(0))
    if item.method == "value":
        points = value * weight / 100
    else:
        scope = evaluation.results.scope
        key = (scope.group_names[scope.group[firm]], _card_name(evaluation, firm), item.indicator.name)
        reference = evaluation.baselines.get(key)
        if reference is None or not reference.exact:
            return None
        points = value / reference.exact * weight
    score = half_up(points * SCORE_UNIT)
    if item.cap is not None:
        score = min(score, half_up(item.cap * weight * SCORE_UNIT))
    return max(score, half_up(item.floor * SCORE_UNIT)) if item.floor is not None else score


def _card_name(evaluation: Evaluation, firm: int) -> str:
    return evaluation.rules.cards[int(evaluation.results.scope.card[firm])].name


def _smaller(area: Fraction, steps: int) -> dict[str, Fraction]:
    return {"area_mu": area - steps * AREA_STEP_MU}


def _in_scope(evaluation: Evaluation, firm: int, overrides: Mapping[str, Fraction]) -> bool:
    def value_of(name: str) -> Fraction | bool | None:
        return overrides[name] if name in overrides else evaluation.frame.exact(name, firm)

    scope = evaluation.results.scope
    card = evaluation.rules.cards[int(scope.card[firm])]
    group = evaluation.rules.groups[group_number(evaluation, firm)]
    return bool(card.when.exactly(value_of)) and bool(group.when.exactly(value_of))


def _least(reached: Callable[[int], bool], most: int) -> int | None:
    """Return the least number of steps (1 … most) that reaches, for a test that stays true once true."""
    high = 1
    while not reached(min(high, most)):
        if high >= most:
            return None
        high *= 4
    low, high = high // 4, min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle
    return high


def _tax_way(steps: int | None, target: str, say: Callable[[str], str]) -> Way:
    if steps is None:
        text = say("单靠增加税收到不了 {grade} 类：相关指标已封顶或不计税收。").format(grade=target)
        return Way("tax", say("增加税收"), None, say("万元"), text)
    change = float(steps * TAX_STEP_WAN)
    sentence = say("其他企业和基准值不变时，税收再增加 {change:g} 万元可到 {grade} 类。")
    return Way("tax", say("增加税收"), change, say("万元"), sentence.format(change=change, grade=target))


def _land_way(steps: int | None, target: str, say: Callable[[str], str]) -> Way:
    if steps is None:
        return Way(
            "land", say("减少用地"), None, say("亩"), say("单靠减少用地到不了 {grade} 类。").format(grade=target)
        )
    change = float(steps * AREA_STEP_MU)
    sentence = say("其他企业和基准值不变时，评价用地减少 {change:g} 亩可到 {grade} 类。")
    return Way("land", say("减少用地"), change, say("亩"), sentence.format(change=change, grade=target))


def _years(evaluation: Evaluation, firm: int, tax: Fraction, steps: int | None) -> float | None:
    if steps is None or tax <= 0:
        return None
    last = float(evaluation.tax_before[firm])
    if not last > 0 or float(tax) <= last:
        return None
    growth = float(tax) / last
    return float(math.ceil(math.log(float((tax + steps * TAX_STEP_WAN) / tax)) / math.log(growth)))
