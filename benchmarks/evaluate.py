"""Evaluation of many firms against bare NumPy on the same arrays, and the memory of four million firms.

python benchmarks/evaluate.py            # 100,000 firms, ratio; then 4,000,000 firms, memory
python benchmarks/evaluate.py --firms 20000 --skip-memory
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from mujun.evaluation import Evaluation, evaluate
from mujun.evaluation.engine import measure
from mujun.evaluation.frame import firm_frame
from mujun.register.schema import TABLES
from mujun.register.tables import Register, RegisterTable, conform
from mujun.rulebook.load import load_rules

ABOVE = [("tax_wan", "area", 30, 24.097), ("value_added_wan", "area", 20, 136.16), ("value_added_wan", "energy_tce", 20, 2.694),
         ("value_added_wan", "emission_t", 10, 4929.81), ("value_added_wan", "employees", 10, 18.14),
         ("rd_wan", "revenue_wan", 10, 0.0302)]  # fmt: skip
BELOW = [("tax_wan", "area", 50, 11.5932), ("tax_wan", "mwh", 50, 0.2352)]


def county(firms: int) -> Register:
    """Make a register of ``firms`` firms in memory, a third of them tenants besides, with one year of figures."""
    random = np.random.default_rng(1)
    ids = np.char.add("91330784", np.char.zfill(np.arange(firms).astype(str), 10))
    revenue = random.lognormal(7, 1, firms).round(2)
    own = random.lognormal(8, 1, firms).round(2)
    tenant, lessor = random.integers(0, firms, firms // 3), random.integers(0, firms, firms // 3)
    frames = {
        "firms": {"firm_id": ids, "above_scale": random.random(firms) < 0.15, "industry": random.choice(["C3311", "3441"], firms)},
        "occupancy": {
            "firm_id": np.concatenate([ids, ids[tenant]]), "parcel_id": "P", "from": pd.Timestamp("2010-01-01"),
            "kind": np.repeat(["own", "lease"], [firms, firms // 3]),
            "area_m2": np.concatenate([own, (own[lessor] * 0.2).round(2)]),
            "lessor_id": np.concatenate([np.full(firms, ""), ids[lessor]]),
        },
        "measures": {
            "firm_id": ids, "year": 2022, "revenue_wan": revenue, "tax_wan": (revenue * random.random(firms) / 10).round(2),
            "value_added_wan": (revenue / 5).round(2), "rd_wan": (revenue * random.random(firms) / 20).round(2),
            "energy_tce": (revenue / 10).round(2), "electricity_kwh": (revenue * 300).round(0),
            "emission_t": np.where(random.random(firms) < 0.3, np.nan, random.random(firms).round(3) + 0.001),
            "employees": random.integers(5, 500, firms),
        },
    }  # fmt: skip
    return Register({n: RegisterTable(conform(pd.DataFrame(f), TABLES[n])) for n, f in frames.items()})


def bare_numpy(columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute totals (4 decimals), ranks and grades of HY2022 with NumPy alone, as one would in a script."""
    columns = {**columns, "area": columns["area_mu"], "mwh": columns["electricity_kwh"] / 1000}
    size = len(columns["area"])
    totals, ranks, grades = np.zeros(size), np.zeros(size, np.int64), np.full(size, " ")
    above = columns["above_scale"] & (columns["area"] > 0)
    below = ~columns["above_scale"] & (columns["area"] >= 3)
    for group, items in ((above, ABOVE), (below, BELOW)):
        firms = np.flatnonzero(group)
        total = np.zeros(len(firms))
        for numerator, denominator, weight, baseline in items:
            value = columns[numerator][firms] / columns[denominator][firms]
            missing = np.isnan(value)
            score = np.clip(value / baseline * weight, 0, 1.5 * weight)
            score = np.floor(score * 10_000 + 0.5) / 10_000
            fill = np.floor(score[~missing].mean() * 10_000 + 0.5) / 10_000 if denominator == "emission_t" else 0.0
            total += np.where(missing, fill, score)
        whole = np.rint(total * 10_000).astype(np.int64)
        ordered = np.sort(-whole)
        rank = np.searchsorted(ordered, -whole) + 1
        count = len(firms)
        grade = np.select(
            [rank * 100 <= 20 * count, rank * 100 <= 75 * count, (count - rank + 1) * 100 <= 5 * count],
            ["A", "B", "D"],
            "C",
        )
        totals[firms], ranks[firms], grades[firms] = whole / 10_000, rank, grade
    return totals, ranks, grades


def best_of(function: Callable[[], object], runs: int) -> list[float]:
    """Return the seconds of the processor that each of ``runs`` calls took: others on the machine do not count."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        function()
        seconds.append(time.process_time() - start)
    return seconds


def compare(firms: int, runs: int) -> None:
    """Print the ratio, in turn so that both meet the same machine."""
    register, rules = county(firms), load_rules("HY2022")
    frame = firm_frame(register, rules, 2022)

    def ours() -> object:
        return Evaluation(register, rules, 2022, frame, measure(frame, rules, None)).accounts

    result = measure(frame, rules, None)
    totals, ranks, _ = bare_numpy(frame.columns)
    ranked = result.standing.rank > 0
    assert (result.standing.rank[ranked] == ranks[ranked]).mean() > 0.999
    assert np.abs(result.total[ranked] / 10_000 - totals[ranked]).max() < 0.001
    pairs = [(best_of(ours, 1)[0], best_of(lambda: bare_numpy(frame.columns), 1)[0]) for _ in range(runs)]
    whole = best_of(lambda: evaluate(register, rules, 2022).accounts, 3)
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    print(
        f"evaluation, {firms:,} firms, all account columns: {a:.3f} s of processor time; bare NumPy {b:.3f} s; "
        f"ratio {ratio:.2f} (goal ≤ 4)"
    )
    print(f"  the same with the joins of the register's tables: {statistics.median(whole):.3f} s")


def memory(firms: int) -> None:
    """Evaluate ``firms`` firms in this process and print its peak memory."""
    start = time.perf_counter()
    register = county(firms)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    middle = time.perf_counter()
    accounts = evaluate(register, load_rules("HY2022"), 2022).accounts
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"evaluation, {len(accounts):,} firms: {time.perf_counter() - middle:.1f} s, peak {peak:.2f} GiB (goal ≤ 8); "
          f"making the county {middle - start:.0f} s, {made:.2f} GiB", flush=True)  # fmt: skip


def main() -> None:
    """Run the comparison, then the large one in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--memory", type=int, metavar="FIRMS", help="only measure memory, in this process")
    parser.add_argument("--skip-memory", action="store_true")
    args = parser.parse_args()
    if args.memory:
        memory(args.memory)
        return
    compare(args.firms, args.runs)
    if not args.skip_memory:
        subprocess.run([sys.executable, __file__, "--memory", "4000000"], check=True)


if __name__ == "__main__":
    main()
