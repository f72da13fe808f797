"""Statements of one metric as a thread through years and documents: promised, reported, reported again, fell silent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum

from mujun.targets.periods import period_days


class Fate(StrEnum):
    """What has become of a metric."""

    PROMISED = "promised"
    REPORTED = "reported"
    REPORTED_AGAIN = "reported_again"
    SILENT = "silent"
    BACKGROUND = "background"

    @property
    def label(self) -> str:
        """For people."""
        return LABELS[self]


LABELS = {
    Fate.PROMISED: "已承诺，尚未到期",
    Fate.REPORTED: "已报告结果",
    Fate.REPORTED_AGAIN: "多次报告结果",
    Fate.SILENT: "后续文件没有再提",
    Fate.BACKGROUND: "只有情况，没有承诺",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """One statement: its ``key``, document, kind (target, result, fact) and period."""

    key: int
    document: int
    kind: str
    period: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """One document: its ``key``, day of issue, series; ``answers``: whether it is of a kind that reports results."""

    key: int
    issued_on: dt.date
    series: str
    answers: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Thread:
    """Mentions of one metric, by day of issue; the fate of its newest promise, and of each by its key.

    ``silent_in``: the first document that should have said more of the newest promise and did not.
    """

    mentions: tuple[Mention, ...]
    fate: Fate
    silent_in: int | None
    fates: Mapping[int, Fate] = dataclasses.field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What has become of it, for people."""
        return self.fate.label


def threads(mentions: Sequence[Mention], same: Iterable[tuple[int, int]], papers: Sequence[Paper]) -> list[Thread]:
    """Join mentions along the pairs ``same`` and tell the fate of each thread.

    A promise whose last mention lies before a later answering document of the same series, issued after the promise was
    due, fell silent. A thread of one fact only is background. Sorted by the first mention.
    """
    by_key = {one.key: one for one in mentions}
    of = {paper.key: paper for paper in papers}
    groups = _components(by_key, same)
    found = []
    for keys in groups:
        held = sorted(
            (by_key[key] for key in keys), key=lambda one: (of[one.document].issued_on, one.document, one.key)
        )
        fates = {one.key: _fate_of(one, held, of, papers) for one in held if one.kind == "target"}
        fate, silent = list(fates.values())[-1] if fates else (_fate(held, of), None)
        found.append(Thread(tuple(held), fate, silent, {key: told for key, (told, _paper) in fates.items()}))
    return sorted(found, key=lambda one: (of[one.mentions[0].document].issued_on, one.mentions[0].key))


def _components(keys: Iterable[Hashable], same: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent: dict[int, int] = {int(key): int(key) for key in keys}  # type: ignore[call-overload]

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for first, second in same:
        if first in parent and second in parent:
            parent[root(first)] = root(second)
    groups: dict[int, list[int]] = defaultdict(list)
    for key in parent:
        groups[root(key)].append(key)
    return list(groups.values())


def _fate(held: Sequence[Mention], of: Mapping[int, Paper]) -> Fate:
    """The fate of a thread without a promise."""
    reports = len({one.document for one in held if one.kind == "result"})
    return Fate.BACKGROUND if not reports else Fate.REPORTED if reports == 1 else Fate.REPORTED_AGAIN


def _fate_of(
    promise: Mention, held: Sequence[Mention], of: Mapping[int, Paper], papers: Sequence[Paper]
) -> tuple[Fate, int | None]:
    """The fate of one promise: by later results of its period, and by later documents that should have told one."""
    made = of[promise.document]
    answers = [
        of[one.document]
        for one in held
        if one.kind == "result" and of[one.document].issued_on > made.issued_on and _same_time(promise, one)
    ]
    due = _due(promise, made)
    if not any(paper.issued_on > due for paper in answers):
        said = {one.document for one in held}
        for paper in sorted(papers, key=lambda one: (one.issued_on, one.key)):
            if paper.answers and paper.series == made.series and paper.issued_on > due and paper.key not in said:
                return Fate.SILENT, paper.key
    if not answers:
        return Fate.PROMISED, None
    return (Fate.REPORTED if len({paper.key for paper in answers}) == 1 else Fate.REPORTED_AGAIN), None


def _due(promise: Mention, made: Paper) -> dt.date:
    days = period_days(promise.period)
    return days[1] if days else dt.date(made.issued_on.year, 12, 31)


def _same_time(promise: Mention, result: Mention) -> bool:
    """Whether a result may be of the time that was promised: their periods overlap, or one is not told."""
    mine, theirs = period_days(promise.period), period_days(result.period)
    return mine is None or theirs is None or (mine[0] <= theirs[1] and theirs[0] <= mine[1])
