"""Which words name which division of GB/T 4754, as dated rule data with its origin (``rules/sectors/default.yaml``)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from mujun.base.errors import RuleError, UnreadableInput
from mujun.rulebook.load import parse_yaml
from mujun.rulebook.parameters import read_day

_DIVISION = re.compile(r"[0-9]{2}")
_KNOWN = ("standard", "words_from", "any", "divisions")
_FIELDS = ("label", "words")


@dataclasses.dataclass(frozen=True, slots=True)
class SectorWords:
    """What holds on one day: ``labels`` division → its name in GB/T 4754, ``words`` word → division, ``anything`` the
    words for every division.
    """

    labels: Mapping[str, str]
    words: Mapping[str, str]
    anything: frozenset[str]

    def name(self, division: str) -> str:
        """Return the division as people read it: ``33 金属制品业``; the bare number where it has no name here."""
        return f"{division} {self.labels[division]}" if division in self.labels else division


@dataclasses.dataclass(frozen=True, slots=True)
class SectorRules:
    """Words by division; each list with the day from which it holds, ascending."""

    labels: Mapping[str, str]
    words: Mapping[str, tuple[tuple[dt.date, tuple[str, ...]], ...]]
    anything: frozenset[str]

    def on(self, day: dt.date) -> SectorWords:
        """Return the words in force on ``day``; the name of a division always names it."""
        found = {label: division for division, label in self.labels.items()}
        for division, lists in self.words.items():
            for start, words in reversed(lists):
                if start <= day:
                    found |= dict.fromkeys(words, division)
                    break
        return SectorWords(self.labels, found, self.anything)


def load_sectors(path: Path | None = None) -> SectorRules:
    """Read the words of ``path``, or the ones that come along.

    Raises UnreadableInput where there is no such file and RuleError, one sentence per fault, where it must not be used.
    """
    source = path or resources.files("mujun.rules") / "sectors" / "default.yaml"
    name = str(path or "sectors/default")
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"行业用语文件“{name}”读不出来。", why=str(error)) from None
    raw = parse_yaml(text, name)
    fields = raw if isinstance(raw, dict) else {}
    faults = [f"不认识“{key}”，可用：{'、'.join(_KNOWN)}" for key in fields.keys() - set(_KNOWN)]
    divisions = fields.get("divisions")
    if not isinstance(divisions, dict) or not divisions:
        faults.append("缺少“divisions”：每个大类一行，写明 label 和 words")
        divisions = {}
    labels: dict[str, str] = {}
    words: dict[str, tuple[tuple[dt.date, tuple[str, ...]], ...]] = {}
    for key, entry in divisions.items():
        _division(str(key), entry, labels, words, faults)
    anything = _texts(fields.get("any", []), "any", faults)
    _only_once(labels, words, anything, faults)
    if faults:
        raise RuleError(name, faults)
    return SectorRules(labels, words, frozenset(anything))


def _division(key: str, entry: Any, labels: dict[str, str], words: dict[str, Any], faults: list[str]) -> None:
    if not _DIVISION.fullmatch(key):
        faults.append(f"大类“{key}”不是两位数字，数字请加引号")
        return
    fields = entry if isinstance(entry, dict) else {}
    faults += [f"{key}：不认识“{name}”，可用：{'、'.join(_FIELDS)}" for name in fields.keys() - set(_FIELDS)]
    label = fields.get("label")
    if not isinstance(label, str) or not label.strip():
        faults.append(f"{key}：缺少“label”，即大类名称")
        return
    labels[key] = label.strip()
    raw = fields.get("words", [])
    lists = raw if isinstance(raw, dict) else {dt.date.min: raw}
    read = []
    for start, texts in lists.items():
        try:
            read.append((read_day(start), _texts(texts, key, faults)))
        except ValueError as error:
            faults.append(f"{key}：{error}")
    words[key] = tuple(sorted(read))


def _texts(raw: Any, where: str, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(text, str) and text.strip() for text in raw):
        faults.append(f"{where}：词表要写成 [词, 词]")
        return ()
    return tuple(text.strip() for text in raw)


def _only_once(
    labels: Mapping[str, str],
    words: Mapping[str, tuple[tuple[dt.date, tuple[str, ...]], ...]],
    anything: tuple[str, ...],
    faults: list[str],
) -> None:
    """A word that names two divisions, on whatever days, would make what it means a matter of order."""
    owner = dict.fromkeys(anything, "any")
    for division, label in labels.items():
        for word in sorted({label, *(word for _start, texts in words.get(division, ()) for word in texts)}):
            other = owner.setdefault(word, division)
            if other != division:
                faults.append(f"“{word}”同时属于 {other} 和 {division}")
