"""Dates: in their order, plausible, and periods of one relation apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mujun.base.defects import Defect
from mujun.register.checks.view import View
from mujun.register.schema import TABLES, Kind

ORDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "parcels": (
        ("approved_on", "supplied_on"), ("supplied_on", "handed_over_on"), ("start_due", "finish_due"),
        ("supplied_on", "started_on"), ("started_on", "finished_on"), ("started_on", "produced_on"), ("started_on", "stopped_on"),
    ),
    "firms": (("founded_on", "production_on"),),
}  # fmt: skip
"""Pairs of dates of which the first may not be later than the second."""
_STAGES = (
    "contacted_on", "negotiating_on", "signed_on", "landing_on", "started_on", "completed_on", "producing_on", "above_scale_on",
    "full_output_on",
)  # fmt: skip
_FIRST, _LAST = pd.Timestamp("1949-01-01"), pd.Timestamp("2100-12-31")


def orders(view: View) -> Iterator[Defect]:
    """Steps of a parcel and a firm follow each other."""
    for table, pairs in ORDERS.items():
        for earlier, later in pairs:
            yield from _order(view, "dates_order", table, earlier, later)


def stages(view: View) -> Iterator[Defect]:
    """Stages of a project follow each other; a stage without a date is passed over."""
    projects = view["projects"]
    for number, later in enumerate(_STAGES[1:], start=1):
        earlier = projects[list(_STAGES[:number])]
        before = earlier.max(axis=1)
        for position in np.flatnonzero((before > projects[later]).to_numpy(dtype=bool)):
            name = str(earlier.iloc[position].idxmax())
            yield _say(view, "stage_dates_order", "projects", int(position), name, later)


def _order(view: View, code: str, table: str, earlier: str, later: str) -> Iterator[Defect]:
    frame = view[table]
    for position in np.flatnonzero((frame[earlier] > frame[later]).to_numpy(dtype=bool)):
        yield _say(view, code, table, int(position), earlier, later)


def _say(view: View, code: str, table: str, position: int, earlier: str, later: str) -> Defect:
    frame = view[table]
    return view.say(
        code,
        table,
        position,
        later,
        value=frame[later].iat[position].date().isoformat(),
        earlier=frame[earlier].iat[position].date().isoformat(),
        earlier_label=view.label(table, earlier),
    )


def plausible(view: View) -> Iterator[Defect]:
    """Dates lie between 1949 and 2100."""
    for table in TABLES.values():
        frame = view[table.name]
        for column in table.columns:
            if column.kind is not Kind.DATE:
                continue
            values = frame[column.name]
            for position in np.flatnonzero(((values < _FIRST) | (values > _LAST)).to_numpy(dtype=bool)):
                value = values.iat[position].date().isoformat()
                yield view.say("date_implausible", table.name, position, column.name, value=value)


def reversed_periods(view: View) -> Iterator[Defect]:
    """A relation does not end before it begins."""
    frame = view["occupancy"]
    for position in np.flatnonzero((frame["to"] < frame["from"]).to_numpy(dtype=bool)):
        value, start = frame["to"].iat[position], frame["from"].iat[position]
        parts = {"value": value.date().isoformat(), "earlier": start.date().isoformat()}
        yield view.say("period_reversed", "occupancy", position, "to", **parts)


def overlaps(view: View) -> Iterator[Defect]:
    """Periods of the same firm on the same parcel in the same way, from the same lessor, do not overlap."""
    frame = view["occupancy"]
    same = ["firm_id", "parcel_id", "kind", "lessor_id"]
    ordered = frame.assign(position=np.arange(len(frame)), end=frame["to"].fillna(pd.Timestamp("2262-01-01")))
    ordered = ordered[(frame["firm_id"] != "") & (frame["kind"] != "") & ~(frame["to"] < frame["from"])]
    ordered = ordered[ordered.duplicated(same, keep=False)].sort_values([*same, "from", "position"], kind="stable")
    latest = ordered.groupby(same, sort=False)["end"].cummax()
    before = latest.groupby([ordered[name] for name in same], sort=False).shift()
    clash = ordered["from"] <= before
    positions = ordered["position"].to_numpy()
    for place in np.flatnonzero(clash.to_numpy(dtype=bool)):
        first = view.where("occupancy", positions[place - 1], "from")
        yield view.say("periods_overlap", "occupancy", int(positions[place]), "from", first=first)


CHECKS = (orders, stages, plausible, reversed_periods, overlaps)
