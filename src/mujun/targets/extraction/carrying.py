"""Which of the page's words of time a statement is about: its sentence's, its paragraph's, its headings', the page's."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Sequence

from mujun.targets.cleaning import BlockKind
from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.page import Page
from mujun.targets.extraction.periods import PageDate, TimeWord
from mujun.targets.extraction.reach import Reach
from mujun.targets.statement import Kind

_OPENING = 8
_WHOLE, _WHOLE_DONE = re.compile("[全本]年(?!级)|年内"), re.compile("全年(?!的?(?:计划|任务|目标|预算))")
_FROM = re.compile(r"[由从](?:上一?年[底末]?的?)?\Z")
_YEARS = re.compile(r"(?P<first>\d{4})(\.\.\d{4})?")
_PART = re.compile(r"(?P<year>\d{4})-\d\d(\.\.(?P=year)-\d\d)?\Z")
_HEADS = ("：\n", ":\n", "）。", ")。")
_ITEM = ("—", "▲", "●", "①", "②", "③", "④", "⑤", "⑥", "·", "■", "◆")


class PeriodReader:
    """Reads where the words of time of a page stand once; :meth:`period_of` then looks outwards from a statement.

    A word that opens a sentence (前三季度，…) holds on for the rest of its paragraph, and for the items of a list that
    follow it (—— …); a heading's holds for what stands under it. What is over when the page was written is no time of a
    target, what is to come none of a result.
    """

    def __init__(self, page: Page, times: Sequence[TimeWord], date: PageDate, reach: Reach) -> None:
        self._page, self._date, self._reach = page, date, reach
        self._times = [word for word in times if word.label]
        self._starts = [word.start for word in self._times]
        heads = [block for block in page.clean.blocks if block.kind is BlockKind.HEADING]
        self._heads = [block.start for block in heads]
        self._of_heads = [[word for word in self._between(b.start, b.end) if word.holds] for b in heads]
        self._above = _parents([block.level for block in heads])
        in_heads = {word.start for words in self._of_heads for word in words}
        self._opening = [word for word in self._times if word.start not in in_heads and self._opens(word)]
        self._opening_starts = [word.start for word in self._opening]
        self._reported = self._usual(Kind.RESULT)

    def period_of(self, here: Measured, kind: Kind) -> str | None:
        """Return the label of the time that a quantity is about, None if the page does not tell."""
        page = self._page
        start, _ = page.sentence_span(page.sentence(here.start))
        line = page.text.rfind("\n", 0, here.start) + 1
        start = max(start, line)
        word = self._said(start, here.start, kind) or self._opened(line, start, kind)
        if word is None and page.text.startswith(_ITEM, line):
            word = self._opened(self._article(line), line, kind)
        if word is None:
            word = self._headed(here.start, kind)
        if word is not None:
            return self._year_before(here, word, kind) or self._whole_year(start, here.start, word, kind) or word.label
        if kind is Kind.RESULT:
            return self._reported
        return str(self._date.year) if kind is Kind.TARGET and self._date.year else None

    def _year_before(self, here: Measured, word: TimeWord, kind: Kind) -> str | None:
        """Return the year before that of ``word`` for what was there at first (亩均税收由21万元提高到23万元), else None."""
        if (
            kind is not Kind.FACT
            or word.narrow
            or not _FROM.search(self._page.text, max(0, here.start - 7), here.start)
        ):
            return None
        first = _YEARS.fullmatch(word.label)
        return str(int(first["first"]) - 1) if first else None

    def _whole_year(self, start: int, end: int, word: TimeWord, kind: Kind) -> str | None:
        """Return the year of ``word``, a part of it, where 全年 or 年内 stands between it and the number."""
        part = _PART.match(word.label)
        whole = _WHOLE if kind is Kind.TARGET else _WHOLE_DONE
        return part["year"] if part and whole.search(self._page.text, max(start, word.end), end) else None

    def period_of_cell(self, place: int, kind: Kind) -> str | None:
        """Return the period of a table's cells: that of its headings, else the year of the page."""
        word = self._headed(place, kind) if kind is not Kind.FACT else None
        if word is not None:
            return word.label
        return str(self._date.year) if self._date.year and kind is not Kind.FACT else None

    def _between(self, start: int, end: int) -> list[TimeWord]:
        return self._times[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def _said(self, start: int, end: int, kind: Kind) -> TimeWord | None:
        """Return the last word of time between two places that still speaks of what stands at ``end``."""
        words = reversed(self._between(start, end))
        return next((word for word in words if _fits(word, kind) and self._reach.tells_until(word.start) > end), None)

    def _opens(self, word: TimeWord) -> bool:
        start, _ = self._page.sentence_span(self._page.sentence(word.start))
        if not word.holds:
            return False
        return word.start - start <= _OPENING or self._page.text.startswith(_HEADS, word.end)

    def _opened(self, start: int, end: int, kind: Kind) -> TimeWord | None:
        low, high = bisect.bisect_left(self._opening_starts, start), bisect.bisect_left(self._opening_starts, end)
        return _last(self._opening[low:high], kind)

    def _article(self, place: int) -> int:
        """Return where the section of ``place`` starts: behind the last heading."""
        index = bisect.bisect_right(self._heads, place) - 1
        return self._heads[index] if index >= 0 else 0

    def _headed(self, place: int, kind: Kind) -> TimeWord | None:
        index = bisect.bisect_right(self._heads, place) - 1
        while index >= 0:
            word = _last(self._of_heads[index], kind)
            if word is not None:
                return word
            index = self._above[index]
        return None

    def _usual(self, kind: Kind) -> str | None:
        """Return the time that opens most sentences of the page, of those that fit the kind."""
        opening = self._opening or [word for word in self._times if not word.holds]
        said = Counter(word.label for word in opening if _fits(word, kind) and word.done is not False)
        if said:
            return said.most_common(1)[0][0]
        return None


def _fits(word: TimeWord, kind: Kind) -> bool:
    if word.done is False and kind is Kind.FACT:
        return False
    return not (word.done is True and kind is Kind.TARGET) and not (word.done is False and kind is Kind.RESULT)


def _last(words: Sequence[TimeWord], kind: Kind) -> TimeWord | None:
    return next((word for word in reversed(words) if _fits(word, kind)), None)


def _parents(levels: Sequence[int]) -> list[int]:
    """Return for each heading the index of the one above it in rank, -1 for none."""
    above: list[int] = []
    path: list[int] = []
    for index, level in enumerate(levels):
        while path and levels[path[-1]] >= level:
            path.pop()
        above.append(path[-1] if path else -1)
        path.append(index)
    return above
