"""The gap to a target as work: which blocks cover it in time, the cheapest set first, exactly."""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
from collections.abc import Sequence

MOST_SETS = 200_000


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """One block: what it brings (``amount`` > 0, in the unit of the gap), when, and its cost in whole units (万元; None:
    not known). Blocks whose cost nobody knows are compared by their number only.
    """

    name: str
    amount: float
    expected_on: dt.date
    cost: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Cover:
    """``chosen`` in the order of their names; ``amount`` they bring; ``short`` is still missing (0: covered)."""

    chosen: tuple[Candidate, ...]
    amount: float
    cost: float | None
    short: float
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Set:
    """A set found on the way, linked backwards: what it costs, how many, what it brings."""

    cost: float
    count: int
    amount: float
    last: int
    before: _Set | None


def cover(gap: float, unit: str, due_on: dt.date, candidates: Sequence[Candidate]) -> Cover:
    """Return the cheapest set (then the smallest, then the one that brings most) that brings ``gap`` by ``due_on``.

    Exact: sets are built candidate by candidate, and one is dropped only where another costs no more, holds no more
    blocks and brings no less (Nemhauser and Ullmann 1969). Candidates with the same figures go by name. Where all in
    time do not suffice, all of them are chosen and ``short`` says what is missing.
    """
    month = f"{due_on:%Y年%-m月}"
    if gap <= 0:
        return Cover((), 0.0, 0.0, 0.0, "没有缺口。")
    usable = sorted(
        (one for one in candidates if one.amount > 0 and one.expected_on <= due_on), key=lambda one: one.name
    )
    priced = all(one.cost is not None for one in usable)
    total = sum(one.amount for one in usable)
    if total < gap:
        return _impossible(gap, unit, month, usable, total, priced=priced)
    # Large ones first: sets that suffice are found early and cut the others off.
    order = sorted(range(len(usable)), key=lambda place: (-usable[place].amount, usable[place].name))
    best = _search(gap, [usable[place] for place in order], priced=priced)
    chosen, found = [], best
    while found is not None and found.before is not None:
        chosen.append(usable[order[found.last]])
        found = found.before
    chosen.sort(key=lambda one: one.name)
    amount = sum(one.amount for one in chosen)
    cost = sum(one.cost or 0.0 for one in chosen) if priced else None
    names = "、".join(one.name for one in chosen)
    sentence = f"缺{_plain(gap)}{unit}（到{month}）；以下{len(chosen)}个区块可腾出{_plain(amount)}{unit}：{names}。"
    return Cover(tuple(chosen), amount, cost, 0.0, sentence)


def _search(gap: float, usable: Sequence[Candidate], *, priced: bool) -> _Set | None:
    rest = [0.0] * (len(usable) + 1)
    for place in range(len(usable) - 1, -1, -1):
        rest[place] = rest[place + 1] + usable[place].amount
    sets, best = [_Set(0.0, 0, 0.0, -1, None)], None
    for place, one in enumerate(usable):
        price = float(one.cost or 0.0) if priced else 0.0
        longer = [_Set(held.cost + price, held.count + 1, held.amount + one.amount, place, held) for held in sets]
        for held in longer:
            if held.amount >= gap and (best is None or _key(held) < _key(best)):
                best = held
        open_ = [
            held
            for held in (*sets, *longer)
            if held.amount < gap
            and held.amount + rest[place + 1] >= gap
            and (best is None or (held.cost, held.count) < (best.cost, best.count))
        ]
        sets = _undominated(open_)[:MOST_SETS]
    return best


def _key(held: _Set) -> tuple[float, int, float]:
    return held.cost, held.count, -held.amount


def _undominated(sets: list[_Set]) -> list[_Set]:
    """Keep the sets for which no other costs no more, has no more blocks and brings no less."""
    kept: list[_Set] = []
    counts: list[int] = []  # the staircase so far: ascending count, ascending amount
    amounts: list[float] = []
    for held in sorted(sets, key=_key):
        place = bisect.bisect_right(counts, held.count)
        if place and amounts[place - 1] >= held.amount:
            continue
        kept.append(held)
        place = bisect.bisect_left(counts, held.count)
        end = place
        while end < len(counts) and amounts[end] <= held.amount:
            end += 1
        counts[place:end] = [held.count]
        amounts[place:end] = [held.amount]
    return kept


def _impossible(gap: float, unit: str, month: str, usable: Sequence[Candidate], total: float, *, priced: bool) -> Cover:
    short = gap - total
    cost = sum(one.cost or 0.0 for one in usable) if priced else None
    if not usable:
        return Cover((), 0.0, 0.0, gap, f"缺{_plain(gap)}{unit}（到{month}）；没有区块能在期限内腾出土地。")
    names = "、".join(one.name for one in usable)
    sentence = (
        f"缺{_plain(gap)}{unit}（到{month}）；期限内的{len(usable)}个区块全部完成也只能腾出{_plain(total)}{unit}，"
        f"还差{_plain(short)}{unit}：{names}。"
    )
    return Cover(tuple(usable), total, cost, short, sentence)


def _plain(value: float) -> str:
    text = f"{value:,.1f}"
    return text.rstrip("0").rstrip(".")
