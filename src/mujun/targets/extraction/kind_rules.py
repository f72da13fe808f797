"""The rules by which kinds are told, compiled from ``kinds.yaml``."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from mujun.targets.extraction.grammar import Grammar, any_of
from mujun.targets.statement import Kind

_NEAR = 8
YEAR = re.compile(r"20\d\d(?=年)")


@dataclass(frozen=True, slots=True)
class Decisive:
    """What stands directly round a number and decides its kind alone."""

    kind: Kind
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    but_before: re.Pattern[str] | None
    needs: frozenset[str]
    groups: frozenset[str]
    not_groups: frozenset[str]

    def holds(self, group: str, before: str, after: str) -> bool:
        """Return whether the rule holds between the text ahead of the number and the text behind it."""
        if group in self.not_groups or (self.groups and group not in self.groups):
            return False
        if self.before is not None and not self.before.search(before):
            return False
        if self.after is not None and not self.after.match(after):
            return False
        return not (self.but_before is not None and self.but_before.search(before))


class KindRules:
    """The rules of ``kinds.yaml``, compiled."""

    def __init__(self, raw: Any) -> None:
        self.signals: dict[str, tuple[Kind, float]] = {}
        for kind, groups in raw["signals"].items():
            for group in groups:
                for word in group["words"]:
                    self.signals[word] = (Kind(kind), float(group["weight"]))
        self.token = re.compile(any_of(self.signals))
        self.not_after: dict[str, str] = raw["not_signal"]["before"]
        self.not_before: dict[str, str] = raw["not_signal"]["after"]
        self._near: dict[str, list[tuple[re.Pattern[str], re.Pattern[str]]]] = {}
        for rule in raw["not_signal_near"]:
            around = re.compile(rf"(?:{rule.get('before', '')})\Z"), re.compile(rule.get("after", ""))
            for word in rule["words"]:
                self._near.setdefault(word, []).append(around)
        self.comparing = frozenset(raw["comparing"])
        self.headings = {kind: re.compile(any_of(words)) for kind, words in raw["headings"].items() if kind != "weak"}
        self._weak = frozenset(raw["headings"]["weak"])
        self._rising = re.compile(raw["rising"])
        self.surroundings: dict[str, float] = raw["surroundings"]
        self.default: str = raw["default"]
        self.firm = re.compile(rf"{raw['firms']}|(?P<end>{raw['firm_ends']})")
        self.joined = re.compile(raw["joined"])
        self.calls = re.compile(any_of(raw["calls"]))
        self.columns = {Kind(kind): re.compile(any_of(words)) for kind, words in raw["columns"].items()}
        self.called = re.compile(raw["called"] + r"\Z")
        self.firm_once = re.compile(raw["firm_once"])
        self.problem = re.compile(raw["problems"])
        self.lacks = re.compile(raw["lacks"])
        ends = {word[-1] for rule in raw["decisive"] for word in rule.get("needs", ())}
        self.needed = re.compile(f"[{''.join(sorted(ends))}]")
        self.decisive = tuple(
            Decisive(
                Kind(rule["kind"]),
                re.compile(rf"(?:{rule['before']})\Z") if "before" in rule else None,
                re.compile(rule["after"]) if "after" in rule else None,
                re.compile(rf"(?:{rule['but_before']})\Z") if "but_before" in rule else None,
                frozenset(word[-1] for word in rule.get("needs", ())),
                frozenset(rule.get("classes", ())),
                frozenset(rule.get("not_classes", ())),
            )
            for rule in raw["decisive"]
        )

    def is_other(self, word: str, text: str, start: int, end: int) -> bool:
        """Return whether a word of the signals is none where it stands: a part of another word, or said of something else."""
        before, after = text[start - 1 : start], text[end : end + 1]
        if (before and before in self.not_after.get(word, "")) or (after and after in self.not_before.get(word, "")):
            return True
        return any(
            behind.match(text, end) and ahead.search(text, max(0, start - _NEAR), start)
            for ahead, behind in self._near.get(word, ())
        )

    def _ends(self, words: str) -> tuple[int, int]:
        """Return where the last words of targets and of results end in a heading, -1 for none."""
        target, result = (
            max((found.end() for found in self.headings[kind].finditer(words)), default=-1)
            for kind in ("target", "result")
        )
        return target, result

    def _strong(self, words: str) -> bool:
        """Return whether a heading holds a word that sets what it is about, whatever stands above."""
        return any(
            found[0] not in self._weak for kind in ("target", "result") for found in self.headings[kind].finditer(words)
        )

    def headings_lean(self, section: str, year: int | None, marked: Set[str]) -> tuple[float, bool]:
        """Return the lean of headings joined with " › ": the innermost that says something counts, by its last word.

        ``marked``: the headings that are marked as such or numbered; only these call to work (headlines always do).
        """
        weak_lean = 0.0
        for words in reversed(section.split(" › ")):
            if self.headings["fact"].search(words):
                return 0.0, True
            target, result = self._ends(words)
            if target != result and self._rising.search(words) and not self._strong(words):
                continue  # 民生保障有力有效: how it went, whatever its nouns
            if min(target, result) >= 0 and self.joined.search(words):
                continue  # 工作总结和工作思路: both, so the headings below tell
            if result > target and self.calls.search(words):
                continue  # 奋力交出高分答卷 calls for what is to come
            if target != result:
                weight = self.surroundings["heading" if words in marked else "headline"]
                lean = weight * (1 if target > result else -1)
                if self._strong(words):
                    return lean, False
                weak_lean = weak_lean or lean
                continue
            said = YEAR.search(words)
            if said and year is not None and int(said[0]) != year:
                return self.surroundings["heading"] * (1 if int(said[0]) > year else -1), False
        if weak_lean:
            return weak_lean, False
        if any(self.calls.search(words) for words in section.split(" › ") if words in marked):
            return self.surroundings["call"], False
        return 0.0, False


def kind_rules(grammar: Grammar) -> KindRules:
    """Return the compiled rules of a grammar."""
    if "kinds" not in grammar.cache:
        grammar.cache["kinds"] = KindRules(grammar.raw["kinds"])
    rules: KindRules = grammar.cache["kinds"]
    return rules
