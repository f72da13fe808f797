"""Ranks: 全省第一, 位居首位, 全国百强第49位, 前三, 100强, as statements of the unit 位."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.numerals import read_numeral
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.quantities import Quantity
from mujun.targets.statement import Bound, Change

_NUMBER = r"\d{1,4}|[一二两三四五六七八九十百千]{1,5}"
_NEAR = 14


def find_ranks(page: Page, grammar: Grammar) -> list[Measured]:
    """Return the ranks of a page in reading order."""
    rules = _rules(grammar)
    found = []
    for match in rules.token.finditer(page.text):
        rank = _rank(page, match, rules)
        if rank is not None:
            found.append(rank)
    return found


def _rank(page: Page, match: re.Match[str], rules: _Rules) -> Measured | None:
    text, start, end = page.text, match.start(), match.end()
    line = text[max(page.clause_start(start), start - _NEAR) : start]
    following = text[end : end + 1]
    if match["top"]:
        if rules.not_top_before.search(line) or rules.not_top_after.match(text, end):
            return None
        return _ranked(text, start, end, match["top"], Decimal(1), Bound.EQ, rules)
    if match["short"]:
        return _ranked(text, start, end, "首", Decimal(1), Bound.EQ, rules)
    number = match["nth"] or match["front"] or match["strong"]
    value = read_numeral(number)
    if value is None:
        return None
    licence = rules.licence.search(line)
    if match["nth"]:
        if (following in rules.ordinals and following and not match["place"]) or not licence:
            return None
        return _ranked(text, start, end, number, value, Bound.EQ, rules)
    if match["front"]:
        if not licence or (not match["place2"] and following and following in rules.ordinals):
            return None
        if rules.lists.match(text, end):
            return None
        return _ranked(text, start, end, number, value, Bound.LE, rules)
    if rules.names.match(text, end) or not rules.verbs.search(line):
        return None
    return _ranked(text, start, end, number, value, Bound.LE, rules)


def _ranked(text: str, start: int, end: int, number: str, value: Decimal, bound: Bound, rules: _Rules) -> Measured:
    window = text[max(0, start - _NEAR) : start]
    lead = rules.lead.search(window)
    first = start - len(lead[0]) if lead else start
    quantity = Quantity(start, end, number, value, "位", "rank")
    return Measured(quantity, first, end, bound, Change.LEVEL)


class _Rules:
    def __init__(self, raw: Any) -> None:
        verbs, fields = raw["verbs"], raw["fields"]
        self.token = re.compile(
            rf"(?=[第前首榜之位居名列排高稳\d一二两三四五六七八九十百千])(?:(?P<top>{raw['top']})|(?P<short>{raw['top_short']})"
            rf"|第(?P<nth>{_NUMBER})(?P<place>[位名](?![一-龥]?书记))?"
            rf"|前(?P<front>{_NUMBER})(?P<place2>{raw['front']})?"
            rf"|(?P<strong>{_NUMBER}){raw['strong']['sign']})"
        )
        self.licence = re.compile(rf"(?:{verbs}|{raw['origins']})[^，。；]*\Z|(?:{fields})[^，。；、]{{0,3}}\Z")
        self.verbs = re.compile(rf"(?:{verbs})")
        self.lead = re.compile(rf"(?:(?:{verbs})(?:{raw['places']})?|全国|全省|全市|全县|)\Z")
        self.ordinals = raw["ordinals"]
        self.names = re.compile(raw["strong"]["names"].lstrip("^"))
        self.lists = re.compile(raw["lists"])
        self.not_top_before = re.compile(raw["not_rank"]["before"])
        self.not_top_after = re.compile(raw["not_rank"]["after"].lstrip("^"))


def _rules(grammar: Grammar) -> _Rules:
    if "ranks" not in grammar.cache:
        grammar.cache["ranks"] = _Rules(grammar.raw["ranks"])
    rules: _Rules = grammar.cache["ranks"]
    return rules
