"""Runs the pipeline on two years of a real city and prints what it finds (docs/explanation/cambridge.md).

    python benchmarks/cambridge.py FOLDER

FOLDER holds ``cambridge_fy13.parquet`` and ``cambridge_fy14.parquet`` (City of Cambridge GIS, PDDL 1.0).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from pathlib import Path

import pandas as pd

from mujun.base.defects import DefectLog
from mujun.evaluation import evaluate
from mujun.files.adapters.cambridge import read_year
from mujun.register.checks import check_register
from mujun.register.lineage import derive_lineage
from mujun.register.reconcile import reconcile_areas
from mujun.register.tables import Register
from mujun.rulebook.load import load_rules

DAY = dt.date(2014, 1, 1)


def main() -> int:
    """Read both years, then print defects, areas, lineage and grades."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    started = time.perf_counter()
    years = {year: read_year(folder / f"cambridge_fy{year % 100}.parquet") for year in (2013, 2014)}
    for year, (register, log) in years.items():
        print(
            f"\n== fiscal year {year}: "
            + ", ".join(f"{len(table):,} {name}" for name, table in register.tables.items())
        )
        _defects(register, log, year)
        _areas(register)
    old, new = (register for register, _ in years.values())
    _lineage(old, new)
    _grades(new)
    print(f"\n{time.perf_counter() - started:.1f} s in all")
    return 0


def _defects(register: Register, log: DefectLog, year: int) -> None:
    log.extend(check_register(register, year=year))
    print(log.frame().groupby(["severity", "code", "table"]).size().to_string())


def _areas(register: Register) -> None:
    areas = reconcile_areas(register, DAY)
    ratio = areas["drawn_ratio"].dropna()
    low, middle, high = ratio.quantile([0.01, 0.5, 0.99])
    print(f"drawn / deed: {len(ratio):,} lots with both; 1 % {low:.3f}, median {middle:.3f}, 99 % {high:.3f}; ", end="")
    print(
        f"apart by more than 5 %: {areas['drawn_differs'].sum():,}, by more than 20 %: {(abs(ratio - 1) > 0.2).sum():,}"
    )


def _lineage(old: Register, new: Register) -> None:
    links = derive_lineage(old["parcels"], new["parcels"])
    before, after = set(old["parcels"]["parcel_id"]), set(new["parcels"]["parcel_id"])
    print(f"\n== lineage: {len(before - after)} lot numbers gone, {len(after - before)} new")
    kinds = links.groupby("kind").agg(
        links=("kind", "size"),
        parents=("parent", lambda codes: codes[codes != ""].nunique()),
        children=("child", lambda codes: codes[codes != ""].nunique()),
    )
    print(kinds.to_string())
    same = links[links["kind"] == "same"]
    quantiles = same["moved_m2"].quantile([0.5, 0.9, 0.99])
    print("symmetric difference of the same: " + ", ".join(f"{q:.0%} {value:.1f} m²" for q, value in quantiles.items()))
    known = links.loc[links["parent"].isin(old["occupancy"]["parcel_id"]), "kind"].value_counts()
    print("links of industrial lots: " + ", ".join(f"{count} {kind}" for kind, count in known.items()))


def _grades(register: Register) -> None:
    grades = evaluate(register, load_rules("HY2022"), 2014).grades
    counts: pd.Series = grades["grade"].replace("", "not graded").value_counts()
    print("\n== HY2022 on assessed value as a stand-in for tax: " + ", ".join(f"{n} {g}" for g, n in counts.items()))
    print(f"evaluated area: median {grades['area_mu'].median():.2f} mu, largest {grades['area_mu'].max():.1f} mu")


if __name__ == "__main__":
    sys.exit(main())
