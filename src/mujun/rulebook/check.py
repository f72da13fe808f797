"""What must hold between the parts of a rule set; each fault is a sentence that says how to mend it."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from mujun.rulebook.ruleset import GRADE_ORDER, Card, Cuts, RuleSet


def check_rules(rules: RuleSet) -> list[str]:
    """Return one Chinese sentence per fault; an empty list means the rule set may be used."""
    faults: list[str] = []
    for what, names in (
        ("评分卡", [card.name for card in rules.cards]),
        ("分组", [group.name for group in rules.groups]),
        ("加减分", [points.name for points in (*rules.bonus, *rules.penalty)]),
    ):
        faults += [f"{what}“{name}”写了两次，请改名或删去一个" for name, times in Counter(names).items() if times > 1]
    for card in rules.cards:
        faults += _card_faults(card)
    for group in rules.groups:
        faults += [f"分组“{group.name}”：{fault}" for fault in _cut_faults(group.cuts)]
        divisions = Counter(division for sector in group.sectors for division in sector.divisions)
        faults += [
            f"分组“{group.name}”：行业大类 {division} 出现在两个行业组里" for division, n in divisions.items() if n > 1
        ]
        if sum(not sector.divisions for sector in group.sectors) > 1:
            faults.append(f"分组“{group.name}”：只能有一个不写 divisions 的行业组（其他）")
    tied = {name for card in rules.cards for name in (item.indicator.name for item in card.items)}
    faults += [f"tie_break：指标“{name}”没有参与计分" for name in rules.tie_break if name not in tied]
    return faults


def _card_faults(card: Card) -> list[str]:
    faults = []
    names = Counter(item.indicator.name for item in card.items)
    faults += [f"评分卡“{card.name}”：指标“{name}”写了两次" for name, times in names.items() if times > 1]
    days = sorted({day for item in card.items for day, _ in item.weight.values})
    for day in days:
        weights = [item.weight.on(day) for item in card.items]
        if any(weight is None for weight in weights):
            continue
        total = sum((weight for weight in weights if weight is not None), Fraction(0))
        if total != 100:
            faults.append(f"评分卡“{card.name}”：权重合计为 {float(total):g}，应为 100，请调整各项 weight")
    if any(value < 0 for item in card.items for _, value in item.weight.values):
        faults.append(f"评分卡“{card.name}”：权重不能为负")
    for item in card.items:
        given = item.baseline.given if item.baseline else None
        if given is not None and any(value <= 0 for _, value in given.values):
            faults.append(f"评分卡“{card.name}”指标“{item.indicator.name}”：基准值应大于 0")
    return faults


def _cut_faults(cuts: Cuts) -> list[str]:
    faults = []
    order = {grade: place for place, grade in enumerate(GRADE_ORDER)}
    grades = [grade for grade, _ in cuts.top] + [cuts.rest] + [grade for grade, _ in reversed(cuts.bottom)]
    if [order[grade] for grade in grades] != sorted({order[grade] for grade in grades}):
        faults.append(f"等级应由好到差、各写一次，这里是 {'、'.join(grades)}")
    values = [value for _, value in cuts.top]
    if cuts.by == "score":
        if cuts.bottom:
            faults.append("按分数划档时不用 bottom，请把各档下限写在 top 里")
        if values != sorted(values, reverse=True) or len(set(values)) != len(values):
            faults.append("按分数划档时各档下限应由高到低")
        return faults
    ends = [value for _, value in cuts.bottom]
    if values != sorted(set(values)) or ends != sorted(set(ends)):
        faults.append("按名次划档时百分比是累计的，应由小到大且不相等")
    if any(not 0 <= value <= 100 for value in values + ends):
        faults.append("百分比应在 0 到 100 之间")
    if values and ends and values[-1] + ends[-1] > 100:
        faults.append(f"上段 {float(values[-1]):g}% 与下段 {float(ends[-1]):g}% 重叠，合计不应超过 100%")
    return faults
