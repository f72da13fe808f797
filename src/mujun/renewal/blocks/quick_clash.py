"""Wishes that plainly cannot be had together, told before any search; of each set none can be left out."""

from __future__ import annotations

import numpy as np

from mujun.renewal.blocks.compiled import neighbours
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.problem import Floats, Ints, Problem

RELATIVE = 1e-9


def quick_clash(problem: Problem) -> tuple[str, ...]:
    """Return the sentences of the first clash that can be seen without a search; empty where there is none."""
    for look in (_group_clash, _protected_clash, _sum_clash, _target_clash, _piece_clash):
        found = look(problem)
        if found:
            return found
    return ()


def _group_clash(problem: Problem) -> tuple[str, ...]:
    for group in np.unique(problem.together[problem.together >= 0]):
        members = problem.together == group
        into, out = np.flatnonzero(members & (problem.lock > 0)), np.flatnonzero(members & (problem.lock < 0))
        if len(into) and len(out):
            inside, outside = problem.ids[into[0]], problem.ids[out[0]]
            return (f"{inside} 须纳入", f"{outside} 不得纳入", f"{inside} 与 {outside} 须同进同出")
    return ()


def _protected_clash(problem: Problem) -> tuple[str, ...]:
    if problem.terms.protected_share_max > 0:
        return ()
    kept = np.flatnonzero(problem.protected & (problem.lock > 0) & (problem.area_mu > 0))
    return (
        (f"{problem.ids[kept[0]]} 须纳入", f"{problem.ids[kept[0]]} 属保留宗地，区块内不得含保留面积")
        if len(kept)
        else ()
    )


def _sum_clash(problem: Problem) -> tuple[str, ...]:
    """Parcels that are locked use more of a limit than there is, whatever else is taken."""
    terms = problem.terms
    limits = [("预算", problem.cost, terms.budget)]
    limits += [(f"“{name}”限额", problem.use[name], limit) for name, limit in terms.resources.items()]
    for what, use, limit in limits:
        if limit is None:
            continue
        least = np.where(problem.lock > 0, use, np.where(problem.lock < 0, 0.0, np.minimum(use, 0.0)))
        over = float(least.sum()) - limit - RELATIVE * abs(limit)
        # What a lock costs the limit: a parcel that must go in and uses it, one that must stay out and would give to it.
        costs = np.where(problem.lock > 0, np.maximum(use, 0.0), np.where(problem.lock < 0, np.maximum(-use, 0.0), 0.0))
        if over > 0:
            return (*_locks(problem, _needed(costs, over)), f"{what}不超过 {limit:g}")
    return ()


def _target_clash(problem: Problem) -> tuple[str, ...]:
    target = problem.terms.target_mu
    if target is None:
        return ()
    exists = float(problem.area_mu[problem.lock >= 0].sum())
    short = target - RELATIVE * abs(target) - exists
    if short <= 0:
        return ()
    out = _needed(np.where(problem.lock < 0, problem.area_mu, 0.0), short)
    there = "可以纳入的宗地" if len(out) else "全部宗地"
    left = float(problem.area_mu.sum() - problem.area_mu[out].sum())
    return (*_locks(problem, out), f"至少整治 {target:g} 亩", f"{there}共 {left:g} 亩")


def _needed(costs: Floats, over: float) -> Ints:
    """Return which of the costs (n,) are needed for a sum that is too high by ``over``: none of them can be left out."""
    held: list[int] = []
    for one in np.argsort(costs, kind="stable"):
        if costs[one] < over:
            over -= float(costs[one])
        else:
            held.append(int(one))
    return np.array(held, dtype=np.int64)


def _locks(problem: Problem, ones: Ints) -> tuple[str, ...]:
    return tuple(f"{problem.ids[one]} {'须' if problem.lock[one] > 0 else '不得'}纳入" for one in ones)


def _piece_clash(problem: Problem) -> tuple[str, ...]:
    """Parcels that are locked in lie in more separate parts than there may be blocks."""
    most, must = problem.terms.max_blocks, np.flatnonzero(problem.lock > 0)
    if most is None or len(must) <= most:
        return ()
    starts, heads = neighbours(len(problem), problem.edges)
    part, _count = pieces(starts, heads, problem.lock >= 0)
    first = {int(part[one]): problem.ids[one] for one in must[::-1]}
    if len(first) <= most:
        return ()
    chosen = list(first.items())[: most + 1]
    parting = _parting(problem, starts, heads, {part for part, _one in chosen}, part)
    apart = "不经过不得纳入的，须纳入的彼此不能连通" if len(parting) else "上述宗地彼此不能连通"
    return (
        *(f"{one} 须纳入" for _part, one in chosen), *_locks(problem, np.array(parting, dtype=np.int64)),
        f"最多 {most} 个区块（{apart}）",
    )  # fmt: skip


def _parting(problem: Problem, starts: Ints, heads: Ints, wanted: set[int], part: Ints) -> list[int]:
    """Return parcels locked out of which each is needed to keep the ``wanted`` parts apart.

    Each that would not join two of them is let in again, one after the other.
    """
    above = {place: place for place in range(int(part.max()) + 1)}

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = place = above[above[place]]
        return place

    held: list[int] = []
    part = part.copy()
    for one in np.flatnonzero(problem.lock < 0).tolist():
        near = {root(int(part[other])) for other in heads[starts[one] : starts[one + 1]] if part[other] >= 0}
        if len({root(place) for place in wanted} & near) > 1:
            held.append(one)
            continue
        part[one] = len(above)
        above[len(above)] = len(above)
        for place in near:
            above[place] = root(int(part[one]))
    return held
