"""What a case is found by: pairs of signs, first letters of the pinyin, whole codes. Looked up, never scanned."""

from __future__ import annotations

import re
import unicodedata

from mujun.web.cases.models import Case
from mujun.web.maps.search import initials

_RUN = re.compile(r"[^\W_]+")
LETTERS = range(2, 5)
"""How many first letters are kept as a beginning; a longer query is held against the rest of the name."""


def plain(text: str) -> str:
    """Return a text in one form: width and case do not matter, signs between words are blanks."""
    return " ".join(_RUN.findall(unicodedata.normalize("NFKC", text).casefold()))


def pairs(text: str) -> set[str]:
    """Return every two signs that stand side by side in one word of ``text``."""
    return {run[n : n + 2] for run in plain(text).split() for n in range(len(run) - 1)}


def names_of(case: Case) -> list[str]:
    """Return the texts by which people look for a case."""
    return [case.title, case.firm_name]


def words_of(case: Case) -> set[str]:
    """Return all words that lead to a case."""
    found = {word for name in names_of(case) for word in pairs(name)}
    for name in names_of(case):
        letters = initials(name)
        found |= {letters[:size] for size in LETTERS if len(letters) >= size}
    number = case.number.casefold()
    found |= {number, number.split("-", 1)[-1], number.rsplit("-", 1)[-1]}
    codes = {case.firm_id.casefold(), case.parcel_id.casefold()}
    found |= codes | {code[-6:] for code in codes}
    return {word[:60] for word in found if len(word) >= 2}
