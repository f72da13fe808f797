"""Whether a rate of change is one of decline: the number alone does not say (下降3.2% is written 3.2)."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping

from mujun.base.errors import RuleError
from mujun.rulebook.targets.source import read_source
from mujun.targets.statement import Change, Statement

_KNOWN = ("origin", "rises", "falls", "falls_near")
_LOOK = 60
_CLAUSE_END = re.compile(r"[。；;！!？?\n]")


def falls(text: str, statement: Statement) -> bool:
    """Return whether ``statement``, read from ``text``, is a rate of decline.

    The last word of change in its quote decides, and where the quote has none the last one before it in its sentence
    (分别下降5%、3%). A negative number says so by itself: its sign is the direction.
    """
    if statement.change is not Change.GROWTH or statement.value < 0:
        return False
    in_quote, before = _words()
    found = in_quote.last(statement.quote)
    if found is None:
        sentence = _CLAUSE_END.split(text[max(0, statement.start - _LOOK) : statement.start])[-1]
        found = before.last(sentence)
    return found is True


@dataclasses.dataclass(frozen=True, slots=True)
class _Words:
    """Words of change with their direction (True: falling)."""

    ways: Mapping[str, bool]
    pattern: re.Pattern[str]

    def last(self, text: str) -> bool | None:
        """The direction of the last word of change; None where there is none."""
        found = self.pattern.findall(re.sub(r"\s", "", text))
        return self.ways[found[-1]] if found else None


@functools.cache
def _words() -> tuple[_Words, _Words]:
    """The words of change in a quote, and those before it."""
    name, fields, faults = read_source("direction", None, _KNOWN)
    faults += [f"{key} 要写成词的列表" for key in _KNOWN[1:] if not isinstance(fields.get(key), list)]
    if faults:
        raise RuleError(name, faults)
    return _of(fields["rises"], [*fields["falls"], *fields["falls_near"]]), _of(fields["rises"], fields["falls"])


def _of(rising: list[str], falling: list[str]) -> _Words:
    ways = dict.fromkeys(rising, False) | dict.fromkeys(falling, True)
    longest_first = sorted(ways, key=lambda word: (-len(word), word))  # 负增长 before 增长
    return _Words(ways, re.compile("|".join(map(re.escape, longest_first))))
