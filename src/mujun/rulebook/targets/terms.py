"""Which words name the same metric and which never do (``rules/targets/terms.yaml``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError
from mujun.rulebook.targets.source import read_source

_KNOWN = ("origin", "scores", "drop", "synonyms", "contrasts", "qualifiers", "light", "units")


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """``synonyms``: each way to say → the standard way. ``contrasts``: groups of which two statements may not name
    different ones. ``qualifiers``: words that only one of two may not have. ``light``: words that count for these three but
    not for likeness (acts, kinds of amounts). ``drop``: words without weight. ``units``:
    groups of units that stand for each other. ``sure``, ``doubtful``: likeness (0 to 1) from which a pair is so.
    """

    synonyms: Mapping[str, str]
    contrasts: tuple[frozenset[str], ...]
    qualifiers: frozenset[str]
    light: frozenset[str]
    drop: frozenset[str]
    units: tuple[frozenset[str], ...]
    sure: float
    doubtful: float


def load_terms(path: Path | None = None) -> Terms:
    """Read the terms of ``path``, or the ones that come along; raise RuleError with one sentence per fault."""
    name, fields, faults = read_source("terms", path, _KNOWN)
    synonyms: dict[str, str] = {}
    for group in _groups(fields.get("synonyms"), "synonyms", faults):
        for word in group:
            if synonyms.setdefault(word, group[0]) != group[0]:
                faults.append(f"“{word}”同时属于“{synonyms[word]}”和“{group[0]}”")
    contrasts = tuple(frozenset(group) for group in _groups(fields.get("contrasts"), "contrasts", faults))
    for rivals in contrasts:
        for word in sorted(rivals):
            if synonyms.get(word, word) != word:
                faults.append(f"contrasts 里的“{word}”要写成标准说法“{synonyms[word]}”")
    units = tuple(frozenset(group) for group in _groups(fields.get("units"), "units", faults))
    scores = fields.get("scores")
    scores = scores if isinstance(scores, dict) else {}
    sure, doubtful = scores.get("sure"), scores.get("doubtful")
    if not isinstance(sure, int | float) or not isinstance(doubtful, int | float) or not 0 < doubtful <= sure <= 1:
        faults.append("scores 要写明 sure 和 doubtful，0 < doubtful ≤ sure ≤ 1")
        sure = doubtful = 1.0
    qualifiers = _words(fields.get("qualifiers"), "qualifiers", faults)
    light = _words(fields.get("light"), "light", faults)
    drop = _words(fields.get("drop"), "drop", faults)
    if faults:
        raise RuleError(name, faults)
    return Terms(synonyms, contrasts, qualifiers, light, drop, units, float(sure), float(doubtful))


def _groups(raw: Any, where: str, faults: list[str]) -> list[list[str]]:
    if not isinstance(raw, list):
        faults.append(f"{where} 要写成词组的列表")
        return []
    found = []
    for number, group in enumerate(raw, 1):
        if (
            not isinstance(group, list)
            or not group
            or not all(isinstance(word, str) and word.strip() for word in group)
        ):
            faults.append(f"{where} 第{number}组要写成 [词, 词]")
        else:
            found.append([word.strip() for word in group])
    return found


def _words(raw: Any, where: str, faults: list[str]) -> frozenset[str]:
    groups = _groups([raw], where, faults)
    return frozenset(groups[0] if groups else ())
