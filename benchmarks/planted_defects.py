"""Counts how many planted defects of the demonstration county the check catches, and how often it cries wolf.

    python benchmarks/planted_defects.py [--seed N] [--county DIR] [--show]

A false alarm is a row with a finding above a notice although nothing is planted there and nothing planted elsewhere
explains it; its share is that of all rows read. The strict share counts rows that suffer from a defect elsewhere too.
Exits 1 where recall is below 99 % or false alarms are above 0.5 % of rows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from mujun.demo.catch import Catch, catch
from mujun.demo.county import write_county

RECALL, FALSE_ALARMS = 0.99, 0.005


def main() -> int:
    """Generate, check, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--county", type=Path, help="use this county folder instead of a new one")
    parser.add_argument("--show", action="store_true", help="list what was missed and the false alarms")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        county = options.county or Path(temporary) / "county"
        if options.county is None:
            started = time.perf_counter()
            write_county(county, seed=options.seed)
            print(f"generated in {time.perf_counter() - started:.1f} s")
        started = time.perf_counter()
        result = catch(county)
        print(f"read and checked in {time.perf_counter() - started:.1f} s; {len(result.found):,} findings")
    table = result.by_kind()
    print(table.to_string())
    if options.show:
        show(result)
    strict = result.false_share(strict=True)
    print(f"kinds {len(table)}; findings in the very cell: {result.in_the_cell():.1%} of the caught that name one")
    print(f"recall {result.recall:.4f} ({table['caught'].sum()} of {table['planted'].sum()}; goal {RECALL})")
    print(f"false alarms {result.false_share():.5f} of {result.rows:,} rows (strict {strict:.5f}; goal {FALSE_ALARMS})")
    return 0 if result.recall >= RECALL and result.false_share() <= FALSE_ALARMS else 1


def show(result: Catch) -> None:
    """Print missed cases with what was found on their rows, and false alarms by code with examples."""
    found = result.found
    for row in result.missed().itertuples():
        here = found[(found["file"] == row.file) & (found["sheet"] == row.sheet) & (found["row"] == row.row)]
        print(
            "missed", row.kind, row.codes, row.file, row.sheet, row.row, row.column, "found:", sorted(set(here["code"]))
        )
    for code, group in result.false_alarms().groupby("code"):
        print("false", code, len(group))
        for row in group.head(4).itertuples():
            print("   ", row.file, row.sheet, row.cell, row.message)


if __name__ == "__main__":
    sys.exit(main())
