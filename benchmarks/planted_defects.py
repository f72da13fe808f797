"""Counts how many planted defects of the demonstration county the check catches, and how often it cries wolf.

    python benchmarks/planted_defects.py [--seed N] [--county DIR] [--show]

A case is caught where one of its rows gets a finding with one of the expected codes. A false alarm is a row with a
finding above a notice although nothing is planted there and no planted defect elsewhere explains it; its share is that
of all rows handed over. Exits 1 where recall is below 99 % or false alarms are above 0.5 % of rows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from mujun.base.defects import Severity
from mujun.demo.county import PLANTED, write_county
from mujun.files.county import read_county
from mujun.register.checks import check_register

RECALL, FALSE_ALARMS = 0.99, 0.005
PLACE = ["file", "sheet", "row"]


def main() -> int:
    """Generate, check, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
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
        planted = planted_of(county)
        started = time.perf_counter()
        found, rows = findings(county)
        print(f"read and checked in {time.perf_counter() - started:.1f} s; {rows:,} rows, {len(found):,} findings")
    table = caught_by_kind(planted, found)
    wolf = false_alarms(planted, found)
    print(table.to_string())
    if options.show:
        show(planted, found, wolf)
    recall = table["caught"].sum() / table["planted"].sum()
    share = len(wolf.drop_duplicates(PLACE)) / rows
    print(f"recall {recall:.4f} ({table['caught'].sum()} of {table['planted'].sum()}; goal {RECALL})")
    print(f"false alarms {share:.5f} of rows ({len(wolf.drop_duplicates(PLACE))} of {rows:,}; goal {FALSE_ALARMS})")
    return 0 if recall >= RECALL and share <= FALSE_ALARMS else 1


def planted_of(county: Path) -> pd.DataFrame:
    """Return the list of planted defects of a county folder."""
    path = county / PLANTED / "defects.csv"
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype={"row": "Int64"})


def findings(county: Path) -> tuple[pd.DataFrame, int]:
    """Return the findings of reading and checking the county, and how many rows it handed over."""
    register, log = read_county(county)
    log.extend(check_register(register))
    found = log.frame().astype({"row": "Int64"})
    rows = sum(len(table) for table in register.tables.values())
    return found, rows + int((found["code"] == "duplicate_row").sum())


def caught_by_kind(planted: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return planted and caught cases per kind."""
    cells = planted[planted["role"] == "planted"].assign(code=lambda frame: frame["codes"].str.split("|")).explode("code")
    hits = cells.merge(found[[*PLACE, "code"]].drop_duplicates(), on=[*PLACE, "code"])
    cases = cells.groupby("kind").agg(codes=("codes", "first"), planted=("case", "nunique"))
    caught = hits.groupby("kind")["case"].nunique()
    return cases.assign(caught=caught.reindex(cases.index).fillna(0).astype(int))


def false_alarms(planted: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the findings above a notice on rows where nothing is planted and nothing planted explains them."""
    loud = found[(found["severity"] != Severity.NOTICE) & found["row"].notna()]
    known = planted[PLACE].drop_duplicates().assign(known=True)
    return loud.merge(known, on=PLACE, how="left").query("known.isna()").drop(columns="known")


def show(planted: pd.DataFrame, found: pd.DataFrame, wolf: pd.DataFrame) -> None:
    """Print missed cases with what was found on their rows, and false alarms by code with examples."""
    cells = planted[planted["role"] == "planted"].assign(code=lambda frame: frame["codes"].str.split("|")).explode("code")
    hits = set(cells.merge(found[[*PLACE, "code"]], on=[*PLACE, "code"])["case"])
    for row in planted[(planted["role"] == "planted") & ~planted["case"].isin(hits)].itertuples():
        here = found[(found["file"] == row.file) & (found["sheet"] == row.sheet) & (found["row"] == row.row)]
        print("missed", row.kind, row.codes, row.file, row.sheet, row.row, row.column, "found:", sorted(set(here["code"])))
    for code, group in wolf.groupby("code"):
        print("false", code, len(group))
        for row in group.head(4).itertuples():
            print("   ", row.file, row.sheet, row.cell, row.message)
    plain = found[found["row"].isna()]
    print(plain.groupby(["code", "severity"]).size().to_string())


if __name__ == "__main__":
    sys.exit(main())
