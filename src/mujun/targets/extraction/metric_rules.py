"""The rules by which metrics are named, compiled from ``metrics.yaml``."""

from __future__ import annotations

import re
from typing import Any

from mujun.targets.extraction.grammar import Grammar, any_of

_LISTED = re.compile(r"[、]|(?<=[一-龥]{2})[和与及](?=[一-龥]{2})")
_PAIRS = {"”": "“", "》": "《", "’": "‘"}
_MARKS = frozenset("“”《》‘’")
_SHORT, _TAIL = 2, 20


class MetricRules:
    """The rules of ``metrics.yaml``, compiled."""

    def __init__(self, grammar: Grammar) -> None:
        raw: Any = grammar.raw["metrics"]
        self._lead = re.compile(raw["lead"])
        self._tail = re.compile(raw["tail"] + r"\Z")
        self._tail_signs = frozenset(raw["tail"])  # every sign that a tail can end with is written in it
        self.not_behind = re.compile(raw["not_behind"])
        self.goes_on = re.compile(raw["goes_on"])
        self.sums = re.compile("总数|总量|总额|总面积|建筑面积")
        self.whole = re.compile(r"(?<=.)总[数量额]\Z")
        self.longest = int(raw["longest"])
        cuts = grammar.raw["bounds"]["cuts"]
        self.verb = re.compile(any_of([*grammar.quantity_verbs, *cuts]))
        self._cut = re.compile(rf"(?:全年|年内|累计)({any_of(cuts)})")
        self.town = re.compile(r"[一-龥]{1,3}(?:(?<![城乡集])镇|街道|(?<!城)乡)")
        self.rate = re.compile(rf"(?:{raw['rates']})(?=(?:同比|增长|提高|下降|增|降|递|速|约|近|达到?|为)*\Z)")
        self.field = re.compile(raw["fields"])
        self.alone = re.compile(raw["alone"])
        self.ground = re.compile(raw["ground"])
        self._halves = frozenset(raw["halves"])
        self._counted = re.compile(raw["counted"] + r"\Z")
        self._twins: dict[str, list[str]] = raw["pairs"]

    def trimmed(self, words: str) -> str:
        """Cut what leads in (力争, 全年实现) and what leads to the number (达到, 为); lists keep all their items."""
        words = words.replace(" ", "").replace("\n", "").lstrip("、和及与（(")
        lead = self._lead.match(words)
        words = words[lead.end() :] if lead and lead.end() < len(words) else words
        if words[-1:] in self._tail_signs:
            tail = self._tail.search(words, max(0, len(words) - _TAIL))
            words = words[: tail.start()] if tail else words
        return _balanced(words.strip("、"))

    def head(self, metric: str) -> str:
        """Return the word of quantity that a metric begins with (a word of cutting also behind 全年), or ""."""
        found = self.verb.match(metric)
        if found is None:
            cut = self._cut.match(metric)
            return str(cut[1]) if cut else ""
        return found[0]

    def noun(self, metric: str) -> str:
        """Return a metric without the word of quantity that it begins with."""
        return metric.removeprefix(self.head(metric))

    def items(self, words: str) -> list[str]:
        """Return what a list of nouns names, each in full: 违法用地宗数、面积; 城乡居民收入 names two."""
        items = [item for item in _LISTED.split(words) if item]
        if len(items) == 1:
            for word, twins in self._twins.items():
                if word in words:
                    return [words.replace(word, twin) for twin in twins]
        first, last = (items[0], items[-1]) if items else ("", "")
        return [item + last[len(item) :] if item in self._halves else self._full(first, item) for item in items]

    def _full(self, first: str, item: str) -> str:
        """Return an item with what it leaves out of the first: 违法用地宗数、面积; 企业亩均税收、亩均增加值."""
        if item == first:
            return item
        if len(item) <= _SHORT < len(first):
            return first[: -len(item)] + item
        place = first.find(item[:_SHORT])
        counted = self._counted.search(first)
        if place < 0 and counted is not None and first[: counted.start()]:
            place = counted.start()
        return first[:place] + item if place > 0 else item


def _balanced(words: str) -> str:
    """Drop quotation marks that have lost their other half."""
    if _MARKS.isdisjoint(words):
        return words
    opened: list[int] = []
    alone: set[int] = set()
    for place, sign in enumerate(words):
        if sign in _PAIRS.values():
            opened.append(place)
        elif sign in _PAIRS:
            if opened and words[opened[-1]] == _PAIRS[sign]:
                opened.pop()
            else:
                alone.add(place)
    alone.update(opened)
    return "".join(sign for place, sign in enumerate(words) if place not in alone) if alone else words


def metric_rules(grammar: Grammar) -> MetricRules:
    """Return the compiled rules of a grammar."""
    if "metrics" not in grammar.cache:
        grammar.cache["metrics"] = MetricRules(grammar)
    rules: MetricRules = grammar.cache["metrics"]
    return rules
