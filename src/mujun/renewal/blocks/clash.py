"""Wishes that cannot be had together: told before a search where that is plain, found by trying where it is not."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.compiled import neighbours
from mujun.renewal.blocks.cutpoints import pieces
from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Problem
from mujun.renewal.blocks.solving import Search

TRY_S = 2.0
"""How long a trial may take; what is not proven impossible by then counts as possible."""
RELATIVE = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """One thing that was asked for: what it says, and the problem without it."""

    sentence: str
    without: Callable[[Problem], Problem]


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
    """Parcels that are locked in use more of a limit than there is, whatever else is taken."""
    must = problem.lock > 0
    terms = problem.terms
    limits = [("预算", problem.cost, terms.budget)]
    limits += [(f"“{name}”限额", problem.use[name], limit) for name, limit in terms.resources.items()]
    for what, use, limit in limits:
        free = use[(problem.lock == 0) & (use < 0)].sum()
        if limit is None or float(use[must].sum() + free) <= limit + RELATIVE * abs(limit):
            continue
        order = np.flatnonzero(must)[np.argsort(-use[must])]
        needed = int(np.searchsorted(np.cumsum(use[order]), limit * (1 + RELATIVE) - free, side="right")) + 1
        return (*(f"{problem.ids[one]} 须纳入" for one in order[:needed]), f"{what}不超过 {limit:g}")
    return ()


def _target_clash(problem: Problem) -> tuple[str, ...]:
    target = problem.terms.target_mu
    if target is None:
        return ()
    exists = float(problem.area_mu[problem.lock >= 0].sum())
    if exists < target - RELATIVE * abs(target):
        return (f"至少整治 {target:g} 亩", f"可以纳入的宗地共 {exists:g} 亩")
    return ()


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
    chosen = list(first.values())[: most + 1]
    return (*(f"{one} 须纳入" for one in chosen), f"最多 {most} 个区块（上述宗地彼此不能连通）")


def find_clash(problem: Problem, *, time_limit_s: float = 20) -> tuple[str, ...]:
    """Return a set of wishes that clash and of which none can be left out, found by QuickXplain (Junker 2004).

    Where time runs out, or a trial does, the set may hold more than it must.
    """
    wishes, bare = _wishes(problem)
    end = time.monotonic() + time_limit_s

    def impossible(kept: Sequence[Wish]) -> bool:
        left = end - time.monotonic()
        if left <= 0:
            return False
        trial = problem
        for wish in wishes:
            if wish not in kept:
                trial = wish.without(trial)
        return Search(trial, time_limit_s=min(TRY_S, left)).run().status is Status.INFEASIBLE

    if impossible([]):
        return bare
    return tuple(wish.sentence for wish in _smallest([], [], wishes, impossible))


def _smallest(
    base: list[Wish], added: list[Wish], wishes: list[Wish], impossible: Callable[[Sequence[Wish]], bool]
) -> list[Wish]:
    if added and impossible(base):
        return []
    if len(wishes) <= 1:
        return wishes
    half = len(wishes) // 2
    first, second = wishes[:half], wishes[half:]
    of_second = _smallest([*base, *first], first, second, impossible)
    of_first = _smallest([*base, *of_second], of_second, first, impossible)
    return [*of_first, *of_second]


def _wishes(problem: Problem) -> tuple[list[Wish], tuple[str, ...]]:
    """Everything that was asked for, and what to say where even without all of it there is no plan."""
    terms = problem.terms

    def unlocked(one: int) -> Callable[[Problem], Problem]:
        def without(trial: Problem) -> Problem:
            lock = trial.lock.copy()
            lock[one] = 0
            return trial.with_locks(lock)

        return without

    def dropped(**terms_without: object) -> Callable[[Problem], Problem]:
        return lambda trial: trial.with_terms(dataclasses.replace(trial.terms, **terms_without))  # type: ignore[arg-type]

    wishes = [
        Wish(f"{problem.ids[one]} {'须' if problem.lock[one] > 0 else '不得'}纳入", unlocked(int(one)))
        for one in np.flatnonzero(problem.lock)
    ]
    if (problem.together >= 0).any():
        apart = np.full(len(problem), -1, dtype=np.int64)
        wishes.append(Wish("标明的宗地须同进同出", lambda trial: dataclasses.replace(trial, together=apart)))
    if terms.target_mu is not None:
        wishes.append(Wish(f"至少整治 {terms.target_mu:g} 亩", dropped(target_mu=None)))
    if terms.budget is not None:
        wishes.append(Wish(f"预算不超过 {terms.budget:g}", dropped(budget=None)))
    if terms.max_blocks is not None:
        wishes.append(Wish(f"最多 {terms.max_blocks} 个区块", dropped(max_blocks=None)))
    if terms.min_block_mu > 0:
        wishes.append(Wish(f"每个区块不小于 {terms.min_block_mu:g} 亩", dropped(min_block_mu=0.0)))
    if terms.max_block_mu is not None:
        wishes.append(Wish(f"每个区块不大于 {terms.max_block_mu:g} 亩", dropped(max_block_mu=None)))
    if problem.protected.any():
        share = terms.protected_share_max
        wishes.append(Wish(f"区块内保留面积不超过 {share:.0%}", dropped(protected_share_max=1.0)))
    if not terms.holes:
        wishes.append(Wish("区块不得围出空洞", dropped(holes=True)))
    wishes += [
        Wish(f"“{name}”不超过 {limit:g}", dropped(resources={k: v for k, v in terms.resources.items() if k != name}))
        for name, limit in terms.resources.items()
    ]
    return wishes, ("没有可以纳入的宗地",)
