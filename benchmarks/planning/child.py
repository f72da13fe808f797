"""Solves instances one after the other in this process, so that its memory is theirs; a JSON line for each.

    python benchmarks/planning/child.py --seconds S --seed N [--front POINTS] INSTANCE…

The first line says what compiling (or loading compiled code) took, apart from all else. Every plan is looked at by the
independent checker, after its time has been taken.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from mujun.files.questions import Question, read_question  # noqa: E402
from mujun.renewal.blocks import Progress, budgets_around, front, solve  # noqa: E402
from mujun.renewal.blocks.plan import gap_of  # noqa: E402
from tests.renewal.blocks.checker import faults, given  # noqa: E402
from tests.renewal.blocks.instances import random_problem  # noqa: E402


def main() -> None:
    """Warm up, then solve every instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instances", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--front", type=int, help="so many budgets of each instance instead, from a tenth to twice its own"
    )
    args = parser.parse_args()
    started = time.perf_counter()
    for seed in range(4):
        solve(random_problem(seed, ["budget", "max_blocks"], largest=40), time_limit_s=2)
    print(json.dumps({"warm_s": time.perf_counter() - started}), flush=True)
    for path in args.instances:
        measured = measure_front(path, args.seconds, args.seed, args.front) if args.front else None
        print(json.dumps(measured or measure(path, args.seconds, args.seed)), flush=True)


def measure(path: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Solve one instance and return what is to be said about it."""
    started = time.perf_counter()
    question = read_question(path)
    read_s = time.perf_counter() - started
    first: list[float] = []

    def tell(course: Progress) -> None:
        if course.blocks and not first:
            first.append(time.perf_counter() - started - read_s)

    started = time.perf_counter() - read_s
    plan = solve(question.problem, time_limit_s=seconds, seed=seed, on_progress=tell)
    solve_s = time.perf_counter() - started - read_s
    memory_mib = peak_mib()
    answer = question.answer(plan)
    return {
        "instance": path.name,
        "parcels": len(question.problem) if question.tree is None else len(question.tree),
        "status": plan.status.value,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": gap_of(answer.objective, answer.bound),
        "seconds": solve_s,
        "read_s": read_s,
        "first_plan_s": first[0] if first else None,
        "memory_mib": memory_mib,
        "faults": _faults(question, plan.objective, plan.blocks),
    }


def measure_front(path: Path, seconds: float, seed: int, points: int) -> dict[str, Any]:
    """Solve one instance for many budgets and return mean and largest gap."""
    started = time.perf_counter()
    problem = read_question(path).problem
    read_s = time.perf_counter() - started
    assert problem.terms.budget is not None
    started = time.perf_counter()
    found = front(problem, budgets_around(problem.terms.budget, points), time_limit_s=seconds, seed=seed)
    solve_s = time.perf_counter() - started
    memory_mib = peak_mib()
    wrong = []
    for point in found:
        asked = given(problem.with_terms(dataclasses.replace(problem.terms, budget=point.budget)))
        wrong += ["no plan"] if point.objective is None else faults(asked, point.blocks, point.objective)
    gaps = [float("inf") if point.gap is None else point.gap for point in found]
    return {
        "instance": path.name, "parcels": len(problem), "points": len(found), "mean_gap": sum(gaps) / len(gaps),
        "gap": max(gaps), "status": "front", "objective": None, "bound": None, "seconds": solve_s, "read_s": read_s,
        "first_plan_s": None, "memory_mib": memory_mib, "faults": wrong,
    }  # fmt: skip


def peak_mib() -> float:
    """Return the largest memory of this process; getrusage would count what the parent had before this one began."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _faults(question: Question, objective: float | None, blocks: tuple[tuple[int, ...], ...]) -> list[str]:
    return ["no plan"] if objective is None else faults(given(question.problem), blocks, objective)


if __name__ == "__main__":
    main()
