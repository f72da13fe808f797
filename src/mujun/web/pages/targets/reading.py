"""A document as it is read beside its statements: part by part, with the quotes on the original."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from mujun.targets.cleaning import CleanText, clean
from mujun.web.targets.models import Document, DocumentStatement, StatementState
from mujun.web.targets.queries.documents import Highlight, highlights, statements_of

PART = 12_000
"""Characters of the text on one page, about: a part ends at the end of a line."""
SLACK = 3_000
WHOLE = 400_000
"""A longer text is cleaned part by part: the page must not wait for a book."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One statement beside its part. ``clean``: its quote as the rules read it, where that differs from the original."""

    statement: DocumentStatement
    clean: str
    targets: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part of a document: its number from 1 of ``count``, pieces of the text, statements in their order."""

    number: int
    count: int
    start: int
    end: int
    pieces: list[Highlight]
    lines: list[Line]

    @property
    def waiting(self) -> list[int]:
        """Keys of the statements here that wait."""
        return [one.statement.pk for one in self.lines if one.statement.state == StatementState.PROPOSED]


def part_of(document: Document, number: int) -> Part:
    """Return the part with this number, or the nearest there is."""
    ends = part_ends(document)
    number = min(max(number, 1), len(ends))
    start, end = (0 if number == 1 else ends[number - 2]), ends[number - 1]
    rows = list(statements_of(document).filter(start__gte=start, start__lt=max(end, 1)))
    shown = [one for one in rows if one.state != StatementState.REFUSED]
    pieces = [piece for piece in highlights(document, shown) if piece.start < end and piece.end > start]
    cut = [_within(piece, document.text, start, end) for piece in pieces]
    quotes = _clean_quotes(document, start, end, rows)
    lines = [Line(one, said if said != one.quote else "") for one, said in zip(rows, quotes, strict=True)]
    return Part(number, len(ends), start, end, cut, lines)


def _within(piece: Highlight, text: str, start: int, end: int) -> Highlight:
    if piece.statement is not None:
        return piece
    first, last = max(piece.start, start), min(piece.end, end)
    return Highlight(first, last, text[first:last], None)


def number_at(document: Document, place: int) -> int:
    """Return the number of the part that holds the character at ``place``."""
    return next((number for number, end in enumerate(part_ends(document), 1) if place < end), 1)


def part_ends(document: Document) -> list[int]:
    """Return where each part ends: at the end of a line near :data:`PART` characters, never inside a statement."""
    text, ends, at = document.text, [], 0
    taken = [] if len(text) <= PART + SLACK else list(document.statements.values_list("start", "end"))
    while len(text) - at > PART + SLACK:
        broken = text.rfind("\n", at + PART - SLACK, at + PART) + 1
        end = broken or at + PART
        end = next((last for first, last in taken if first < end < last), end)
        ends.append(end)
        at = end
    return [*ends, len(text)]


def _clean_quotes(document: Document, start: int, end: int, rows: list[DocumentStatement]) -> list[str]:
    """The quotes as the rules read them."""
    whole = len(document.text) <= WHOLE
    read = _cleaned(document.text if whole else document.text[start : end + 500])
    return [clean_span(read, one.start - (0 if whole else start), one.end - (0 if whole else start)) for one in rows]


def clean_span(read: CleanText, start: int, end: int) -> str:
    """Return the clean text of the raw characters from ``start`` to ``end`` (exclusive)."""
    first, last = np.searchsorted(read.origin, [start, end])
    return read.text[int(first) : int(last)].strip()


@functools.lru_cache(maxsize=16)
def _cleaned(text: str) -> CleanText:
    return clean(text)
