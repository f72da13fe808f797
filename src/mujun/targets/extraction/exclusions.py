"""Exclusions: which numbers are no statements, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Exclusion, Grammar
from mujun.targets.extraction.page import Page

_LOOK = 18
_OPENS = 3
_POLICY = ("policy", 0)


def excluded(page: Page, measured: Measured, grammar: Grammar) -> str | None:
    """Return why the number is no statement by the rules of ``exclusions.yaml`` and its own company, else None."""
    quantity = measured.quantity
    text = page.text
    rules = _rules(grammar)
    led_at = quantity.led_at
    before = text[max(0, led_at - _LOOK) : led_at].rpartition("\n")[2]
    after = text[quantity.end : quantity.end + _LOOK].partition("\n")[0]
    name = rules.judge(quantity.group, quantity.unit).reason(measured, before, after)
    if name is not None:
        return name
    if quantity.bare and not (measured.bounded_before or measured.attached or quantity.inexact):
        return "bare"
    if quantity.group == "duration" and not _lasting(page, measured, before, rules):
        return "duration"
    if page.is_noise(quantity.start):
        return "noise"
    sentence = page.sentence(quantity.start)
    if rules.line_is_bad(page, sentence):
        return "line"
    if _in_name(text, measured, rules):
        return "name"
    if rules.is_term(page, quantity.start, sentence):
        return "term"
    return None


@dataclass(frozen=True)
class _Judge:
    """The rules for one unit: those that only look before, or only behind, are one regular expression each."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    others: tuple[Exclusion, ...]

    @classmethod
    def of(cls, rules: Sequence[Exclusion]) -> _Judge:
        """Sort the rules that hold for a unit."""
        simple = [rule for rule in rules if rule.number is None and rule.but_before is None and rule.but_after is None]
        before = [rule for rule in simple if rule.before is not None and rule.after is None]
        after = [rule for rule in simple if rule.after is not None and rule.before is None]
        merged = {rule.name for rule in before + after}
        return cls(
            re.compile("|".join(rf"(?P<{rule.name}>{rule.before.pattern})" for rule in before if rule.before))
            if before
            else None,
            re.compile("|".join(rf"(?P<{rule.name}>{rule.after.pattern})" for rule in after if rule.after))
            if after
            else None,
            tuple(rule for rule in rules if rule.name not in merged),
        )

    def reason(self, measured: Measured, before: str, after: str) -> str | None:
        """Return the name of the rule that holds, None if none does."""
        found = self.before.search(before) if self.before is not None else None
        if found is None and self.after is not None:
            found = self.after.match(after)
        if found is not None:
            return found.lastgroup
        return next((rule.name for rule in self.others if _holds(rule, measured, before, after)), None)


def _holds(rule: Exclusion, measured: Measured, before: str, after: str) -> bool:
    quantity = measured.quantity
    if rule.number is not None and not rule.number.match(quantity.number):
        return False
    if rule.before is not None and not rule.before.search(before):
        return False
    if rule.after is not None and not rule.after.match(after):
        return False
    if rule.but_before is not None and rule.but_before.search(before):
        return False
    return not (rule.but_after is not None and rule.but_after.match(after))


def _in_name(text: str, measured: Measured, rules: _Rules) -> bool:
    """Return whether the number stands inside 《…》 or opens a short quotation."""
    quantity = measured.quantity
    line = text.rfind("\n", 0, quantity.start) + 1
    window = text[max(line, quantity.start - 30) : quantity.start]
    if rules.opening.isdisjoint(window):
        return False
    if window.rfind(rules.title_open) > window.rfind(rules.title_close):
        return True
    opened = max(window.rfind(sign) for sign in rules.quote_open)
    if opened < 0 or any(sign in window[opened + 1 :] for sign in rules.quote_close):
        return False
    if measured.bounded_before and quantity.group == "duration":
        return False
    listed = rules.quoted_list.match(text, quantity.start - len(window) + opened)
    if listed is not None and listed.end() > quantity.end:
        return True
    from_open = len(window) - opened
    size = (rules.longest if from_open <= _OPENS else rules.longest_inside) + 2
    ahead = text[quantity.end : quantity.end + max(0, size - from_open - (quantity.end - quantity.start))]
    return any(sign in ahead for sign in rules.quote_close)


