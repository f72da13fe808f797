"""How much of what is planted a check catches, and how often it cries wolf."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from mujun.base.defects import Severity
from mujun.demo.county import PLANTED
from mujun.files.county import read_county
from mujun.register.checks import check_register

PLACE = ["file", "sheet", "row"]


@dataclasses.dataclass(frozen=True, slots=True)
class Catch:
    """Planted defects against findings (the frame of a :class:`~mujun.base.defects.DefectLog`) on ``rows`` rows.

    A case is caught where one of its rows gets a finding with one of the expected codes.
    """

    planted: pd.DataFrame
    found: pd.DataFrame
    rows: int

    def by_kind(self) -> pd.DataFrame:
        """Return per kind the expected codes and the numbers of cases planted and caught."""
        own = self.planted[self.planted["role"] == "planted"]
        cases = own.groupby("kind").agg(codes=("codes", "first"), planted=("case", "nunique"))
        caught = self._hits().groupby("kind")["case"].nunique()
        return cases.assign(caught=caught.reindex(cases.index).fillna(0).astype(int))

    @property
    def recall(self) -> float:
        """Caught ÷ planted cases."""
        table = self.by_kind()
        return float(table["caught"].sum() / table["planted"].sum())

    def missed(self) -> pd.DataFrame:
        """Return the rows of cases that no finding meets."""
        own = self.planted[self.planted["role"] == "planted"]
        return own[~own["case"].isin(self._hits()["case"])]

    def in_the_cell(self) -> float:
        """Return the share of caught cases whose finding names a column that the list names too."""
        named = self._hits().query("field != ''")
        right = named[named["field"] == named["found_field"]]
        return right["case"].nunique() / max(1, named["case"].nunique())

    def false_alarms(self, *, strict: bool = False) -> pd.DataFrame:
        """Return findings above a notice on rows where nothing is planted.

        Rows that suffer from a defect planted elsewhere are left out, unless ``strict``: then they count too.
        """
        loud = self.found[(self.found["severity"] != Severity.NOTICE) & self.found["row"].notna()]
        known = self.planted[self.planted["role"] == "planted"] if strict else self.planted
        marked = loud.merge(known[PLACE].drop_duplicates().assign(known=True), on=PLACE, how="left")
        return marked[marked["known"].isna()].drop(columns="known")

    def false_share(self, *, strict: bool = False) -> float:
        """Return the rows with a false alarm ÷ all rows."""
        return len(self.false_alarms(strict=strict).drop_duplicates(PLACE)) / self.rows

    def _hits(self) -> pd.DataFrame:
        own = self.planted[self.planted["role"] == "planted"]
        cells = own.assign(code=own["codes"].str.split("|")).explode("code")
        findings = self.found[[*PLACE, "code", "field"]].rename(columns={"field": "found_field"})
        return cells.merge(findings, on=[*PLACE, "code"])


def planted_of(county: Path) -> pd.DataFrame:
    """Return the list of planted defects of a county folder written by :func:`mujun.demo.county.write_county`."""
    path = county / PLANTED / "defects.csv"
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype={"row": "Int64"})


def catch(county: Path) -> Catch:
    """Read and check the county and hold the findings against what is planted in it."""

    register, log = read_county(county)
    log.extend(check_register(register))
    found = log.frame().astype({"row": "Int64"})
    rows = sum(len(table) for table in register.tables.values()) + int((found["code"] == "duplicate_row").sum())
    return Catch(planted_of(county), found, rows)
