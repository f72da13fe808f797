"""Where a place of the text stands: its sentence, its clause, the line it is on."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from itertools import pairwise

from mujun.targets.cleaning import BlockKind, CleanText

_FULL_STOPS = frozenset("。！？!?\n")
_LOOKS = 10
_CLAUSE = re.compile(r"[，；;。！？!?：\n]|(?<!\d)[,:]|[,:](?!\d)")


@dataclass(frozen=True)
class Page:
    """Clean text with the places where its sentences and clauses end (offsets behind the sign)."""

    clean: CleanText
    text: str
    sentence_ends: list[int]
    clause_ends: list[int]
    seen: dict[tuple[str, int], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, clean: CleanText) -> Page:
        """Find the ends in one pass. A sign inside a number (3,000 or 8:30) ends nothing."""
        text = clean.text
        clauses = [found.end() for found in _CLAUSE.finditer(text)]
        return cls(clean, text, [end for end in clauses if text[end - 1] in _FULL_STOPS], clauses)

    def sentence(self, place: int) -> int:
        """Return the number of the sentence that holds ``place``."""
        return bisect.bisect_right(self.sentence_ends, place)

    def sentence_span(self, number: int) -> tuple[int, int]:
        """Return start and end of a sentence, its sign included."""
        start = self.sentence_ends[number - 1] if number else 0
        return start, self.sentence_ends[number] if number < len(self.sentence_ends) else len(self.text)

    def clause(self, place: int) -> int:
        """Return the number of the clause that holds ``place``."""
        return bisect.bisect_right(self.clause_ends, place)

    def clause_start(self, place: int) -> int:
        """Return where the clause of ``place`` starts."""
        number = bisect.bisect_right(self.clause_ends, place)
        return self.clause_ends[number - 1] if number else 0

    def clause_end(self, place: int) -> int:
        """Return where the clause of ``place`` ends, without its sign."""
        number = bisect.bisect_right(self.clause_ends, place)
        return self.clause_ends[number] - 1 if number < len(self.clause_ends) else len(self.text)

    def article_starts(self) -> list[int]:
        """Return where articles begin: at headlines, which are told from their looks alone, behind other text."""
        starts = [0]
        for before, block in pairwise(self.clean.blocks):
            if block.level >= _LOOKS and not before.level:
                starts.append(block.start)
        return starts

    def marked_headings(self) -> frozenset[str]:
        """Return the words of headings that are marked or numbered, not those told from their looks alone."""
        marked = (b for b in self.clean.blocks if b.kind is BlockKind.HEADING and b.level < _LOOKS)
        return frozenset(self.text[block.start : block.end] for block in marked)

    def is_heading(self, place: int) -> bool:
        """Return whether the line of ``place`` is a heading."""
        return bool(self.clean.blocks) and self.clean.block_at(place).kind is BlockKind.HEADING

    def is_noise(self, place: int) -> bool:
        """Return whether the line of ``place`` is furniture of the page."""
        return bool(self.clean.blocks) and self.clean.block_at(place).kind is BlockKind.NOISE
