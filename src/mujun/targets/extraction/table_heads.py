"""Heads of tables: rows of heads joined column by column, and which column names the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Row = list[tuple[str, int]]
"""Cells of a line with their places in the raw text."""
UNIT = re.compile(r"[（(](?:单位[:：])?([^（）()]{1,8})[）)]\s*\Z")
"""A unit in brackets behind a head or a name."""
BOUNDED = re.compile(r"(?P<sign>[≥≤＞＜><约]?)\s?(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[万亿]*)")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年|\Z)")
_UNIT_COLUMN = re.compile(r"(计量|计算)?单位\Z")
_SERIAL = re.compile(r"序号|编号|排名|名次|年份|(?<!\d)年度$|日期|时间|时限|电话|备注|No")
_TIME_OR_KIND = (
    r"(?:19|20)\d\d(?:[-—–~～至到](?:19|20)\d\d)?年?度?|[今去本上明]年|全年|年度|[上下]半年|[第前]?[一二三四1-4]个?季度"
    r"|\d{1,2}(?:[-—–~～至到]\d{1,2})?月份?|目标|任务|计划|完成|实际|预计|预期|累计|情况"
)
_NOT_MEASURED = re.compile(rf"(?:{_TIME_OR_KIND})+")
_BARE = re.compile(rf"(?:{_TIME_OR_KIND}|总?数?量|数?值)+")
_MOST_HEADS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head: the words of all its rows without their unit, that unit, and the words of the lowest row.

    ``measure``: its words less those that tell only a time or whether it is a goal; all of them if nothing else is left.
    """

    words: str
    unit: str
    lowest: str
    measure: str

    @property
    def is_unit(self) -> bool:
        """Return whether the column holds units."""
        return _UNIT_COLUMN.match(self.lowest) is not None

    @property
    def counts(self) -> bool:
        """Return whether numbers in it are values, not units, serial numbers or dates."""
        return not self.is_unit and _SERIAL.search(self.lowest) is None

    @property
    def is_bare(self) -> bool:
        """Return whether the head tells a time or a kind but not what is measured."""
        return _BARE.fullmatch(self.words) is not None


@dataclass(frozen=True, slots=True)
class Names:
    """Which columns of a table name its rows: ``column`` each row, those of ``groups`` several rows together."""

    column: int | None
    groups: tuple[int, ...]


def is_count(words: str) -> bool:
    """Return whether a cell holds a number, not a year."""
    return BOUNDED.match(words) is not None and _YEAR.match(words) is None


def count_heads(rows: Sequence[Row]) -> int:
    """Return how many rows at the top are heads: below a merged cell, or beside one, a row without numbers is one more."""
    count = 1
    while count < min(_MOST_HEADS, len(rows) - 1):
        above, row = [words for words, _ in rows[count - 1]], [words for words, _ in rows[count]]
        merged = any(one and one == other for one, other in pairwise(above))
        if any(is_count(words) for words in row) or not (merged or (row[0] and row[0] == above[0])):
            break
        count += 1
    return count


def stretched(above: Row, row: Row) -> Row:
    """Return a row of merged heads, each written once, over the columns of the longer row below it; [] if that is unclear.

    What stands under nothing new is empty in the lower row; the other heads cover the same number of its columns each.
    """
    kept = next((index for index, (words, _) in enumerate(row) if words), 0)
    heads = len(above) - kept
    if not kept or heads < 1 or (len(row) - kept) % heads or not all(words for words, _ in row[kept:]):
        return []
    each = (len(row) - kept) // heads
    return above[:kept] + [cell for cell in above[kept:] for _ in range(each)]


def columns_of(heads: Sequence[Row]) -> list[Column]:
    """Join the rows of heads column by column."""
    columns = []
    for cells in zip(*([words for words, _ in row] for row in heads), strict=True):
        parts = [words for index, words in enumerate(cells) if words and words not in cells[:index]]
        units = [found[1] for words in parts if (found := UNIT.search(words))]
        plain = [UNIT.sub("", words) for words in parts]
        telling = [words for words in plain if not _NOT_MEASURED.fullmatch(words)] or plain
        columns.append(Column("".join(plain), units[-1] if units else "", plain[-1] if plain else "", "".join(telling)))
    return columns


def names_of(columns: Sequence[Column], rows: Sequence[Row]) -> Names:
    """Find the column that names the rows: the first of words, unless it stays the same where the next one tells apart."""
    words = [[cell for cell, _ in row] for row in rows]
    values = (
        index for index, column in enumerate(columns) if column.counts and any(is_count(row[index]) for row in words)
    )
    first_value = next(values, len(columns))
    named = [index for index in range(first_value) if columns[index].counts and any(row[index] for row in words)]
    for place, column in enumerate(named):
        following = named[place + 1] if place + 1 < len(named) else None
        same = [(above, row) for above, row in pairwise(words) if row[column] in ("", above[column])]
        apart = following is not None and all(
            row[following] and row[following] != above[following] for above, row in same
        )
        if not same or not apart:
            return Names(column, tuple(named[:place]))
    return Names(None, ())
