"""The grammar: rule files of ``mujun/rules/targets`` read once into compiled rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from mujun.base.errors import RuleError
from mujun.rulebook.load import parse_yaml
from mujun.targets.statement import Bound

NEEDED = {
    "units": ("units", "not_before", "tenths", "per", "halves", "doubling", "arabic_only", "inexact", "vague_before", "money_before", "index_before", "index_to", "head_units", "needs_verb", "not_times", "open", "each_before", "people_before", "age_before", "index_change"),
    "bounds": ("before", "before_bare", "before_far", "after", "after_duration", "not_after", "only_for", "attached", "growth", "growth_glue", "level_glue", "growth_classes", "growth_units", "steps", "cuts"),
    "exclusions": ("rules", "title_marks", "quotes", "quoted_list", "lines", "durations", "small", "announced", "abstract", "entities", "shares", "terms"),
    "verbs": ("quantity", "announcing"),
    "ranks": ("verbs", "origins", "fields", "ordinals", "not_rank", "top", "top_short", "strong", "front", "lists"),
    "kinds": ("decisive", "signals", "not_signal", "not_signal_near", "comparing", "ground", "problems", "lacks", "firms", "firm_once", "firm_ends", "headings", "rising", "joined", "calls", "columns", "surroundings", "called", "default"),
    "periods": ("years", "parts", "since", "this_month", "last_month", "spans_back", "spans_back_after", "spans_on", "plans", "compared_before", "compared_after", "origin_before", "of_things", "anniversaries"),
    "metrics": ("lead", "tail", "goes_on", "not_behind", "longest", "scopes", "rates", "pairs", "fields", "alone", "towns", "halves", "counted", "ground"),
}  # fmt: skip
"""File → the keys that it must have."""
FILES = tuple(NEEDED)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as documents write it: ``unit`` is how the statement writes it, ``not_before`` what may not follow."""

    word: str
    unit: str
    group: str
    not_before: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One rule that makes a number no statement; all that it says must agree."""

    name: str
    why: str
    groups: frozenset[str]
    units: frozenset[str]
    number: re.Pattern[str] | None
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    but_before: re.Pattern[str] | None
    but_after: re.Pattern[str] | None


@dataclass(frozen=True)
class Grammar:
    """Everything the steps read. ``raw`` holds the files for the steps that compile their own part."""

    raw: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, tuple[Unit, ...]]
    exclusions: tuple[Exclusion, ...]
    quantity_verbs: frozenset[str]
    announcing_verbs: frozenset[str]
    bounds_before: Mapping[str, Bound]
    bounds_bare: Mapping[str, Bound]
    bounds_after: Mapping[str, Bound]
    bounds_after_duration: Mapping[str, Bound]
    cache: dict[str, Any] = field(default_factory=dict)

    def unit_at(self, text: str, place: int) -> Unit | None:
        """Return the longest unit that starts at ``place``."""
        for unit in self.units.get(text[place : place + 1], ()):
            if text.startswith(unit.word, place):
                following = text[place + len(unit.word) : place + len(unit.word) + 1]
                latin = following.isascii() and following.isalnum() and unit.word[-1].isascii() and unit.word != "%"
                if not (following and following in unit.not_before) and not latin:
                    return unit
        return None


@functools.cache
def shipped_grammar() -> Grammar:
    """Return the grammar that comes with the package."""
    folder = resources.files("mujun.rules") / "targets"
    return read_grammar({name: (folder / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES})


def read_grammar(texts: Mapping[str, str]) -> Grammar:
    """Read the rule files, given as name → YAML text. Raises RuleError with one sentence per fault."""
    faults: list[str] = []
    raw: dict[str, dict[str, Any]] = {}
    for name in FILES:
        if name not in texts:
            faults.append(f"缺少规则文件 {name}.yaml")
            continue
        parsed = parse_yaml(texts[name], f"{name}.yaml")
        if isinstance(parsed, dict):
            raw[name] = parsed
            faults += [f"{name}.yaml 缺少“{key}”" for key in NEEDED[name] if key not in parsed]
        else:
            faults.append(f"{name}.yaml 应是“键: 值”的列表")
    if faults:
        raise RuleError("targets", faults)
    exclusions = tuple(_exclusion(rule, faults) for rule in raw["exclusions"]["rules"])
    if faults:
        raise RuleError("targets", faults)
    bounds = raw["bounds"]
    return Grammar(
        raw,
        _units(raw["units"]),
        exclusions,
        frozenset(raw["verbs"]["quantity"]),
        frozenset(raw["verbs"]["announcing"]),
        _bounds(bounds["before"]),
        _bounds(bounds["before_bare"]),
        _bounds(bounds["after"]),
        _bounds(bounds["after_duration"]),
    )


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for one of the words, the longest first, sorted by first character for speed."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    firsts = "".join(map(re.escape, sorted(by_first)))
    branches = (
        re.escape(first) + (rests[0] if len(rests) == 1 else f"(?:{'|'.join(rests)})")
        for first, rests in by_first.items()
    )
    return f"(?:(?=[{firsts}])(?:{'|'.join(branches)}))"


def _units(raw: Mapping[str, Any]) -> dict[str, tuple[Unit, ...]]:
    not_before = raw["not_before"]
    found: dict[str, list[Unit]] = {}
    for entry in raw["units"]:
        for word in entry["words"]:
            unit = Unit(word, entry["unit"], entry["class"], str(not_before.get(word, "")))
            found.setdefault(word[0], []).append(unit)
            if entry["class"] == "count" and len(word) == 1 and word not in raw["not_times"]:
                found[word].append(Unit(f"{word}次", f"{word}次", "count"))
    return {first: tuple(sorted(units, key=lambda unit: -len(unit.word))) for first, units in found.items()}


def _bounds(raw: Mapping[str, Iterable[str]]) -> dict[str, Bound]:
    return {word: Bound(bound) for bound, words in raw.items() for word in words}


def _exclusion(raw: Mapping[str, Any], faults: list[str]) -> Exclusion:
    name = str(raw.get("name", "?"))
    unknown = set(raw) - {"name", "why", "classes", "units", "number", "before", "after", "but_before", "but_after"}
    if unknown:
        faults.append(f"exclusions.yaml 的 {name}：不认识 {'、'.join(sorted(unknown))}")

    def compiled(key: str, template: str) -> re.Pattern[str] | None:
        if key not in raw:
            return None
        try:
            return re.compile(template.format(raw[key]))
        except re.error as error:
            faults.append(f"exclusions.yaml 的 {name}.{key} 不是正则表达式：{error}")
            return None

    return Exclusion(
        name,
        str(raw.get("why", "")),
        frozenset(raw.get("classes", ())),
        frozenset(raw.get("units", ())),
        compiled("number", r"\A(?:{})\Z"),
        compiled("before", r"(?:{})\Z"),
        compiled("after", r"\A(?:{})"),
        compiled("but_before", r"(?:{})\Z"),
        compiled("but_after", r"\A(?:{})"),
    )
