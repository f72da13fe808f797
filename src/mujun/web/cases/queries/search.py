"""Finding cases by number, name, first letters or code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef

from mujun.web.cases.models import Case, CaseWord
from mujun.web.cases.queries.scope import cases_in_scope, sees_all
from mujun.web.cases.words import LETTERS, names_of, pairs, plain
from mujun.web.maps.search import initials

WEIGHED = 500
"""A word is counted up to here to know which of several is the rarest."""
TRIED = 400
"""So many cases that have all words are held against the whole query."""
PAGE = 50


def search_cases(text: str, user: Any, *, list_name: str = "", limit: int = 50) -> list[Case]:
    """The newest cases inside the scope that ``text`` finds: a number or its end, a code, letters, or part of a name."""
    wanted = plain(text)
    if len(wanted) < 2:
        return []
    whole = text.strip().casefold()[:60]
    found = _taken(_keys([whole], user, list_name, limit), limit)
    if found and any(sign.isdigit() for sign in whole):  # a number or a code
        return found
    if len(found) < limit and whole.isascii() and whole.isalnum() and len(whole) >= LETTERS[0]:
        begun = _keys([whole[: LETTERS[-1]]], user, list_name, TRIED)
        found += _taken(begun, limit, lambda case: any(initials(one).startswith(whole) for one in names_of(case)))
    words = sorted(pairs(wanted))
    if len(found) < limit and words and words != [whole]:
        alike = _keys(words, user, list_name, TRIED)
        found += _taken(alike, limit, lambda case: all(_holds(case, part) for part in wanted.split()))
    return list({case.pk: case for case in found}.values())[:limit]


def _holds(case: Case, part: str) -> bool:
    return any(part in plain(name) for name in names_of(case)) or part in case.number.casefold()


def _taken(keys: list[int], limit: int, fits: Callable[[Case], bool] = lambda case: True) -> list[Case]:
    """Return the first ``limit`` cases that fit, read a page at a time."""
    found: list[Case] = []
    for begin in range(0, len(keys), PAGE):
        page = keys[begin : begin + PAGE]
        held = Case.objects.select_related("version").in_bulk(page)
        found += [held[key] for key in page if fits(held[key])]
        if len(found) >= limit:
            break
    return found[:limit]


def _keys(words: list[str], user: Any, list_name: str, limit: int) -> list[int]:
    """Keys of the newest cases to which all of ``words`` lead: the rarest is walked, the others are looked up in each."""
    if len(words) > 1:
        weights = {word: CaseWord.objects.filter(word=word).values("pk")[:WEIGHED].count() for word in words}
        words = sorted(words, key=weights.__getitem__)
        if weights[words[0]] == 0:
            return []
    rows = CaseWord.objects.filter(word=words[0])
    for word in words[1:4]:
        rows = rows.filter(Exists(CaseWord.objects.filter(word=word, case=OuterRef("case"))))
    if list_name or not sees_all(user):
        seen = cases_in_scope(user).filter(pk=OuterRef("case"))
        rows = rows.filter(Exists(seen.filter(list_name=list_name) if list_name else seen))
    return list(rows.order_by("-case").values_list("case", flat=True)[:limit])
