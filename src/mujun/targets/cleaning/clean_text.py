"""What cleaning returns: text fit for rules, its blocks, and for each character the raw one it comes from."""

from __future__ import annotations

import bisect
import dataclasses
import functools
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class BlockKind(StrEnum):
    """What a block of a page is: a heading, running text, or noise (advertisements, page furniture)."""

    HEADING = "heading"
    BODY = "body"
    NOISE = "noise"


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One line of the clean text: ``text[start:end]`` without its line break; ``level`` is 0 for all but headings.

    Levels: 1…6 as marked with ``#``; 7 一、, 8 （一）, 9 1.; 10 and more for headings without mark or number.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0


@dataclasses.dataclass(frozen=True)
class CleanText:
    """Clean simplified text with its way back to the raw text.

    ``text``: one block a line, lines parted by one newline. Inside a line a single space between two Chinese
    characters is a soft boundary: a sign (mostly a comma or a quotation mark) that was lost may have stood there.
    Digits and Latin letters are half width, as are ``% . + -``; numbers hold no spaces and no thousands separators;
    the signs ``，；：？！（）`` are full width beside Chinese.

    ``origin``: for each character of ``text`` the index (code points, from 0) of its character in ``raw``; never
    falls; rises at each character, save where a damaged sign was restored to more characters than were left of it.
    """

    raw: str
    text: str
    origin: NDArray[np.int64]
    blocks: tuple[Block, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the smallest span of ``raw``, end exclusive, that covers ``text[start:end]``.

        An empty span lies where the character at ``start`` comes from, or at the end of ``raw``.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"span {start}..{end} of a text of {len(self.text)} characters")
        if start == end:
            place = int(self.origin[start]) if start < len(self.text) else len(self.raw)
            return place, place
        return int(self.origin[start]), int(self.origin[end - 1]) + 1

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_at(self, offset: int) -> Block:
        """Return the block that holds the character at ``offset`` (a line break belongs to the block before it)."""
        if not self.blocks or not 0 <= offset <= len(self.text):
            raise IndexError(f"no block at {offset}")
        return self.blocks[bisect.bisect_right(self._starts, offset) - 1]

    @functools.cached_property
    def _sections(self) -> list[str]:
        path: list[tuple[int, str]] = []
        sections = []
        for block in self.blocks:
            if block.kind is BlockKind.HEADING:
                path = [above for above in path if above[0] < block.level]
                sections.append(" › ".join(words for _, words in path))
                path.append((block.level, self.text[block.start : block.end]))
            else:
                sections.append(" › ".join(words for _, words in path))
        return sections

    def section_of(self, offset: int) -> str:
        """Return the headings above the character at ``offset``, outermost first, joined with " › "; "" for none."""
        if not self.blocks:
            return ""
        return self._sections[bisect.bisect_right(self._starts, offset) - 1]
