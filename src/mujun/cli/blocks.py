"""``mujun blocks INSTANCE --out plan.json``: blocks of touching parcels, with a bound that no plan can beat."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mujun.base.errors import MujunError
from mujun.cli.stopping import asked_to_stop

if TYPE_CHECKING:
    from mujun.cli.block_search import Answer
    from mujun.files.questions import Question
    from mujun.renewal.blocks.plan import Plan

INFEASIBLE, NO_PLAN, INTERRUPTED = 3, 4, 130


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("blocks", help="在预算内选出集中连片的地块，并给出上限")
    parser.add_argument("instance", type=Path, metavar="INSTANCE", help="实例文件夹，或 .stp 文件（MWCS、PCSTP）")
    parser.add_argument("--out", type=Path, required=True, metavar="plan.json", help="方案写到这个文件")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="整个命令的时限，秒（60）")
    parser.add_argument("--gap", type=float, default=0.0, help="差距不大于它即停，如 0.01（0：求到最优）")
    parser.add_argument("--alternatives", type=int, default=0, metavar="N", help="另给几个不同的方案（0）")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子；同一种子总得同样的方案（1）")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")
    # The solver and its libraries are loaded in run() only, so that their loading counts as time of the command.
    parser.set_defaults(started=time.perf_counter())


def run(args: argparse.Namespace) -> int:
    """Solve and write the plan: 0 with any plan, 3 infeasible, 4 no plan in time.

    At each better plan the file holds the best one so far, as ``stopped`` and ``unfinished``; SIGINT or SIGTERM end the
    search in order, a second one ends it at once.
    """
    _check(args)
    with asked_to_stop() as stop_asked:
        from mujun.cli.block_search import answer
        from mujun.files.plans import PlanKeeper, plan_content, write_plan
        from mujun.files.questions import read_question

        question = read_question(args.instance)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        keeper = PlanKeeper(args.out)
        try:
            found = answer(question, args, keeper, stop_asked)
        except KeyboardInterrupt:
            keeper.end()
            what = f"目前最好的方案已写入 {args.out}，标为未完成。" if keeper.kept else "还没有方案，没有写出任何结果。"
            print(f"已中断；{what}", file=sys.stderr)
            return INTERRUPTED
        keeper.end()
        plan = dataclasses.replace(found.plan, seconds=time.perf_counter() - args.started)
        content = plan_content(plan, question.problem.ids, periods=found.periods, notes=found.notes)
        write_plan(content, args.out)
    if args.json:
        print(json.dumps(content, ensure_ascii=False))
    else:
        _tell(question, dataclasses.replace(found, plan=plan), args.out)
    return _exit_code(plan)


def _check(args: argparse.Namespace) -> None:
    """Refuse figures that mean nothing before anything is read."""
    for name, value, least in (("--time-limit", args.time_limit, 0), ("--gap", args.gap, 0)):
        if not math.isfinite(value) or value < least:
            raise MujunError(f"{name} 的值“{value:g}”不可用。", next_step="请给不小于 0 的数。")
    if args.alternatives < 0:
        raise MujunError(f"--alternatives 的值“{args.alternatives}”不可用。", next_step="请给不小于 0 的整数。")
    if args.out.is_dir():
        raise MujunError(f"“{args.out}”是文件夹。", next_step="--out 请给文件名，如 plan.json。")


def _exit_code(plan: Plan) -> int:
    from mujun.renewal.blocks.plan import Status

    if plan.status is Status.INFEASIBLE:
        return INFEASIBLE
    return NO_PLAN if plan.objective is None else 0


_STATUS = {
    "optimal": "最优（差距已证明）",
    "feasible": "时限到，方案可行",
    "stopped": "已停止，目前最好的方案",
    "infeasible": "各项要求不能同时满足",
    "no_plan": "时限内没有找到方案",
}
_OBJECTIVE = {"benefit": "效益", "area": "面积（亩）", "net": "净效益", "cost": "费用"}


def _tell(question: Question, found: Answer, out: Path) -> None:
    from mujun.cli.terminal import stderr, stdout

    plan = found.plan
    for note in found.notes:
        stderr().print(note, markup=False)
    stdout().print(f"{_STATUS[plan.status.value]}。", markup=False)
    for sentence in plan.clash:
        stdout().print(f"  {sentence}", markup=False)
    if plan.objective is not None:
        what = _OBJECTIVE[question.problem.terms.objective.value] if question.tree is None else "边费用与未收奖金之和"
        gap = f"{plan.gap:.4%}" if plan.gap is not None and math.isfinite(plan.gap) else "—"
        bound = f"{plan.bound:,.6f}" if plan.bound is not None else "—"
        stdout().print(f"{what} {plan.objective:,.6f}，已证明的界 {bound}，差距 {gap}。", markup=False)
    if plan.blocks and question.instance is not None:
        _tell_sums(question, "片", plan.blocks)
        if found.periods is not None:
            _tell_sums(question, "期", found.periods)
    stderr().print(f"用时 {plan.seconds:.1f} 秒，结果已写入 {out}", markup=False)


def _tell_sums(question: Question, each: str, sets: Sequence[Sequence[int]]) -> None:
    """Print parcels, area, cost and benefit of each block or period."""
    from rich.table import Table

    from mujun.cli.terminal import stdout

    problem = question.problem
    figures = {"面积（亩）": problem.area_mu, "费用": problem.cost, "效益": problem.benefit}
    table = Table(each, "宗地", *figures)
    for number, members in enumerate(sets, start=1):
        sums = [f"{math.fsum(figure[list(members)]):,.2f}" for figure in figures.values()]
        table.add_row(str(number), str(len(members)), *sums)
    stdout().print(table)
