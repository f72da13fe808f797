"""Wishes that clash are a clash: by brute force impossible together, and possible without any one of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

import numpy as np
import pytest

from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Problem
from mujun.renewal.blocks.quick_clash import quick_clash
from tests.renewal.blocks.brute import brute
from tests.renewal.blocks.instances import random_problem
from tests.renewal.blocks.judging import solved

LOCK = re.compile(r"^(\S+) (须|不得)纳入$")
TERMS = {"预算": "budget", "至少整治": "target_mu", "最多": "max_blocks", "每个区块不小于": "min_block_mu"}
KINDS = ["lock_in", "lock_out", "target_mu", "budget", "max_blocks", "resources"]


def kept_only(problem: Problem, sentences: Iterable[str]) -> Problem:
    """The problem that asks for nothing but what the sentences say."""
    lock = np.zeros(len(problem), dtype=np.int64)
    bare = dict.fromkeys(("budget", "target_mu", "max_blocks"), None) | {"min_block_mu": 0.0, "max_block_mu": None}
    terms = dataclasses.replace(problem.terms, **bare, resources={}, protected_share_max=1.0, holes=True)
    for sentence in sentences:
        if found := LOCK.match(sentence):
            lock[list(problem.ids).index(found[1])] = 1 if found[2] == "须" else -1
        elif found := re.match(r"^“(.+?)”", sentence):
            held = {**terms.resources, found[1]: problem.terms.resources[found[1]]}
            terms = dataclasses.replace(terms, resources=held)
        else:
            name = next((name for words, name in TERMS.items() if sentence.startswith(words)), None)
            if name is not None:
                terms = dataclasses.replace(terms, **{name: getattr(problem.terms, name)})
    return problem.with_locks(lock).with_terms(terms)


def possible(problem: Problem, sentences: Iterable[str]) -> bool:
    return brute(kept_only(problem, sentences)).objective is not None


def is_wish(sentence: str) -> bool:
    """What was asked for, not what there is."""
    return "宗地共" not in sentence


def check(problem: Problem, clash: tuple[str, ...]) -> None:
    assert not possible(problem, clash), clash
    for left_out in filter(is_wish, clash):
        assert possible(problem, [one for one in clash if one != left_out]), (clash, left_out)


@pytest.mark.parametrize("first", range(0, 1500, 100))
def test_what_is_told_without_a_search_is_a_clash_and_no_more(first: int) -> None:
    for seed in range(first, first + 100):
        problem = random_problem(seed, KINDS)
        if clash := quick_clash(problem):
            check(problem, clash)


@pytest.mark.parametrize("seed", range(95_000, 95_060))
def test_what_is_found_by_trying_is_a_clash_and_no_more(seed: int) -> None:
    problem = random_problem(seed, [*KINDS, "min_block_mu"])
    plan = solved(problem)
    if plan.status is Status.INFEASIBLE:
        check(problem, plan.clash)


def test_enough_plain_clashes_of_each_kind_are_met() -> None:
    told = [quick_clash(random_problem(seed, KINDS)) for seed in range(1500)]
    assert sum(any("不能连通" in one for one in clash) and any("不得" in one for one in clash) for clash in told) >= 3
    assert sum(any("至少" in one for one in clash) for clash in told) >= 30
    assert sum(any(one.startswith(("预算", "“")) for one in clash) for clash in told) >= 30
