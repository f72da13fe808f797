"""The smallest set of wishes that clash, where no plan keeps them all: take wishes away while it stays impossible."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from mujun.renewal.blocks.plan import Status
from mujun.renewal.blocks.problem import Ints, Terms
from mujun.renewal.phasing.task import PhasingProblem

Prove = Callable[[PhasingProblem, float], Status]
Relax = Callable[[PhasingProblem], PhasingProblem]
SECONDS = 5.0
MOST_LOCKS = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """A sentence, and the task without what it asks for."""

    sentence: str
    without: Relax


def smallest_clash(task: PhasingProblem, prove: Prove) -> tuple[str, ...]:
    """Return sentences that cannot all hold, though any one of them could be given up to make a plan possible.

    A wish of which the time does not suffice to say whether it matters is left in.
    """
    kept = _wishes(task)
    for wish in list(kept):
        fewer = [one for one in kept if one is not wish]
        if _impossible(task, fewer, _wishes(task), prove):
            kept = fewer
    return tuple(wish.sentence for wish in kept)


def _impossible(task: PhasingProblem, kept: list[Wish], every: list[Wish], prove: Prove) -> bool:
    sentences = {wish.sentence for wish in kept}
    for wish in every:
        if wish.sentence not in sentences:
            task = wish.without(task)
    return prove(task, SECONDS) is Status.INFEASIBLE


def _wishes(task: PhasingProblem) -> list[Wish]:
    return [*_wishes_of_terms(task), *_roofs(task), *_seeds(task), *_together(task), *_locks(task)]


def _wishes_of_terms(task: PhasingProblem) -> list[Wish]:
    terms, found = task.problem.terms, []
    budget = "、".join(f"{amount:g}" for amount in task.terms.budget_by_period)
    found.append(Wish(f"各期预算为 {budget}。", _without_budget))
    changes: list[tuple[bool, str, Callable[[Terms], Terms]]] = [
        (terms.min_block_mu > 0, f"每个区块不少于 {terms.min_block_mu:g} 亩。", lambda t: dataclasses.replace(t, min_block_mu=0.0)),
        (terms.max_block_mu is not None, f"每个区块不超过 {terms.max_block_mu or 0:g} 亩。", lambda t: dataclasses.replace(t, max_block_mu=None)),
        (terms.max_blocks is not None, f"区块不超过 {terms.max_blocks} 个。", lambda t: dataclasses.replace(t, max_blocks=None)),
        (terms.target_mu is not None, f"至少腾出 {terms.target_mu or 0:g} 亩。", lambda t: dataclasses.replace(t, target_mu=None)),
        (
            bool(task.problem.protected.any()) and terms.protected_share_max < 1,
            f"保留地块在区块中的面积占比不超过 {terms.protected_share_max:.0%}。",
            lambda t: dataclasses.replace(t, protected_share_max=1.0),
        ),
        (not terms.holes, "区块不得围出空洞。", lambda t: dataclasses.replace(t, holes=True)),
    ]  # fmt: skip
    found += [Wish(sentence, _with(change)) for asked, sentence, change in changes if asked]
    for name, limit in terms.resources.items():
        found.append(Wish(f"{name} 不超过 {limit:g}。", _with(_without_resource(name))))
    return found


def _with(change: Callable[[Terms], Terms]) -> Relax:
    def relax(task: PhasingProblem) -> PhasingProblem:
        return dataclasses.replace(task, problem=task.problem.with_terms(change(task.problem.terms)))

    return relax


def _without_resource(name: str) -> Callable[[Terms], Terms]:
    return lambda terms: terms.unlimited(name)


def _without_budget(task: PhasingProblem) -> PhasingProblem:
    plenty = float(np.abs(task.problem.cost).sum()) + 1.0
    return dataclasses.replace(
        task, terms=dataclasses.replace(task.terms, budget_by_period=(plenty,) * task.terms.periods)
    )


def _roofs(task: PhasingProblem) -> list[Wish]:
    if not len(task.workshops):
        return []
    return [Wish("腾空地块上的企业当期都要有厂房安置。", _without_workshops)]


def _without_workshops(task: PhasingProblem) -> PhasingProblem:
    shops = task.workshops
    empty = {field.name: getattr(shops, field.name)[:0] for field in dataclasses.fields(shops)}
    return dataclasses.replace(task, workshops=type(shops)(**empty))


def _seeds(task: PhasingProblem) -> list[Wish]:
    return [
        Wish(f"第 {number + 1} 个区块从地块 {task.problem.ids[seed]} 开始。", _open_seed(number))
        for number, seed in enumerate(task.seeds)
        if seed >= 0
    ]


def _open_seed(number: int) -> Relax:
    def relax(task: PhasingProblem) -> PhasingProblem:
        return dataclasses.replace(task, seeds=(*task.seeds[:number], -1, *task.seeds[number + 1 :]))

    return relax


def _locks(task: PhasingProblem) -> list[Wish]:
    lock = task.problem.lock
    inside, out = np.flatnonzero((task.block_of >= 0) & (lock == 1)), np.flatnonzero(lock == -1)
    return [*_locked(task, inside, "必须腾空"), *_locked(task, out, "不得纳入")]


def _locked(task: PhasingProblem, places: Ints, how: str) -> list[Wish]:
    if len(places) > MOST_LOCKS:
        names = "、".join(task.problem.ids[place] for place in places[:5])
        return [Wish(f"{len(places)} 块地块（{names} 等）已锁定为{how}。", _unlocked(places))]
    return [Wish(f"地块 {task.problem.ids[place]} 已锁定为{how}。", _unlocked(np.array([place]))) for place in places]


def _together(task: PhasingProblem) -> list[Wish]:
    if not (task.problem.together >= 0).any():
        return []
    return [Wish("标明的地块须同进同出。", _apart)]


def _apart(task: PhasingProblem) -> PhasingProblem:
    apart = np.full(len(task.problem), -1, dtype=np.int64)
    return dataclasses.replace(task, problem=dataclasses.replace(task.problem, together=apart))


def _unlocked(places: Ints) -> Relax:
    def relax(task: PhasingProblem) -> PhasingProblem:
        lock = task.problem.lock.copy()
        lock[places] = 0
        return dataclasses.replace(task, problem=task.problem.with_locks(lock))

    return relax
