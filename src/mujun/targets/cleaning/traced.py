"""A text under repair: its characters beside the raw place of each, changed in whole passes and not one by one."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Mask = NDArray[np.bool_]


def codes_of(text: str) -> Codes:
    """Return the code points of a text; lone surrogates are kept as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    """Return the text of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


class Traced:
    """Characters (``codes``) and for each the index of the raw character it comes from (``origin``)."""

    def __init__(self, codes: Codes, origin: NDArray[np.int64]) -> None:
        self.codes = codes
        self.origin = origin

    @classmethod
    def of(cls, raw: str) -> Traced:
        """Begin with the raw text itself."""
        return cls(codes_of(raw), np.arange(len(raw), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.codes)

    @functools.cached_property
    def text(self) -> str:
        """The characters as a string."""
        return text_of(self.codes)

    def keeping(self, keep: Mask) -> Traced:
        """Return only the characters for which ``keep`` is true."""
        return self if keep.all() else Traced(self.codes[keep], self.origin[keep])

    def with_codes(self, codes: Codes) -> Traced:
        """Return the same places with other characters, one for one."""
        return Traced(codes, self.origin)

    def without(self, spans: Iterable[tuple[int, int]]) -> Traced:
        """Return the text without these spans, which are in order and do not overlap."""
        return self.keeping(~self.covered(spans))

    def without_matches(self, pattern: re.Pattern[str]) -> Traced:
        """Return the text without what the pattern matches."""
        return self.without([match.span() for match in pattern.finditer(self.text)])

    def covered(self, spans: Iterable[tuple[int, int]]) -> Mask:
        """Return which characters lie in these spans, which are in order and do not overlap."""
        edges = np.array(list(spans), dtype=np.int64).reshape(-1, 2)
        steps = np.zeros(len(self) + 1, np.int8)
        np.add.at(steps, edges[:, 0], 1)
        np.add.at(steps, edges[:, 1], -1)
        return np.cumsum(steps[:-1], dtype=np.int8).astype(bool)

    def replacing(self, edits: Iterable[tuple[int, int, str, list[int]]]) -> Traced:
        """Return the text with spans replaced: start, end, new characters, and for each the index it came from."""
        codes: list[Codes] = []
        origin: list[NDArray[np.int64]] = []
        done = 0
        for start, end, words, places in edits:
            codes += [self.codes[done:start], codes_of(words)]
            origin += [self.origin[done:start], self.origin[np.array(places, np.int64)]]
            done = end
        if not done and not codes:
            return self
        return Traced(np.concatenate([*codes, self.codes[done:]]), np.concatenate([*origin, self.origin[done:]]))
