"""How numbers and units are written: the regular expressions behind the search for quantities, from ``units.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mujun.targets.extraction.grammar import Grammar, Unit

_ENDS, _BREAKS, _CLAUSE = "，。；、）\n", "，。；：\n", 24
_CHINESE = "零〇○一二两三四五六七八九十百千万亿"
_DIGIT = "[零〇○一二两三四五六七八九十百万亿]|千(?![瓦米克伏卡])"
_SIZE = "(?:[十百万亿]|千(?![瓦米克伏卡]))*"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


@dataclass(frozen=True)
class Half:
    """What half of something is: 半年 is 6 月."""

    value: Decimal
    unit: str
    group: str


@dataclass(frozen=True)
class QuantityRules:
    """The compiled rules."""

    token: re.Pattern[str]
    halves: dict[str, Half]
    doubling: str
    tenths: str
    not_tenths: str
    measures: str
    vague: str
    arabic_only: frozenset[str]
    may_follow: str
    per: re.Pattern[str]
    money: re.Pattern[str]
    index: re.Pattern[str]
    index_to: re.Pattern[str]
    money_direct: re.Pattern[str]
    people: re.Pattern[str]
    age: re.Pattern[str]
    each: re.Pattern[str]
    open_verbs: re.Pattern[str]
    not_open: frozenset[str]
    index_change: re.Pattern[str]
    of_index: re.Pattern[str]
    minus: re.Pattern[str] = re.compile(r"[一-龥：（(:][-－]\Z")
    half_words: str = "年数月天日小径导岛山成"

    def open_unit(self, text: str, start: int, end: int) -> Unit | None:
        """Return the sign between a number and the end of its clause as a unit, if a word of quantity stands before."""
        sign = text[end : end + 1]
        if not "一" <= sign <= "龥" or sign in self.not_open or text[end + 1 : end + 2] not in _ENDS:
            return None
        clause = text[max(0, start - _CLAUSE) : start]
        clause = clause[max(map(clause.rfind, _BREAKS)) + 1 :]
        return Unit(sign, sign, "count") if self.open_verbs.search(clause) else None

    def money_near(self, line: str, size: str) -> bool:
        """Return whether 亿 (for 万: directly) stands behind a word of money, so that 元 was left out."""
        if size == "亿":
            return self.money.search(line.rpartition("。")[2]) is not None
        return self.money_direct.search(line) is not None


def quantity_rules(grammar: Grammar) -> QuantityRules:
    """Return the compiled rules of a grammar."""
    if "quantities" not in grammar.cache:
        grammar.cache["quantities"] = _compile(grammar.raw["units"])
    rules: QuantityRules = grammar.cache["quantities"]
    return rules


def _compile(raw: Any) -> QuantityRules:
    halves = {h["word"]: Half(Decimal(str(h["value"])), h["unit"], h["class"]) for h in raw["halves"]}
    words = "|".join(sorted(halves, key=len, reverse=True))
    inexact = raw["inexact"]
    token = (
        rf"(?=[\d{_CHINESE}半过翻])(?:(?P<half>(?<![上下前后大])(?:{words}))"
        rf"|翻了?(?P<times>[{_CHINESE}]?)(?P<fan>番)"
        rf"|(?:(?P<of>[{_CHINESE}]+)分之)?(?:(?P<arabic>{_ARABIC})|(?P<chinese>(?:{_DIGIT})+(?:点[{_CHINESE}]+)?))"
        rf"(?P<inexact>(?:个?[{inexact}])?)(?:个(?=亿))?(?P<size>{_SIZE})(?P<inexact2>[{inexact}]?))"
    )
    signs = "".join(map(re.escape, raw["per"]["signs"]))
    units = "|".join(sorted(raw["per"]["words"], key=len, reverse=True))
    return QuantityRules(
        re.compile(token), halves, raw["doubling"]["unit"], raw["tenths"]["word"], raw["tenths"]["not_before"],
        "个家项名万千百十", raw["vague_before"], frozenset(raw["arabic_only"]),
        raw["tenths"]["word"] + "至到-－—–~～ ", re.compile(rf"[{signs}](?P<per>{units})"),
        re.compile(raw["money_before"]), re.compile(raw["index_before"]), re.compile(raw["index_to"]),
        re.compile(raw["money_before"] + r"(达到?|超过?|突破|为|约|近|仅|至|到|提高到|增至)*\Z"),
        re.compile(raw["people_before"]), re.compile(raw["age_before"]), re.compile(raw["each_before"]),
        re.compile(raw["open"]["verbs"]), frozenset(raw["open"]["not"]), re.compile(raw["index_change"]),
        re.compile(raw["index_before"].partition(")")[0] + r")[^。；\n]*\d[^。；\n]*\Z"),
    )  # fmt: skip
