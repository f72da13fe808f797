"""Bounds and change: the words around a quantity that bound it (超, 以上) or make it a rate of change (增长)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mujun.targets.extraction.grammar import Grammar, any_of
from mujun.targets.extraction.quantities import Quantity
from mujun.targets.statement import Bound, Change

_LOOK = 16
_LONGEST = 6
_CUT_LOOK = 30
_THING = r"[^\d，。；：、和\n到至为率比重]{1,8}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity with its bound and change. ``start``, ``end`` hold their words too; ``attached`` is 各 or 连续 or ""."""

    quantity: Quantity
    start: int
    end: int
    bound: Bound
    change: Change
    attached: str = ""
    bounded_before: bool = False
    bounded_after: bool = False


def measure(text: str, quantity: Quantity, previous: Measured | None, grammar: Grammar) -> Measured:
    """Return the quantity with the words that belong to it; ``previous`` is the quantity before it in the text."""
    rules = _rules(grammar)
    start, end, bound = quantity.start, quantity.end, Bound.EQ
    if quantity.low:
        bound = Bound.GE
    elif quantity.high:
        bound = Bound.LE
    elif quantity.inexact:
        bound = Bound.APPROX
    elif quantity.number == "过半":
        bound = Bound.GE
    before, start = _before(text, start, quantity, grammar, rules)
    after, end = _after(text, end, quantity, grammar, rules)
    if bound is Bound.EQ and before is None and after is None and previous is not None:
        before = _shared_bound(text, start, quantity, previous)
    far = _far(text, start, end, rules) if bound is Bound.EQ and before is None and after is None else None
    bound = after or before or far or bound
    attached = ""
    if text[start - 1 : start] in rules.attached_ends:
        attached = next((word for word in rules.attached if text.endswith(word, 0, start)), "")
    start -= len(attached)
    change, start = (Change.LEVEL, start) if attached else _change(text, start, quantity, previous, rules)
    return Measured(quantity, start, end, bound, change, attached, before is not None, after is not None)


def _before(text: str, start: int, quantity: Quantity, grammar: Grammar, rules: _Rules) -> tuple[Bound | None, int]:
    place = start - 1 if text[start - 1 : start] == " " else start
    if text[place - 1 : place] not in rules.ends:
        return None, start
    found = _suffix(text, place, grammar.bounds_before, quantity, rules)
    if found is None and (quantity.bare or (quantity.chinese and (quantity.value >= 100 or quantity.unit == "%"))):
        found = _suffix(text, place, grammar.bounds_bare, quantity, rules)
    return (found[0], place - found[1]) if found else (None, start)


def _shared_bound(text: str, start: int, quantity: Quantity, previous: Measured) -> Bound | None:
    """Return the bound that two numbers share (分别突破6万元和3万元)."""
    if not previous.bounded_before or previous.quantity.unit != quantity.unit:
        return None
    return previous.bound if text[previous.end : start] in ("和", "及", "与") else None


def _far(text: str, start: int, end: int, rules: _Rules) -> Bound | None:
    """Return the bound of a word that stands further ahead in the clause (最长给到18个月), or of a step (50亿元大关)."""
    found = rules.far.search(text, max(0, start - _LOOK), start)
    if found is None and rules.step_after.match(text, end) and rules.step_before.search(text, max(0, start - 4), start):
        return Bound.GE
    return rules.far_bounds[found["word"]] if found else None


def _suffix(
    text: str, place: int, words: Mapping[str, Bound], quantity: Quantity, rules: _Rules
) -> tuple[Bound, int] | None:
    for size in range(min(_LONGEST, place), 0, -1):
        word = text[place - size : place]
        bound = words.get(word)
        if bound is not None:
            barred = rules.not_after.get(word, "")
            ahead = text[max(0, place - size - 1) : place - size]
            fits = quantity.bare or quantity.group in rules.only_for.get(word, (quantity.group,))
            return None if (ahead and ahead in barred) or not fits else (bound, size)
    return None


def _after(text: str, end: int, quantity: Quantity, grammar: Grammar, rules: _Rules) -> tuple[Bound | None, int]:
    place = end + 1 if text[end : end + 1] == " " else end
    if text[place : place + 1] not in rules.starts:
        return None, end
    tables = [grammar.bounds_after]
    if quantity.group == "duration":
        tables.append(grammar.bounds_after_duration)
    for table in tables:
        for size in (3, 2, 1):
            word = text[place : place + size]
            bound = table.get(word) if len(word) == size else None
            if bound is not None and not _opens_word(text, place, word, quantity):
                return bound, place + size
    return None, end


