"""Tables that lost their columns: one cell a line, the head's cells first, then those of each row."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERS = re.compile(r"(?m)^[ 　]*[≥≤＞＜><约]?\d[\d,.]*[%％万亿]?[ 　]*\r?$")
_NUMBER = re.compile(r"[≥≤＞＜><约]?\d[\d,.]*[%％万亿]?")
_UNIT = re.compile(r"[（(][^（）()\d]{1,6}[）)]|单位|[%％]\Z|率\Z|数\Z")
_RUNNING = re.compile("[，。；：！？]")
_LEAST_NUMBERS, _LONGEST = 4, 16
_WIDTHS = range(3, 10)

Row = list[tuple[str, int]]


def stacked_rows(raw: str) -> list[list[Row]]:
    """Return tables of a raw text whose cells stand one below the other, as rows of cells with their places, head first.

    A run of short lines is one if its first cells hold no numbers but a unit, and all rows alike have words in their
    first column (or serial numbers, then words) and numbers in the same of the others.
    """
    if len(_NUMBERS.findall(raw)) < _LEAST_NUMBERS:
        return []
    found = []
    run: Row = []
    place = 0
    for line in [*raw.splitlines(keepends=True), "。"]:
        words = line.strip()
        if words and len(words) <= _LONGEST and not _RUNNING.search(words):
            run.append((words, place + line.index(words)))
        elif words:
            found += _tables(run)
            run = []
        place += len(line)
    return found


def _tables(run: Row) -> list[list[Row]]:
    """Return the table that a run of short lines holds; headings may stand before it."""
    first = next((index for index, (words, _) in enumerate(run) if _NUMBER.fullmatch(words)), 0)
    for width in _WIDTHS:
        for lead in (1, 2):
            start = first - width - (lead if lead == 1 else 0)
            if start < 0:
                continue
            rows = [run[at : at + width] for at in range(start, len(run) - width + 1, width)]
            rows = _alike(rows)
            if len(rows) > 2 and sum(len(row) for row in rows) >= _LEAST_NUMBERS * 2:
                return [rows]
    return []


def _alike(rows: Sequence[Row]) -> list[Row]:
    """Return the head and the rows that agree with the first in which columns hold numbers; [] if these are none."""
    if len(rows) < 3 or not any(_UNIT.search(words) for words, _ in rows[0]):
        return []
    if any(_NUMBER.fullmatch(words) for words, _ in rows[0]):
        return []
    shapes = [[bool(_NUMBER.fullmatch(words)) for words, _ in row] for row in rows[1:]]
    if sum(shapes[0]) < 2 or all(shapes[0][:2]) or not any(not is_number for is_number in shapes[0][:2]):
        return []
    count = next((index for index, shape in enumerate(shapes) if shape != shapes[0]), len(shapes))
    return list(rows[: count + 1])
