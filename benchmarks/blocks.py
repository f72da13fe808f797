"""Blocks: what the solver reaches on every row of the goals, its peers beside it on the same instances for the same time.

    python benchmarks/blocks.py DATA                       # everything: seeds 1-5, peers, growth; takes hours
    python benchmarks/blocks.py DATA --rows tas grid --seeds 1 2 --no-peers --no-growth
    python benchmarks/blocks.py DATA --seconds 10          # a look, not a measurement

DATA holds ``blocks/`` and ``data/cambridge/``. For the peers see benchmarks/peers/README.md. Every plan, ours and theirs,
is looked at by the independent checker of tests/renewal/blocks; known optima are held against every bound. Gaps are those
of the solver itself, median and worst over the seeds. Times are of the search alone, in a process of its own per row and
seed; compiling and reading are printed apart.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from planning.instances import grid  # noqa: E402
from planning.rows import GROWTH, ROWS, Row, optima  # noqa: E402
from planning.runs import PEERS, peer, solver  # noqa: E402

_CLOSE = 1e-6


def main() -> int:
    """Measure the chosen rows, print the table; 1 where a goal was missed, a plan refused or a bound proved wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", nargs="+", default=[""], metavar="WORD", help="rows whose names hold one of these")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    parser.add_argument("--seconds", type=float, help="instead of the time of each row")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-growth", action="store_true")
    args = parser.parse_args()
    known = optima(args.data)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        print(f"{'row':<28}{'gap':>9}{'worst':>9}{'proven':>8}{'s':>8}{'1st s':>7}{'MiB':>7}  goal; faults")
        for row in ROWS:
            if any(word.lower() in row.name.lower() for word in args.rows):
                failed += _row(row, args, work, known)
        if not args.no_growth:
            _growth(work, args.seconds or 60.0)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 1 if failed else 0


def _row(row: Row, args: argparse.Namespace, work: Path, known: dict[str, tuple[str, float]]) -> bool:
    instances = row.make(args.data, work)
    seconds = args.seconds or row.seconds
    runs, warm = [], []
    for seed in args.seeds:
        warm_s, results = solver(instances, seconds, seed, row.front)
        warm.append(warm_s)
        runs.append(results)
    flat = [result for results in runs for result in results]
    faults = [f"{result['instance']}: {fault}" for result in flat for fault in result["faults"]]
    faults += [fault for result in flat for fault in _against_optimum(result, known)]
    faults += ["some instances have no result"] if len(flat) < len(instances) * len(args.seeds) else []
    met = not faults and _met(row, runs)
    print(f"{row.name:<28}{_figures(runs)}  {row.goal}: {'met' if met else 'missed'}", flush=True)
    for fault in faults:
        print(f"    FAULT {fault}")
    if row.front:
        means = ", ".join(f"{result['mean_gap']:.4%}" for result in flat)
        print(f"    mean gap of {row.front} budgets: {means}")
    print(
        f"    warm-up {max(warm):.1f} s, reading {sum(result['read_s'] for result in flat) / max(1, len(runs)):.1f} s"
    )
    if row.peers and not args.no_peers:
        ours = [result["objective"] for result in flat if result["objective"] is not None]
        bounds = [result["bound"] for result in flat if result["bound"] is not None]
        for name in PEERS:
            print(f"    {name:<10}{_peer(peer(name, instances[0], seconds, args.seeds[0]), ours, bounds)}", flush=True)
    return not met


def _figures(runs: Sequence[Sequence[dict[str, Any]]]) -> str:
    """Return gap (median of the worst of each seed), worst gap, proven, seconds of all instances together, memory."""
    flat = [result for results in runs for result in results]
    gaps = [
        max((result["gap"] if result["gap"] is not None else float("inf")) for result in run) for run in runs if run
    ]
    if not gaps:
        return f"{'—':>9}"
    proven = min(sum(result["status"] == "optimal" for result in run) for run in runs)
    took = statistics.median(sum(result["seconds"] for result in run) for run in runs)
    first = [result["first_plan_s"] for result in flat if result["first_plan_s"] is not None]
    memory = max(result["memory_mib"] for result in flat)
    size = f"{proven}/{len(runs[0])}"
    return (
        f"{statistics.median(gaps):>9.4%}{max(gaps):>9.4%}{size:>8}{took:>8.1f}"
        f"{max(first, default=float('nan')):>7.2f}{memory:>7.0f}"
    )


def _met(row: Row, runs: Sequence[Sequence[dict[str, Any]]]) -> bool:
    """A goal is met where every seed meets it."""
    for run in runs:
        if row.goal_mean is not None and any(result["mean_gap"] > row.goal_mean for result in run):
            return False
        if row.goal_gap is not None and any(
            result["gap"] is None or result["gap"] > row.goal_gap for result in run if result["status"] != "optimal"
        ):
            return False
        if row.goal_s is not None:
            proven = all(result["status"] == "optimal" for result in run)
            if not proven or sum(result["seconds"] for result in run) > row.goal_s:
                return False
    return True


def _against_optimum(result: dict[str, Any], known: dict[str, tuple[str, float]]) -> list[str]:
    """Hold a plan and its bound against the optimum that is known (to six decimals)."""
    if result["instance"] not in known or result["objective"] is None:
        return []
    sense, optimum = known[result["instance"]]
    sign = 1 if sense == "max" else -1
    slack = _CLOSE * max(1.0, abs(optimum))
    found = []
    if sign * (result["objective"] - optimum) > slack:
        found.append(f"{result['instance']}: {result['objective']} is better than the optimum {optimum}")
    if sign * (optimum - result["bound"]) > slack:
        found.append(f"{result['instance']}: bound {result['bound']}, but {optimum} is possible")
    if result["status"] == "optimal" and abs(result["objective"] - optimum) > slack:
        found.append(f"{result['instance']}: {result['objective']} called optimal, but it is {optimum}")
    return found


def _peer(result: dict[str, Any], ours: list[float], bounds: list[float]) -> str:
    """Say a peer's plan against our best plan, and its bound against our best bound."""
    parts = []
    if result["objective"] is not None and ours:
        parts.append(f"plan {result['objective']:,.6g} ({result['objective'] / max(ours) - 1:+.2%} of ours)")
    if result["bound"] is not None and bounds:
        parts.append(f"bound {result['bound']:,.6g} ({result['bound'] / min(bounds) - 1:+.2%} of ours)")
    parts.append(result["note"])
    return ", ".join(part for part in parts if part)


def _growth(work: Path, seconds: float) -> None:
    print(f"\n{'growth: grid, K=10, 5 %':<28}{'gap':>9}{'1st s':>8}{'MiB':>8}{'read s':>8}")
    for _, side in GROWTH:
        _, results = solver([grid(work / f"growth{side}", side, 10, 0.05)], seconds, 1)
        for result in results:
            gap, first = result["gap"], result["first_plan_s"]
            print(
                f"{result['parcels']:<28,}{gap if gap is not None else float('nan'):>9.3%}"
                f"{first if first is not None else float('nan'):>8.2f}{result['memory_mib']:>8.0f}{result['read_s']:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
