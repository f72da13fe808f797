"""Wishes that cannot be had together where that is not plain: found by trying."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence

import numpy as np

from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Problem
from mujun.renewal.blocks.solving import Search

TRY_S = 2.0
"""How long a trial may take; what is not proven impossible by then counts as possible."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """One thing that was asked for: what it says, and the problem without it."""

    sentence: str
    without: Callable[[Problem], Problem]


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
    wishes += [Wish(f"“{name}”不超过 {limit:g}", _unlimited(name)) for name, limit in terms.resources.items()]
    return wishes, ("没有可以纳入的宗地",)


def _unlimited(name: str) -> Callable[[Problem], Problem]:
    return lambda trial: trial.with_terms(trial.terms.unlimited(name))