def _opens_word(text: str, place: int, word: str, quantity: Quantity) -> bool:
    """Return whether 多, 余 or 来 begins a word of its own (3个多功能厅); behind a share it hardly does (四成多规上企业)."""
    if len(word) > 1 or word not in "多余来" or not text[place + 1 : place + 2].isalnum():
        return False
    return not (quantity.group in ("ratio", "multiple") and quantity.chinese and word == "多")


def _change(text: str, start: int, quantity: Quantity, previous: Measured | None, rules: _Rules) -> tuple[Change, int]:
    if quantity.group == "multiple" and quantity.unit == rules.doubling:
        return Change.GROWTH, start
    if previous is not None and previous.change is Change.GROWTH and _goes_on(text, previous, start, quantity):
        return Change.GROWTH, start
    window = text[max(0, start - _LOOK) : start]
    if rules.signs.isdisjoint(window):
        return _cut(text, start, quantity, rules), start
    found = rules.growth.search(window)
    if found is None:
        return _cut(text, start, quantity, rules), start
    if quantity.group not in rules.growth_groups and quantity.unit not in rules.growth_units:
        return Change.LEVEL, start
    return Change.GROWTH, max(0, start - _LOOK) + found.start("word")


def _cut(text: str, start: int, quantity: Quantity, rules: _Rules) -> Change:
    """Return whether a share tells by how much a thing that stands before it was cut (压减会议30%、文件20%)."""
    if quantity.group not in rules.growth_groups or not rules.cut.search(text, max(0, start - _CUT_LOOK), start):
        return Change.LEVEL
    return Change.GROWTH


def _goes_on(text: str, previous: Measured, start: int, quantity: Quantity) -> bool:
    """Return whether this is the next of several rates that share one word (分别增长7%、8%; 增长5%—8%)."""
    if quantity.high and previous.quantity.low:
        return True
    same = previous.quantity.unit == quantity.unit
    return same and text[previous.end : start].strip() in ("、", "和", "及", "与", "以及")


@dataclass(frozen=True)
class _Rules:
    growth: re.Pattern[str]
    signs: frozenset[str]
    not_after: Mapping[str, str]
    only_for: Mapping[str, Sequence[str]]
    attached: tuple[str, ...]
    growth_groups: frozenset[str]
    growth_units: frozenset[str]
    far: re.Pattern[str]
    far_bounds: Mapping[str, Bound]
    doubling: str
    step_before: re.Pattern[str]
    step_after: re.Pattern[str]
    cut: re.Pattern[str]
    attached_ends: frozenset[str]
    ends: frozenset[str]
    starts: frozenset[str]


def _rules(grammar: Grammar) -> _Rules:
    if "bounds" not in grammar.cache:
        raw: Any = grammar.raw["bounds"]
        words = raw["growth"]
        far = {word: Bound(bound) for bound, listed in raw["before_far"].items() for word in listed}
        grammar.cache["bounds"] = _Rules(
            re.compile(rf"(?P<word>{any_of(words)})(?!{raw['level_glue']}|加?值){raw['growth_glue']}\s?\Z"),
            frozenset(word[-1] for word in words),
            raw["not_after"],
            raw["only_for"],
            tuple(raw["attached"]),
            frozenset(raw["growth_classes"]),
            frozenset(raw["growth_units"]),
            re.compile(rf"(?P<word>{any_of(far)})(?!{any_of(raw['before_far_not'])})[^\d，,。；：:、\n]{{0,10}}\Z"),
            far,
            grammar.raw["units"]["doubling"]["unit"],
            re.compile(rf"{any_of(raw['steps']['verbs'])}了?\Z"),
            re.compile(raw["steps"]["after"]),
            re.compile(rf"{any_of(raw['cuts'])}了?{_THING}(?:\d[\d.]*%(?:以上|左右|以内)?[、和及]{_THING})*\Z"),
            frozenset(word[-1] for word in raw["attached"]),
            frozenset(word[-1] for words in (grammar.bounds_before, grammar.bounds_bare) for word in words),
            frozenset(word[0] for words in (grammar.bounds_after, grammar.bounds_after_duration) for word in words),
        )
    rules: _Rules = grammar.cache["bounds"]
    return rules
