"""Numbers inside a phrase: thresholds of a qualifier (3亿元以上项目), announcements (八个方面), small Chinese numerals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Grammar, any_of
from mujun.targets.extraction.page import Page
from mujun.targets.statement import Bound

_STOP = re.compile(r"[，,。；;：:！？!?（）()\s、]")
_JOINED = re.compile(r"(?:和|及|与|以及|或|[-—~至到]+)\Z")
_PHRASE = 14
_SMALL = 10
_CLOSE = 4
_AHEAD = 60
_COUNTED = ("count", "great")
_PLAIN = ("area", "length", "mass", "volume", "energy")


def thresholds(page: Page, found: Sequence[Measured], grammar: Grammar) -> set[int]:
    """Return the indices of the quantities that are thresholds; read from the back, for a list shares its noun."""
    rules = _rules(grammar)
    marked: set[int] = set()
    for index in range(len(found) - 1, -1, -1):
        following = found[index + 1] if index + 1 < len(found) else None
        if _is_threshold(page, found[index], following, index + 1 in marked, rules):
            marked.add(index)
    return marked


def _is_threshold(page: Page, here: Measured, following: Measured | None, shares: bool, rules: _Rules) -> bool:
    group = here.quantity.group
    text = page.text
    if (here.attached or here.bounded_after or here.bounded_before) and rules.condition.match(text, here.end):
        return True
    if group in ("rank", "duration") and not here.bounded_after:
        return False
    between = text[here.end : following.start] if following is not None else None
    if shares and following is not None:
        said = _of_list(here, following, between or "")
        if said is not None:
            return said
    if here.bounded_after and between == "":
        return True
    if here.quantity.low and between is not None and len(between) == 1:
        return shares and group not in _COUNTED
    bounded = (here.bounded_after or here.bounded_before) and here.bound is not Bound.APPROX
    phrase = _STOP.split(text[here.end : here.end + _PHRASE], maxsplit=1)[0]
    if not phrase or phrase[0].isdigit():
        return _defines_share(page, here, bounded, rules)
    if group == "ratio" and not rules.rate.search(text, max(0, here.start - 3), here.start):
        return bounded and not here.bounded_after and phrase[0] == "的" and between is not None and len(between) <= 1
    if phrase[0] == "的" and bounded and group not in _COUNTED and group != "ratio" and rules.entity.search(phrase):
        return not rules.verb_before(text, here.start)
    if phrase[0] == "的" and bounded:
        counted = between is not None and len(between) <= _CLOSE and not _STOP.search(between)
        return len(phrase) == 1 or counted or rules.entity.match(phrase[1:]) is not None
    return _before_noun(page, here, following, bounded, phrase, rules)


def _before_noun(
    page: Page, here: Measured, following: Measured | None, bounded: bool, phrase: str, rules: _Rules
) -> bool:
    """Return whether a quantity directly before a noun (``phrase``) qualifies it."""
    group, text = here.quantity.group, page.text
    between = text[here.end : following.start] if following is not None else None
    counted_later = _counted_later(between)
    if here.quantity.high and counted_later and group not in _COUNTED:
        return rules.verb_in(text, here.end, following.start if following else here.end) in ("", "达到", "达")
    if group in _COUNTED and here.quantity.unit in rules.measures and not counted_later:
        return False  # 1000家以上企业: so many of them
    if group in _COUNTED:
        if not here.bounded_after or rules.verb_before(text, here.start):
            return False
        return counted_later or rules.entity.match(phrase) is not None
    if not bounded:
        return counted_later and len(between or "") <= _PHRASE // 2 and rules.entity.match(phrase) is not None
    if counted_later:
        return True
    return rules.entity.match(phrase) is not None if here.bounded_before else rules.entity.search(phrase) is not None


def _of_list(here: Measured, following: Measured, between: str) -> bool | None:
    """Return whether the quantity shares its noun with the threshold behind it; None where they are no list."""
    if between in ("、", "和", "或", "及", "至", "到", "且", "—", "-", "~"):
        return here.bounded_after or here.quantity.low or here.quantity.group not in _COUNTED
    if here.bounded_after and following.bounded_after and between[:1] == "、":
        return here.quantity.unit == following.quantity.unit and not _STOP.search(between[1:])
    return None


def _defines_share(page: Page, here: Measured, bounded: bool, rules: _Rules) -> bool:
    """Return whether the number ends the definition of a share named before it (近三成的地块亩均税收不足5万元)."""
    if not bounded or here.quantity.group in _COUNTED:
        return False
    return (
        rules.share.search(page.text, max(page.clause_start(here.start), here.start - _AHEAD), here.start) is not None
    )


def _counted_later(between: str | None) -> bool:
    """Return whether something is counted behind the quantity in the same stretch of words (项目52个, 村占比40%)."""
    return (
        between is not None
        and 0 < len(between) <= _PHRASE + 6
        and not _JOINED.match(between)
        and not _STOP.search(between)
    )


def is_slogan(page: Page, here: Measured, grammar: Grammar) -> bool:
    """Return whether a count only announces a list, or is a small Chinese numeral of a phrase."""
    quantity = here.quantity
    rules = _rules(grammar)
    text = page.text
    small = quantity.chinese and quantity.value <= _SMALL and not (quantity.inexact or quantity.low or quantity.high)
    bounded = here.bounded_after or here.bounded_before
    verb = rules.verb_before(text, here.start)
    if quantity.group not in _COUNTED:
        if quantity.group == "duration":
            return quantity.number in rules.never and quantity.value == 1 and not (bounded or here.attached)
        return small and quantity.group in _PLAIN and not (bounded or verb)
    phrase = _STOP.split(text[quantity.end : quantity.end + _PHRASE], maxsplit=1)[0]
    if small and here.attached:
        return bool(phrase) and here.attached == "各"
    if quantity.unit in rules.needs_verb and not (
        bounded or rules.verb_in(text, page.clause_start(here.start), here.start)
    ):
        return True
    if small and _sums_up(page, here, phrase, rules):
        return False
    if small and quantity.number in rules.never:
        if not phrase and quantity.unit in rules.ends:
            return not rules.verb_in(text, page.clause_start(here.start), here.start)
        if verb and verb not in rules.announcing and quantity.unit in rules.built:
            return False
        return not (bounded or rules.each.search(text, max(0, here.start - _PHRASE), here.start))
    announces = rules.announces(phrase, rules.announced)
    if small:
        announces = announces or rules.announces(phrase, rules.abstract, opens=False)
        announces = announces and rules.thing_first.match(phrase) is None
        return _small_slogan(page, here, phrase, verb, announces, bounded, rules)
    if quantity.group == "great":
        return not (phrase and _great_counts(page, here, rules))
    return announces and (not verb or verb in rules.announcing)


def _small_slogan(
    page: Page, here: Measured, phrase: str, verb: str, announces: bool, bounded: bool, rules: _Rules
) -> bool:
    if here.quantity.group == "great" or announces:
        return True
    if bounded:
        return False
    start = max(page.clause_start(here.start), here.start - _AHEAD)
    if phrase and here.quantity.number not in rules.never and not verb and _things(page, here, phrase, rules):
        return False
    if phrase:
        listed = "、" in page.text[max(start, here.start - _PHRASE) : here.start] and rules.entity.search(phrase)
        return not listed and (not verb or verb in rules.announcing)
    if rules.thing_before.search(page.text, start, here.start):
        return False
    return not rules.verb_in(page.text, start, here.start) or here.start - start < 4


def _things(page: Page, here: Measured, phrase: str, rules: _Rules) -> bool:
    """Return whether a small number counts things that can be touched: 两家食堂, 有四个镇, 超五亿元项目四个."""
    if here.quantity.unit in rules.touched:
        return True
    before = page.text[max(0, here.start - 2) : here.start]
    begins = before[-1:] in "，。；：有\n" or not before
    return begins and rules.concrete.search(phrase) is not None


def _sums_up(page: Page, here: Measured, phrase: str, rules: _Rules) -> bool:
    """Return whether the number sums up the list before it (甲、乙、丙三大区块) and its noun is a thing."""
    if not rules.concrete.match(phrase):
        return False
    start = page.clause_start(here.start)
    items = page.text[start : here.start].count("、") + 1
    return items > 1 and items == here.quantity.value


def _great_counts(page: Page, here: Measured, rules: _Rules) -> bool:
    """Return whether 3大平台 counts: Arabic, with a word of quantity before it or before the list that it sums up."""
    if here.quantity.chinese:
        return False
    text, start = page.text, page.clause_start(here.start)
    if _sums_up(page, here, text[here.quantity.end : here.quantity.end + _PHRASE], rules):
        return True
    verbs = (rules.verb_before(text, here.start), rules.verb_in(text, start, min(start + 8, here.start)))
    return any(verb and verb not in rules.announcing for verb in verbs)


class _Rules:
    def __init__(self, grammar: Grammar) -> None:
        raw: Any = grammar.raw["exclusions"]
        self.entity = re.compile(any_of(raw["entities"]))
        self.announced = re.compile(any_of(raw["announced"]))
        self.never = frozenset(raw["small"]["never"])
        self.abstract = re.compile(any_of(raw["abstract"]))
        self.rate = re.compile(raw["shares"]["rate"] + r"\Z")
        self.share = re.compile(raw["shares"]["share"].removesuffix("$") + r"\Z")
        self.condition = re.compile(r"[^，。；：、\n]{0,12}的[，,]")
        self.built = frozenset(raw["small"]["built"])
        self.touched = frozenset(raw["small"]["touched"])
        self.concrete = re.compile(raw["small"]["concrete"])
        self.thing_before = re.compile(raw["small"]["concrete"].removeprefix("[^，。；的]{0,6}") + r"\Z")
        self.thing_first = re.compile(raw["small"]["concrete"].replace("{0,6}", "{0,2}"))
        self.measures = frozenset(raw["small"]["measures"])
        self.needs_verb = frozenset(grammar.raw["units"]["needs_verb"])
        self.ends = frozenset(raw["small"]["ends"])
        self.each = re.compile(raw["small"]["each"] + r"\Z")
        self.verbs = grammar.quantity_verbs
        self.announcing = grammar.announcing_verbs
        self._by_end: dict[str, list[str]] = {}
        for verb in sorted(self.verbs, key=lambda verb: (-len(verb), verb)):
            self._by_end.setdefault(verb[-1], []).append(verb)
        self.any_verb = re.compile(any_of(self.verbs))
        self.glue = re.compile(raw["small"]["glue"] + r"\Z")

    def announces(self, phrase: str, nouns: re.Pattern[str], *, opens: bool = True) -> bool:
        """Return whether the phrase begins (if ``opens``) or ends with one of the nouns (八个方面, 十项惠民举措)."""
        return any((opens and not found.start()) or found.end() == len(phrase) for found in nouns.finditer(phrase))

    def verb_before(self, text: str, place: int) -> str:
        """Return the word of quantity that stands directly before ``place`` (glue such as 了, 省级 between), or ""."""
        window = text[max(0, place - 12) : place].rstrip()
        for words in (window, window[: self._glued(window)]):
            for verb in self._by_end.get(words[-1:], ()):
                if words.endswith(verb):
                    return verb
        return ""

    def _glued(self, window: str) -> int:
        found = self.glue.search(window)
        return found.start() if found else len(window)

    def verb_in(self, text: str, start: int, end: int) -> str:
        """Return the first word of quantity in a stretch of text, or ""."""
        found = self.any_verb.search(text, start, end)
        return found[0] if found else ""


def _rules(grammar: Grammar) -> _Rules:
    if "thresholds" not in grammar.cache:
        grammar.cache["thresholds"] = _Rules(grammar)
    rules: _Rules = grammar.cache["thresholds"]
    return rules
