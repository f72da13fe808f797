"""Which occurrence of its words a statement is: as counted by hand, in one pass over the text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from mujun.files.statements import occurrences


def _plain(raw: str, quote: str, start: int) -> int:
    return sum(1 for place in range(start + 1) if raw.startswith(quote, place))


@pytest.mark.parametrize("seed", range(20))
def test_each_occurrence_has_the_number_that_counting_gives(seed: int) -> None:
    chance = random.Random(seed)
    raw = "".join(chance.choices("13亩家", k=300))
    quotes = {raw[at : at + chance.randrange(1, 9)] for at in chance.choices(range(300), k=80)}
    found = occurrences(raw, quotes)
    assert found == {
        (quote, place): _plain(raw, quote, place)
        for quote in quotes
        for place in range(len(raw))
        if raw.startswith(quote, place)
    }


class _Counted(str):
    """A text that counts how often it is searched or walked through."""

    walks = 0

    def __iter__(self) -> Iterator[str]:
        type(self).walks += 1
        return super().__iter__()

    def find(self, *words: Any) -> int:
        type(self).walks += 1
        return super().find(*words)


def test_the_text_is_walked_through_once_for_many_quotes() -> None:
    _Counted.walks = 0
    quotes = [f"{number}亩" for number in range(2000)]
    raw = _Counted("，".join(quotes))
    found = occurrences(raw, quotes)
    assert found["7亩", raw.index("，17亩") + 2] == 2
    assert _Counted.walks == 1
