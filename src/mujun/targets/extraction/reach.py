"""How far words of a sentence reach: those of a clause that names the ground something builds on, and a year that another follows."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from mujun.targets.extraction.grammar import Grammar
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.periods import TimeWord

ENDLESS = 1 << 62
_NUMBER = re.compile(r"\D{0,4}[\d.,]+")
_PARTED = re.compile("[前之末底以]{0,3}[，,：:]")


class Reach:
    """Where the words of a page cease to speak of what follows them in their sentence.

    在去年完成3100亩的基础上，再整治4000亩: 去年 ends with its clause. 去年新增25家，今年再新增30家: it ends where 今年 begins.
    由上年的1850亩提高到2700亩: with its number. 9月底前拆除清零，再引进项目5个: with its clause.
    """

    def __init__(self, page: Page, times: Sequence[TimeWord], grammar: Grammar) -> None:
        ground = _ground(grammar)
        found = list(ground.finditer(page.text)) if "基" in page.text else []
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]
        past = [word.start for word in times if word.done]
        self._of_past = [
            bisect.bisect_left(past, match.start()) != bisect.bisect_left(past, match.end()) for match in found
        ]
        self._words = {**_year_ends(page, times), **_narrow_ends(page, times)}
        self._deadlines = _deadline_ends(page, times)
        self.limits = sorted({*self._ends, *self._words.values()})

    def until(self, place: int) -> int:
        """Return the offset from which on a word at ``place`` is silent, ``ENDLESS`` if there is none."""
        index = self._ground_at(place)
        return self._ends[index] if index is not None else self._words.get(place, ENDLESS)

    def tells_until(self, place: int) -> int:
        """Return from where on a word of time at ``place`` is no more the time of what is said."""
        return self._deadlines.get(place) or self.until(place)

    def on_past_ground(self, place: int) -> bool:
        """Return whether a number at ``place`` tells what was there before, on which something else builds."""
        index = self._ground_at(place)
        return index is not None and self._of_past[index]

    def parts(self, start: int, end: int) -> bool:
        """Return whether a word may cease to speak between two places."""
        return bisect.bisect_right(self.limits, start) != bisect.bisect_right(self.limits, end)

    def _ground_at(self, place: int) -> int | None:
        index = bisect.bisect_right(self._starts, place) - 1
        return index if index >= 0 and place < self._ends[index] else None


def _year_ends(page: Page, times: Sequence[TimeWord]) -> dict[int, int]:
    """Return for each time that was over where a year of the page's own or to come follows in the sentence: where that is."""
    ends: dict[int, int] = {}
    past: list[TimeWord] = []
    sentence = -1
    for word in times:
        here = page.sentence(word.start)
        past = past if here == sentence else []
        sentence = here
        if word.done is True:
            past.append(word)
        elif word.holds and (word.own_year or word.done is False):
            ends.update((before.start, word.start) for before in past)
            past = []
    return ends


def _narrow_ends(page: Page, times: Sequence[TimeWord]) -> dict[int, int]:
    """Return for each time that is only of the number behind it where that ends."""
    numbers = ((word, _NUMBER.match(page.text, word.end)) for word in times if word.narrow)
    return {word.start: number.end() if number else word.end for word, number in numbers}


def _deadline_ends(page: Page, times: Sequence[TimeWord]) -> dict[int, int]:
    """Return for each month's end that stands inside its clause where that clause ends."""
    inside = (word for word in times if word.deadline and not _PARTED.match(page.text, word.end))
    return {word.start: page.clause_end(word.end) + 1 for word in inside}


def _ground(grammar: Grammar) -> re.Pattern[str]:
    if "ground" not in grammar.cache:
        grammar.cache["ground"] = re.compile(grammar.raw["kinds"]["ground"])
    ground: re.Pattern[str] = grammar.cache["ground"]
    return ground