def _lasting(page: Page, measured: Measured, before: str, rules: _Rules) -> bool:
    """Return whether a stretch of time is itself what is measured (最快3个月, 缩短至5天, 连续3年)."""
    if measured.attached == "连续":
        return True
    word = page.text[measured.quantity.end - 1]
    if (
        word in rules.needs_attached and page.text[measured.quantity.end - 2] not in "个半"
    ) or rules.not_lasting.search(before):
        return False
    if measured.change.value == "growth":
        return True
    ahead = page.text[max(0, measured.start - 12) : measured.start].rpartition("\n")[2]
    bounded = measured.bounded_before or measured.bounded_after
    if bounded and measured.quantity.unit != "年":
        return True
    if rules.lasting.search(before) or rules.lasting.search(ahead):
        return True
    if measured.quantity.unit == "年":
        return False
    counted_hours = page.text.startswith("个小时", measured.quantity.end - 3)
    return counted_hours or rules.lasting_after.match(page.text, measured.quantity.end) is not None


class _Rules:
    def __init__(self, grammar: Grammar) -> None:
        raw: Any = grammar.raw["exclusions"]
        self.exclusions = grammar.exclusions
        self.judges: dict[tuple[str, str], _Judge] = {}
        self.title_open, self.title_close = raw["title_marks"]
        self.quote_open, self.quote_close = raw["quotes"]["open"], raw["quotes"]["close"]
        self.opening = frozenset([self.title_open, *self.quote_open])
        self.quoted_list = re.compile(raw["quoted_list"])
        self.longest = int(raw["quotes"]["longest"])
        self.longest_inside = int(raw["quotes"]["longest_inside"])
        terms = raw["terms"]
        self.term = re.compile(terms["sentence"])
        self.term_clause = re.compile(terms["clause"].removeprefix("^"))
        self.term_lifted = re.compile(terms["lifted"])
        self.term_kept = re.compile(terms["kept"].removesuffix("$") + r"\Z")
        self.article = re.compile(terms["article"], re.MULTILINE)
        self.policy_title, self.grants = re.compile(terms["title"]), re.compile(terms["grants"])
        self.often = int(terms["often"])
        self.articles = int(terms["articles"])
        self.needs_attached = frozenset(raw["durations"]["needs_attached"])
        self.bad_lines = re.compile("|".join(re.escape(word) for line in raw["lines"] for word in line["words"]))
        durations = raw["durations"]
        self.lasting = re.compile(durations["before"])
        self.not_lasting = re.compile(durations["not_before"])
        self.lasting_after = re.compile(durations["after"].lstrip("^"))

    def judge(self, group: str, unit: str) -> _Judge:
        """Return the judge of a unit, made when it is first met."""
        judge = self.judges.get((group, unit))
        if judge is None:
            fit = [
                r for r in self.exclusions if (not r.groups or group in r.groups) and (not r.units or unit in r.units)
            ]
            judge = self.judges[group, unit] = _Judge.of(fit)
        return judge

    def is_term(self, page: Page, place: int, sentence: int) -> bool:
        """Return whether the sentence grants or asks for something: its numbers are terms of a rule."""
        granting = page.seen.get(key := ("grants", sentence))
        if granting is None:
            start, end = page.sentence_span(key[1])
            granting = self.term.search(page.text, start, end) is not None
            granting = granting and self.term_lifted.search(page.text, start, end) is None
            page.seen[key] = granting
        if granting or self.term_clause.match(page.text, page.clause_start(place)):
            return True
        if not self._is_policy(page):
            return False
        return self.term_kept.search(page.text, max(page.sentence_span(key[1])[0], place - 2 * _LOOK), place) is None

    def _is_policy(self, page: Page) -> bool:
        """Return whether the page is a rule itself: written in articles, or of its head and its words."""
        if _POLICY not in page.seen:
            head = page.text[:120]
            granting = self.policy_title.search(head) is not None and len(self.grants.findall(page.text)) >= self.often
            page.seen[_POLICY] = granting or len(self.article.findall(page.text)) >= self.articles
        return page.seen[_POLICY]

    def line_is_bad(self, page: Page, sentence: int) -> bool:
        """Return whether the sentence is weather or an advertisement."""
        bad = page.seen.get(key := ("bad", sentence))
        if bad is None:
            start, end = page.sentence_span(key[1])
            bad = page.seen[key] = self.bad_lines.search(page.text, start, min(end, start + 300)) is not None
        return bad


def _rules(grammar: Grammar) -> _Rules:
    if "exclusions" not in grammar.cache:
        grammar.cache["exclusions"] = _Rules(grammar)
    rules: _Rules = grammar.cache["exclusions"]
    return rules
