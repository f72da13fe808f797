"""The share ledger of a parcel on a day: who holds, rents, lets and uses how much; it adds up or says why not."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from mujun.register.drawn import areas_m2, shapes_of
from mujun.register.shares import LETTINGS, holders, shares_on
from mujun.register.tables import Register

TOLERANCE = 0.01
_SLACK_M2 = 1.0
PARTS = ("holds_m2", "rents_m2", "lets_m2", "excluded_m2", "uses_m2")


@dataclasses.dataclass(frozen=True, slots=True)
class ShareLedger:
    """The land of one parcel on one day, all areas in m².

    ``rows`` has one row per party: ``party`` (code, or name where there is no code), ``name``, and the columns of
    :data:`PARTS`, where uses = holds + rents − lets; what is excluded from evaluation is still used. ``area_m2`` is the
    parcel's area after ``basis`` (registered, else drawn, else "": unknown). ``difference_m2`` = Σ uses − area.
    ``sentences`` (Chinese) say why the ledger does not add up or what was assumed.
    """

    parcel_id: str
    day: dt.date
    area_m2: float
    basis: str
    rows: pd.DataFrame
    difference_m2: float
    adds_up: bool
    sentences: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; an unknown area becomes None."""
        known = not np.isnan(self.area_m2)
        return {
            "parcel_id": self.parcel_id,
            "day": self.day.isoformat(),
            "area_m2": self.area_m2 if known else None,
            "basis": self.basis,
            "rows": self.rows.to_dict("records"),
            "difference_m2": self.difference_m2 if known else None,
            "adds_up": self.adds_up,
            "sentences": self.sentences,
        }


def share_ledger(register: Register, parcel_id: str, day: dt.date, *, tolerance: float = TOLERANCE) -> ShareLedger:
    """Return the ledger of ``parcel_id`` on ``day``; a parcel that is unknown has an area that is unknown.

    It adds up where the uses differ from the parcel's area by at most ``tolerance`` (a share) or 1 m², and nobody
    lets more than it has. A holder that is no firm (a village) counts as holding the whole parcel.
    """
    this = frozenset([parcel_id])
    shares = shares_on(register, day, this)
    area, basis = _area(register, parcel_id)
    holder = str(holders(register, this).get(parcel_id, ""))
    parties = _parties(shares, holder, area)
    rows = _named(register, parties)
    difference = float(rows["uses_m2"].sum() - area)
    sentences = _sentences(register, shares, rows, holder, area, basis, tolerance)
    fits = not np.isnan(area) and abs(difference) <= max(tolerance * area, _SLACK_M2)
    within = bool((rows["uses_m2"] >= -_SLACK_M2).all())
    return ShareLedger(parcel_id, day, area, basis, rows, difference, fits and within, sentences)


def _area(register: Register, parcel_id: str) -> tuple[float, str]:
    parcels = register["parcels"]
    found = parcels[(parcels["parcel_id"] == parcel_id).to_numpy()].head(1)
    if len(found) and found["registered_area_m2"].notna().all():
        return float(found["registered_area_m2"].iloc[0]), "registered"
    if len(found):
        drawn = float(areas_m2(shapes_of(found["geometry"]))[0])
        if not np.isnan(drawn):
            return drawn, "drawn"
    return float("nan"), ""


def _parties(shares: pd.DataFrame, holder: str, area: float) -> pd.DataFrame:
    """Return per party what it holds, rents, lets, has excluded and uses."""
    own = shares[shares["kind"] == "own"]
    rented = shares[shares["kind"].isin(LETTINGS)]
    excluded = shares[shares["kind"] == "excluded"]
    names = [*own["firm"], *rented["lessor"], *rented["firm"], *excluded["firm"]]
    if holder and own.empty:
        names.insert(0, holder)
    parties = pd.DataFrame(index=pd.Index(dict.fromkeys(name for name in names if name), name="party", dtype="str"))
    for column, part, by in (
        ("holds_m2", own, "firm"),
        ("rents_m2", rented, "firm"),
        ("lets_m2", rented, "lessor"),
        ("excluded_m2", excluded, "firm"),
    ):
        parties[column] = part.groupby(by)["area_m2"].sum().reindex(parties.index).fillna(0.0)
    if holder and own.empty and not np.isnan(area):
        parties.loc[holder, "holds_m2"] = area
    parties["uses_m2"] = parties["holds_m2"] + parties["rents_m2"] - parties["lets_m2"]
    return parties.reset_index()


def _named(register: Register, parties: pd.DataFrame) -> pd.DataFrame:
    firms = register["firms"]
    here = firms[firms["firm_id"].isin(parties["party"]).to_numpy()].drop_duplicates("firm_id")
    names = parties["party"].map(here.set_index("firm_id")["name"])
    parties.insert(1, "name", names.fillna(parties["party"]).astype("str"))
    return parties


def _sentences(
    register: Register, shares: pd.DataFrame, rows: pd.DataFrame, holder: str, area: float, basis: str, tolerance: float
) -> list[str]:
    said: list[str] = []
    if not basis:
        said.append("宗地表里没有这宗地的面积，无法核对各家份额。")
    elif basis == "drawn":
        said.append(f"没有登记面积，按图形面积{_square(area)}核对。")
    own = shares[shares["kind"] == "own"]
    if own.empty and holder:
        said.append(f"这一天没有自有记录，按权利人“{_name(rows, holder)}”持有整宗地计。")
    elif shares.empty:
        said.append("这一天没有任何用地关系，宗地也没有权利人。")
    elif own.empty:
        said.append("这一天没有自有记录，也不知道权利人是谁。")
    elif basis and abs(own["area_m2"].sum() - area) > max(tolerance * area, _SLACK_M2):
        more = "多" if own["area_m2"].sum() > area else "少"
        gap = _square(abs(own["area_m2"].sum() - area))
        said.append(f"自有面积合计{_square(own['area_m2'].sum())}，比宗地面积{_square(area)}{more}{gap}。")
    said += _about_lessors(shares, rows)
    missing = int(shares["area_m2"].isna().sum())
    if missing:
        said.append(f"有{missing}条用地关系没有面积，按0计。")
    named = register["firms"]["firm_id"]
    strangers = sorted(set(shares["firm"]) - set(named[named.isin(shares["firm"]).to_numpy()]) - {""})
    if strangers:
        said.append(f"企业表里没有：{'、'.join(strangers)}。")
    return said


def _about_lessors(shares: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    said = []
    for row in rows.to_dict("records"):
        has = row["holds_m2"] + row["rents_m2"]
        if row["lets_m2"] > 0 and has == 0:
            said.append(f"出租方“{row['name']}”在这宗地上既不持有也不承租土地，却出租{_square(row['lets_m2'])}。")
        elif row["uses_m2"] < -_SLACK_M2:
            over = _square(-row["uses_m2"])
            said.append(f"“{row['name']}”持有和租入{_square(has)}，出租{_square(row['lets_m2'])}，多租出{over}。")
    lessorless = shares[shares["kind"].isin(LETTINGS) & (shares["lessor"] == "")]
    if len(lessorless):
        total = _square(lessorless["area_m2"].sum())
        said.append(f"有{len(lessorless)}份租约（{total}）没有出租方，宗地也没有权利人，没有从任何一家扣除。")
    return said


def _name(rows: pd.DataFrame, party: str) -> str:
    found = rows.loc[rows["party"] == party, "name"]
    return str(found.iloc[0]) if len(found) else party


def _square(area: float) -> str:
    return f"{area:,.2f}平方米"
