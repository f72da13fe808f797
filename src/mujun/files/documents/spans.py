"""Merged cells of a table: in every place that one covers its label stands again, so that columns stay columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_COLUMNS = 256
"""Columns up to which cells can be merged; a span that claims more ends here."""
MOST_REPEATED = 2_000_000
"""Characters that the repeated cells of one document may take."""
TOO_MANY = "合并单元格太多，后面的没有展开。"
_LONGEST_LABEL = 40
_SENTENCE = re.compile("[。；，！？]")
_NAMING = re.compile(
    r"第\d+|前\d|PM\d+(?:\.\d)?|\d+[#号]|(?:19|20)\d\d[-—–~～至到](?:19|20)\d\d年?|(?:19|20)\d\d(?!\d)年?度?"
    r"|\d{1,2}(?:[-—–~～至到]\d{1,2})?(?:月|季度|日)(?:份|底|末)?",
    re.IGNORECASE,
)
"""Numbers that name a time or a thing and count nothing."""
_COUNT = re.compile(r"\d|[一二两三四五六七八九十百千万亿半][成倍亩家个户项宗条人万亿元]|翻番")


@dataclass(slots=True)
class Spanning:
    """A cell: its words, and how many columns and rows it covers, 1 and more."""

    words: str
    columns: int = 1
    rows: int = 1


class Spans:
    """Lays out the tables of one document. ``spent`` tells that merged cells were too many and later ones stay as they are."""

    def __init__(self) -> None:
        self._left = MOST_REPEATED
        self.spent = False

    def places(self, rows: Sequence[Sequence[Spanning]]) -> list[list[int | str]]:
        """Return for each row what stands in its columns: the number of one of its own cells, or the words of a merged one.

        Words are repeated only where they name: a number or a sentence that several places share would count several times,
        and their other places stay empty. So do those of a cell that has its row to itself. Columns in which no cell of the
        table begins are left out.
        """
        lines: list[dict[int, int | str]] = []
        begins: set[int] = set()
        held: dict[int, tuple[str, int]] = {}
        for row in rows:
            line: dict[int, int | str] = {column: words for column, (words, _) in held.items()}
            held = {column: (words, left - 1) for column, (words, left) in held.items() if left > 1}
            begins.update(self._laid(row, line, held))
            if not self._pays(line):
                break
            lines.append(line)
        columns = sorted(begins)
        laid = [_in_order(line, columns) for line in lines]
        return laid + [list(range(len(row))) for row in rows[len(lines) :]]

    def _laid(self, row: Sequence[Spanning], line: dict[int, int | str], held: dict[int, tuple[str, int]]) -> list[int]:
        """Put a row's cells into the free places of its line; ``held`` takes what reaches further down."""
        begins = []
        alone = len(row) == 1 and not line
        column = 0
        for number, cell in enumerate(row):
            while column in line:
                column += 1
            first = column
            begins.append(first)
            label = _label(cell.words)
            last = first if alone and cell.columns > 1 else min(first + cell.columns, MOST_COLUMNS) - 1
            for place in range(first, max(first, last) + 1):
                if place in line:
                    break
                line[place] = label if place > first else number
                if cell.rows > 1 and place < MOST_COLUMNS:
                    held[place] = (label, cell.rows - 1)
                column = place + 1
        return begins

    def _pays(self, line: dict[int, int | str]) -> bool:
        """Return whether what a line repeats or leaves empty is still within the document's allowance."""
        empty = max(line, default=-1) + 1 - len(line)
        self._left -= empty + sum(len(words) + 1 for words in line.values() if isinstance(words, str))
        self.spent = self.spent or self._left < 0
        return not self.spent


def _in_order(line: dict[int, int | str], columns: Sequence[int]) -> list[int | str]:
    last = max(line, default=-1)
    return [line.get(column, "") for column in columns if column <= last]


def _label(words: str) -> str:
    """Return the words if they name a row or a column, else nothing."""
    if len(words) > _LONGEST_LABEL or _SENTENCE.search(words) or _COUNT.search(_NAMING.sub("", words)):
        return ""
    return words


def span_of(written: str | None) -> int:
    """Read a span as a file writes it: at least 1, and never a number too long to be one."""
    digits = re.match(r"\s*\+?(\d{1,9})", written or "")
    return max(1, int(digits[1])) if digits else 1
