"""Scopes: the town, the firm or the county that a statement speaks of."""

from __future__ import annotations

import re
from typing import Any

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.grammar import Grammar, any_of
from mujun.targets.extraction.page import Page

_LOOK, _NAME = 120, 6
_FIRM, _ZONE = "公司", "开发区"


def scope_of(page: Page, here: Measured, grammar: Grammar) -> str:
    """Return whom the statement speaks of: the last town, firm or 全市 named before it in its sentence, or ""."""
    rules = _rules(grammar)
    start, _ = page.sentence_span(page.sentence(here.start))
    start = max(start, here.start - _LOOK)
    window = page.text[start : here.start]
    if rules.signs.isdisjoint(window):
        return ""
    for found in reversed(list(rules.end.finditer(window))):
        name = found[0] if found["whole"] else rules.named(window, found, page.text[start + found.end() :][:1])
        if name:
            return name
    return ""


class _Rules:
    def __init__(self, raw: Any) -> None:
        ends = [*raw["towns"]["ends"], _ZONE, _FIRM]
        self.signs = frozenset(word[-1] for word in [*raw["scopes"], *ends]) | {"全", "我"}
        self.end = re.compile(rf"(?P<whole>{any_of(raw['scopes'])})|{any_of(ends)}")
        self._town = re.compile(
            rf"(?:(?:\A|[^一-龥]|{raw['towns']['behind']})(?:其中)?(?P<item>[一-龥]{{1,3}})|(?P<inside>[一-龥]{{2}}))\Z"
        )
        self._none = re.compile(raw["towns"]["not"])
        self._followed = re.compile(raw["towns"]["not_before"])
        self._zone, self._firm = re.compile(r"[一-龥]{2,3}\Z"), re.compile(r"[一-龥]{2,8}\Z")

    def named(self, window: str, found: re.Match[str], following: str) -> str:
        """Return the name that ends with a word such as 镇, "" where that word ends none (城镇, 各乡镇, 镇街)."""
        end, ahead = found[0], window[: found.start()]
        if end in (_FIRM, _ZONE):
            body = (self._firm if end == _FIRM else self._zone).search(ahead[-8:])
            return body[0] + end if body and not self._none.match(body[0]) else ""
        town = self._town.search(ahead if len(ahead) < _NAME else f"一{ahead[-_NAME:]}")
        if town is None or self._followed.match(end + following):
            return ""
        name: str = (town["item"] or town["inside"]) + end
        counted = following.isdigit() or following in "，、（("
        return "" if self._none.match(name) or (name.endswith("城镇") and not counted) else name


def _rules(grammar: Grammar) -> _Rules:
    if "scopes" not in grammar.cache:
        grammar.cache["scopes"] = _Rules(grammar.raw["metrics"])
    rules: _Rules = grammar.cache["scopes"]
    return rules
