"""A block problem as somebody asked it, from a folder or an ``.stp`` file, and its answer in their own terms."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from mujun.base.errors import UnreadableInput
from mujun.files.instances import Instance, read_instance
from mujun.files.prize_collecting import PrizeCollecting
from mujun.files.stp import read_stp
from mujun.renewal.blocks.plan import Alternative, Plan
from mujun.renewal.blocks.problem import Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What to solve, and how to say the answer.

    ``instance`` has the periods, where a folder was read; ``tree`` the Steiner tree that ``problem`` stands for.
    """

    problem: Problem
    notes: tuple[str, ...] = ()
    instance: Instance | None = None
    tree: PrizeCollecting | None = None

    def objective(self, objective: float | None, blocks: Sequence[Sequence[int]]) -> float | None:
        """Return the objective of a plan of ``problem`` in the sense of the question."""
        return objective if self.tree is None or objective is None else self.tree.cost_of(blocks)

    def bound(self, bound: float | None, objective: float | None) -> float | None:
        """Return a bound on ``problem`` as a bound on the question; ``objective`` is that of the question."""
        if self.tree is None or bound is None:
            return bound
        least = max(0.0, self.tree.bound_of(bound))
        return least if objective is None else min(least, objective)

    def blocks(self, blocks: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
        """Return the blocks as positions of the parcels that were asked about."""
        kept = blocks if self.tree is None else self.tree.nodes_of(blocks)
        return tuple(tuple(block) for block in kept)

    def answer(self, plan: Plan) -> Plan:
        """Return a plan of ``problem`` as a plan of the question."""
        if self.tree is None:
            return plan
        objective = self.objective(plan.objective, plan.blocks)
        others = (
            Alternative(self.tree.cost_of(other.blocks), self.blocks(other.blocks)) for other in plan.alternatives
        )
        return dataclasses.replace(
            plan,
            objective=objective,
            bound=self.bound(plan.bound, objective),
            blocks=self.blocks(plan.blocks),
            alternatives=tuple(others),
        )


def read_question(path: Path) -> Question:
    """Read an instance folder or an ``.stp`` file. Raises UnreadableInput where it is neither, or broken."""
    if path.is_dir():
        instance = read_instance(path)
        return Question(instance.problem, instance.notes, instance=instance)
    if not path.exists():
        raise UnreadableInput(f"没有“{path}”。", next_step="请给出实例文件夹或 .stp 文件。")
    if path.suffix.lower() != ".stp":
        raise UnreadableInput(f"“{path}”不是实例文件夹，也不是 .stp 文件。", next_step="请给出含 nodes.csv 的文件夹。")
    read, notes = read_stp(path)
    if isinstance(read, PrizeCollecting):
        return Question(read.as_blocks(), notes, tree=read)
    return Question(read, notes)
