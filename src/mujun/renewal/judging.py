"""Whether blocks keep every wish of a problem, from the definition and without any solver: what a replay stands on.

Limits hold at 1e-9 relative (``docs/reference/exchange-format.md``); sums are exact (:func:`math.fsum`). Edges are walked
here anew; nothing is shared with the search that found the blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from mujun.renewal.blocks.problem import Objective, Problem

RELATIVE = 1e-9
Blocks = Sequence[Sequence[int]]


def worth(problem: Problem, blocks: Blocks) -> float:
    """Return the objective of ``blocks`` (positions) in the sense of the problem: a cost is positive."""
    taken = np.zeros(len(problem), dtype=bool)
    taken[[place for block in blocks for place in block]] = True
    ends = taken[problem.edges] if len(problem.edges) else np.zeros((0, 2), dtype=bool)
    exposed = problem.front_m[ends[:, 0] != ends[:, 1]]
    parts = [*problem.gain[taken].tolist(), *(-problem.terms.front_price * exposed).tolist()]
    total = math.fsum(parts)
    return -total if problem.terms.objective is Objective.COST else total


def faults(problem: Problem, blocks: Blocks) -> list[str]:
    """Return a Chinese sentence for every wish that ``blocks`` (positions) do not keep; empty where all are kept."""
    flat = [place for block in blocks for place in block]
    if not all(0 <= place < len(problem) for place in flat):
        return ["有宗地不在数据里。"]
    found = ["有区块是空的。"] if not all(len(block) for block in blocks) else []
    if len(set(flat)) < len(flat):
        found.append("有宗地出现两次。")
    if found:
        return found
    around = _neighbours(problem)
    for number, block in enumerate(blocks, 1):
        found += [f"第{number}片{fault}。" for fault in _of_block(problem, around, set(block))]
    return found + _of_all(problem, len(blocks), set(flat))


def _above(values: Iterable[float], limit: float) -> bool:
    held = list(values)
    size = max(math.fsum(abs(value) for value in held), abs(limit))
    return math.fsum([*held, -limit]) > RELATIVE * size


def _neighbours(problem: Problem) -> list[list[int]]:
    around: list[list[int]] = [[] for _place in range(len(problem))]
    for first, second in problem.edges.tolist():
        around[first].append(second)
        around[second].append(first)
    return around


def _pieces(around: list[list[int]], places: set[int]) -> int:
    """Into how many connected pieces ``places`` fall."""
    left, pieces = set(places), 0
    while left:
        pieces += 1
        waiting = [left.pop()]
        while waiting:
            reached = [one for one in around[waiting.pop()] if one in left]
            left.difference_update(reached)
            waiting += reached
    return pieces


def _reach(around: list[list[int]], start: int) -> set[int]:
    """Everything that hangs together with ``start``."""
    reached, waiting = {start}, [start]
    while waiting:
        fresh = [one for one in around[waiting.pop()] if one not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached


def _of_block(problem: Problem, around: list[list[int]], block: set[int]) -> list[str]:
    terms, found = problem.terms, []
    places = sorted(block)
    area = problem.area_mu[places].tolist()
    if _pieces(around, block) > 1:
        found.append("没有连成一片")
    if _above([-one for one in area], -terms.min_block_mu):
        found.append("小于最小面积")
    if terms.max_block_mu is not None and _above(area, terms.max_block_mu):
        found.append("大于最大面积")
    kept = problem.area_mu[places] * (problem.protected[places] - terms.protected_share_max)
    if _above(kept.tolist(), 0.0):
        found.append("保留的宗地太多")
    if not terms.holes and _pieces(around, _reach(around, places[0]) - block) > 1:
        found.append("围住了别的宗地")
    return found


def _of_all(problem: Problem, blocks: int, taken: set[int]) -> list[str]:
    terms, found = problem.terms, []
    places = sorted(taken)
    if terms.max_blocks is not None and blocks > terms.max_blocks:
        found.append("片数超过限制。")
    if terms.budget is not None and _above(problem.cost[places].tolist(), terms.budget):
        found.append("超出预算。")
    if terms.target_mu is not None and _above((-problem.area_mu[places]).tolist(), -terms.target_mu):
        found.append("没有达到面积目标。")
    found += [
        f"{name}超过限制。"
        for name, limit in terms.resources.items()
        if _above(problem.use[name][places].tolist(), limit)
    ]
    for place, lock in enumerate(problem.lock.tolist()):
        if lock and (lock > 0) != (place in taken):
            found.append(f"宗地{problem.ids[place]}与锁定不符。")
    groups = problem.together[places]
    for group in sorted(set(groups[groups >= 0].tolist())):
        if not set(np.flatnonzero(problem.together == group).tolist()) <= taken:
            found.append("要求同进同出的宗地被分开。")
    return found
