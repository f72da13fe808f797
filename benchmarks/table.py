"""Runs every benchmark, one after the other, and prints one table of what was measured beside its goal.

    python benchmarks/table.py [--quick]

``--quick`` takes smaller sizes (a look, not a measurement). Whole output of each goes to ``output/benchmarks/``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

ROWS: list[tuple[str, str, str, str, list[str]]] = [
    ("evaluate.py", r"ratio ([\d.]+)", "100,000 firms against bare NumPy", "≤ 4", []),
    ("evaluate.py", r"peak ([\d.]+) GiB", "4,000,000 firms, memory in GiB", "≤ 8", []),
    ("import_xlsx.py", r"ratio ([\d.]+)", "import of 100,000 × 20 xlsx against the bare read", "≤ 2.5", ["--rows", "20000"]),
    ("map_page.py", r"usable ([\d.]+) s", "22,000 parcels on the map, seconds after the page", "≤ 2", ["--parcels", "5000", "--rounds", "2"]),
    ("map_page.py", r"ratio ([\d.]+) \(limit 1", "a tile against an empty view", "≤ 1.5", []),
    ("firm_page.py", r"ratio ([\d.]+)", "firm page p95, 100,000 firms against 1,000", "≤ 1.3", ["--large", "5000", "--requests", "100"]),
    ("planted_defects.py", r"recall ([\d.]+)", "planted defects, recall", "≥ 0.99", []),
    ("planted_defects.py", r"false alarms ([\d.]+)", "planted defects, false alarms as a share of rows", "≤ 0.005", []),
    ("phasing.py", r"money gap ([\d.]+)%", "3,000 parcels in 4 periods, proven gap in %", "≤ 2", ["--rows", "20", "--columns", "20", "--seconds", "30", "--modes", "money,roofs"]),
    ("phasing.py", r"roofs gap ([\d.]+)%", "the same with 1,500 workshops to house", "≤ 2", []),
    ("cases.py", r"worst ratio ([\d.]+)", "boards, search and cards p95, 200,000 cases against 2,000", "≤ 1.3", ["--small", "500", "--large", "5000", "--requests", "60", "--rounds", "1"]),
    ("cases.py", r"swept in ([\d.]+) s", "sweep over 200,000 open cases, seconds", "≤ 10", []),
]  # fmt: skip
QUICK = {"evaluate.py": ["--firms", "20000", "--skip-memory"]}


def main() -> int:
    """Run, print the table, and return 1 where a goal was missed or a benchmark failed to print its figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    outputs: dict[str, str] = {}
    for script in dict.fromkeys(row[0] for row in ROWS):
        arguments = [a for row in ROWS if row[0] == script for a in row[4]] + QUICK.get(script, []) if quick else []
        print(f"▸ {script} {' '.join(arguments)}", file=sys.stderr, flush=True)
        outputs[script] = _run(script, arguments)
    print(f"\n{'what':<58}{'measured':>10}  goal     met")
    missed = 0
    for script, pattern, what, goal, _ in ROWS:
        found = re.search(pattern, outputs[script])
        met = found is not None and _meets(float(found[1]), goal)
        missed += not met
        print(f"{what:<58}{found[1] if found else '—':>10}  {goal:<8} {'yes' if met else 'no'}")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    return 1 if missed else 0


def _run(script: str, arguments: list[str]) -> str:
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    kept = ROOT / "output" / "benchmarks"
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{Path(script).stem}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    print(f"  {time.monotonic() - started:.0f} s, exit {done.returncode}", file=sys.stderr, flush=True)
    return done.stdout


def _meets(value: float, goal: str) -> bool:
    limit = float(goal[2:])
    return value <= limit if goal[0] == "≤" else value >= limit


if __name__ == "__main__":
    sys.exit(main())
