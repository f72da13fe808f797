"""What the firm table says of a firm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from mujun.base.defects import Defect
from mujun.register.checks.view import View, amount
from mujun.register.firm_names import plain_name

_INDUSTRY = r"[A-T]?(?:0[1-9]|[1-8]\d|9[0-7])\d{0,2}"
_SCALE_WAN = 2000.0
_COMMON_PARCELS, _COMMON_FIRMS = 2, 5
_ALIKE = 60


def names(view: View) -> Iterator[Defect]:
    """Every firm has a name, and no two firms the same."""
    firms = view["firms"]
    for position in np.flatnonzero((firms["name"] == "").to_numpy(dtype=bool)):
        yield view.say("firm_name_missing", "firms", position, "name")
    plain = pd.Series([plain_name(name) for name in firms["name"].tolist()], dtype=object)
    groups = plain[(plain != "") & plain.duplicated(keep=False)]
    for _, same in groups.groupby(groups):
        positions = same.index.tolist()
        for position in positions:
            other = next(p for p in positions if p != position)
            value, code = firms["name"].iat[position], firms["firm_id"].iat[other]
            yield view.say("firm_name_twice", "firms", position, "name", value=value, other=code)


def industries(view: View) -> Iterator[Defect]:
    """Industry codes look like those of GB/T 4754-2017."""
    for table in ("firms", "projects"):
        values = view[table]["industry"]
        bad = (values != "") & ~values.str.fullmatch(_INDUSTRY)
        for position in np.flatnonzero(bad.to_numpy(dtype=bool)):
            yield view.say("industry_bad", table, position, "industry", value=values.iat[position])


def towns(view: View) -> Iterator[Defect]:
    """Towns are those that parcels lie in, or that several firms name."""
    in_parcels = view["parcels"]["town"].value_counts()
    in_firms = view["firms"]["town"].value_counts()
    known = {*in_parcels[in_parcels >= _COMMON_PARCELS].index, *in_firms[in_firms >= _COMMON_FIRMS].index} - {""}
    if not known:
        return
    for table in ("parcels", "firms"):
        values = view[table]["town"]
        for position in np.flatnonzero(((values != "") & ~values.isin(known)).to_numpy(dtype=bool)):
            near = process.extractOne(values.iat[position], sorted(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            hint = f"（是否为“{near[0]}”）" if near else ""
            yield view.say("town_unknown", table, position, "town", value=values.iat[position], hint=hint)


def scale(view: View) -> Iterator[Defect]:
    """Whether a firm is above scale is stated and is not far from its revenue of the last two years.

    Source of the mark: above-scale industry has a main revenue of 20 million yuan a year or more.
    """
    firms = view["firms"]
    stated = firms["above_scale"]
    for position in np.flatnonzero(stated.isna().to_numpy(dtype=bool)):
        yield view.say("above_scale_blank", "firms", position, "above_scale")
    if view.year is None or not len(firms):
        return
    measures = view["measures"]
    recent = measures[measures["year"].isin([view.year, view.year - 1]) & (measures["firm_id"] != "")]
    grouped = recent.groupby("firm_id")["revenue_wan"]
    bounds = pd.DataFrame({"least": grouped.min(), "most": grouped.max(), "count": grouped.count()})
    bounds = bounds.reindex(view.firm_ids).reset_index(drop=True)
    most, least = bounds["most"].to_numpy(dtype=np.float64), bounds["least"].to_numpy(dtype=np.float64)
    enough = bounds["count"] >= 2
    small = stated.fillna(False).astype(bool) & enough & (bounds["most"] < _SCALE_WAN / 4)
    large = ~stated.fillna(True).astype(bool) & enough & (bounds["least"] > _SCALE_WAN * 2)
    for position in np.flatnonzero((small | large).to_numpy(dtype=bool)):
        words = "规下" if large.iloc[int(position)] else "规上"
        revenue = amount(least[position] if words == "规下" else most[position])
        yield view.say("above_scale_doubtful", "firms", position, "above_scale", stated=words, revenue=revenue)


def status(view: View) -> Iterator[Defect]:
    """A firm struck off has no figures in the year under evaluation."""
    if view.year is None:
        return
    measures, firms = view["measures"], view["firms"]
    gone = np.flatnonzero((firms["status"] == "deregistered").to_numpy(dtype=bool))
    if not len(gone):
        return
    busy = measures[(measures["year"] == view.year) & ((measures["tax_wan"] > 0) | (measures["revenue_wan"] > 0))]
    for position in gone[firms["firm_id"].iloc[gone].isin(busy["firm_id"]).to_numpy(dtype=bool)]:
        yield view.say("deregistered_active", "firms", position, "status", year=view.year, what="税收或营业收入")


CHECKS = (names, industries, towns, scale, status)
