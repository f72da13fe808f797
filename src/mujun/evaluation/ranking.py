"""Ranks inside groups, grades by cut, and the points missing to the next grade."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from mujun.base.exact import SCORE_UNIT, Ints
from mujun.rulebook.ruleset import GRADE_ORDER, Cuts

_GROUP_SPAN = 1 << 42
NO_GAP = np.iinfo(np.int64).min


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """The order inside all groups. ``order`` lists positions group by group, best first; ``starts`` per group."""

    group: Ints
    order: Ints
    starts: Ints
    sizes: Ints
    rank: Ints


def stand(group: Ints, total: Ints, count: int, tie_break: tuple[Ints, ...] = ()) -> Standing:
    """Rank by ``total`` (1/10,000 point), high to low, inside each group (0 … count-1; negative = not ranked).

    Equal totals get the same, better rank, unless ``tie_break`` scores tell them apart. Source: section 13.0, 5.
    """
    ranked = np.flatnonzero(group >= 0)
    key = group[ranked] * _GROUP_SPAN - total[ranked]
    if tie_break:
        sorting = np.lexsort((*(-score[ranked] for score in reversed(tie_break)), key))
    else:
        sorting = np.argsort(key)
    order = ranked[sorting]
    sizes = np.bincount(group[ranked], minlength=count).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    keys = key[sorting]
    fresh: npt.NDArray[np.bool_] = np.ones(len(order), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    for score in tie_break:
        fresh[1:] |= score[order][1:] != score[order][:-1]
    places = np.arange(len(order), dtype=np.int64)
    first = np.maximum.accumulate(places * fresh)
    rank = np.zeros(len(group), dtype=np.int64)
    rank[order] = first - np.repeat(starts - 1, sizes)
    return Standing(group, order, starts, sizes, rank)


def worst_rank(cuts: Cuts, size: int) -> list[int]:
    """Return, for each grade of :data:`GRADE_ORDER`, the last rank of ``size`` that still gets it or better.

    A if rank × 100 ≤ a × N; D if (N − rank + 1) × 100 ≤ d × N, so it starts after N − ⌊d × N ÷ 100⌋.
    """
    last = dict.fromkeys(GRADE_ORDER, 0)
    last[cuts.rest] = size
    for grade, share in cuts.top:
        last[grade] = int(share * size / 100)
    for grade, share in cuts.bottom:
        taken = int(share * size / 100)
        for better in GRADE_ORDER[: GRADE_ORDER.index(grade)]:
            if GRADE_ORDER.index(better) >= GRADE_ORDER.index(cuts.rest):
                last[better] = min(last[better] or size, size - taken)
        last[grade] = last[grade] or size
    reached = 0
    result = []
    for grade in GRADE_ORDER:
        reached = max(reached, last[grade])
        result.append(reached)
    return result


def grades_by_rank(standing: Standing, cuts: list[Cuts]) -> npt.NDArray[np.int8]:
    """Return the place of each firm's grade in :data:`GRADE_ORDER`; -1 where it is not ranked. Cuts per group."""
    grade = np.full(len(standing.group), -1, dtype=np.int8)
    ranks = standing.rank[standing.order]
    places = np.arange(len(GRADE_ORDER), dtype=np.int8)
    for cut, start, size in zip(cuts, standing.starts.tolist(), standing.sizes.tolist(), strict=True):
        ends = np.searchsorted(ranks[start : start + size], worst_rank(cut, size), side="right")
        grade[standing.order[start : start + size]] = np.repeat(places, np.diff(ends, prepend=0))
    return grade


def grades_by_score(total: Ints, cuts: Cuts) -> npt.NDArray[np.int8]:
    """Return the place of the grade for each total, by lowest points (Source: cuts ``by: score``)."""
    grade = np.full(len(total), GRADE_ORDER.index(cuts.rest), dtype=np.int8)
    for name, points in reversed(cuts.top):
        grade[total >= int(points * SCORE_UNIT)] = GRADE_ORDER.index(name)
    return grade


def gaps_by_rank(
    standing: Standing, cuts: list[Cuts], total: Ints, grade: npt.NDArray[np.int8], best: npt.NDArray[np.int8]
) -> Ints:
    """Return the points (1/10,000) missing to the next better grade, others unchanged; NO_GAP where there is none.

    ``grade`` is the final grade and ``best`` the best one a veto leaves. A firm needs the total of the last rank
    that gets the better grade; with equal totals it shares that rank.
    """
    gap = np.full(len(total), NO_GAP, dtype=np.int64)
    for number, cut in enumerate(cuts):
        size, start = int(standing.sizes[number]), int(standing.starts[number])
        members = standing.order[start : start + size]
        bounds = worst_rank(cut, size)
        for place in range(1, len(GRADE_ORDER)):
            firms = members[grade[members] == place]
            target = next((better for better in range(place - 1, -1, -1) if _occurs(cut, better)), None)
            if target is None or bounds[target] == 0 or not len(firms):
                continue
            needed = total[members[bounds[target] - 1]] - total[firms]
            gap[firms] = np.where(best[firms] <= target, np.maximum(needed, 0), NO_GAP)
    return gap


def gaps_by_score(cuts: Cuts, total: Ints, grade: npt.NDArray[np.int8], best: npt.NDArray[np.int8]) -> Ints:
    """Return the points (1/10,000) missing to the next better grade of cuts by score; NO_GAP where there is none."""
    gap = np.full(len(total), NO_GAP, dtype=np.int64)
    bounds = {GRADE_ORDER.index(name): int(points * SCORE_UNIT) for name, points in cuts.top}
    for place in range(1, len(GRADE_ORDER)):
        target = max((better for better in bounds if better < place), default=None)
        if target is not None:
            firms = np.flatnonzero((grade == place) & (best <= target))
            gap[firms] = np.maximum(bounds[target] - total[firms], 0)
    return gap


def _occurs(cuts: Cuts, place: int) -> bool:
    names = {name for name, _ in (*cuts.top, *cuts.bottom)} | {cuts.rest}
    return GRADE_ORDER[place] in names
