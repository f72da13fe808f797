"""分别: the n-th number behind it belongs to the n-th of the things before it."""

from __future__ import annotations

from collections.abc import Sequence

from mujun.targets.extraction.bounds import Measured
from mujun.targets.extraction.metric_rules import MetricRules
from mujun.targets.extraction.page import Page
from mujun.targets.statement import Change

Said = tuple[Measured, str]
"""A statement of the sentence with its metric."""
_WORD = "分别"
_LOOK, MOST = 120, 12


def respective(
    page: Page, found: Sequence[Measured], index: int, said: Sequence[Said], rules: MetricRules
) -> str | None:
    """Return the metric of the statement at ``index`` where its place among several tells it, else None.

    The things are a list of nouns (起数、死亡人数分别下降20%和15%), one noun for two (城乡居民收入), or the statements before
    (游客860万人次，收入72亿元，分别增长15%、18%); ``said`` are those of the sentence so far. Where the counts differ, None.
    """
    here = found[index]
    opens = page.clause_start(here.start)
    if here.start - opens > _LOOK:
        return None
    word = page.text.find(_WORD, opens, here.start)
    bare = word < 0
    if bare and not (said and here.change is Change.GROWTH):
        return None
    first = _first_of(found, index, opens)
    if not bare and word > found[first].start:
        return None
    count = _count(page, found, first, opens)
    if count < 2 or index - first >= count:
        return None
    words = rules.trimmed(page.text[opens : found[first].start if bare else word])
    if words:
        named = [] if bare else rules.items(words)
        return named[index - first] if len(named) == count else None
    before = [metric for measured, metric in said if measured.end <= opens and measured.change is Change.LEVEL]
    before = list(dict.fromkeys(before))[-count:] if not bare else _of_clause(page, said, opens, count)
    return before[index - first] if len(before) == count else None


def _first_of(found: Sequence[Measured], index: int, opens: int) -> int:
    """Return the index of the first statement behind the start of the clause."""
    while index and found[index - 1].start >= opens:
        index -= 1
    return index


def _count(page: Page, found: Sequence[Measured], first: int, opens: int) -> int:
    """Return how many statements stand in the clause; 0 where other words part them or one is a range."""
    end = page.clause_end(found[first].end)
    last = first
    while last + 1 < len(found) and last - first < MOST and found[last + 1].start <= end:
        before, after = found[last], found[last + 1]
        if before.quantity.low or page.text[before.end : after.start].strip() not in ("、", "和", "及", "与"):
            return 0
        last += 1
    return last - first + 1


def _of_clause(page: Page, said: Sequence[Said], opens: int, count: int) -> list[str]:
    """Return the metrics of the clause just before, if it holds so many (收入分别达6万元和3万元，增长5%、7%)."""
    start = page.clause_start(opens - 1)
    return [metric for measured, metric in said if start <= measured.start and measured.end <= opens]
