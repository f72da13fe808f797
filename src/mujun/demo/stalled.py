"""Land that has come to a halt: supplied and not begun, begun and not finished, finished and not producing.

Most of a county's parcels were supplied long ago and have been in use ever since; the few recent ones that stand still
are what a campaign looks for first. Their lives are moved to the last years as a whole, so that every date stays in
order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.demo.chance import stream

PROMISED_SINCE = np.datetime64("2013-07-01")
"""Contracts before 永政〔2008〕3号 and its first years promise no tax per mu."""
FAR_MIN_THEN = 0.5
"""The lowest plot ratio of contracts before that day: single-storey workshops were the rule."""
_SHARE_EACH = 0.008
_KEPT_SHARE = 0.92
_BLANK: dict[str, tuple[str, ...]] = {
    "waiting": ("started_on", "finished_on", "produced_on"),
    "idle": ("started_on", "finished_on", "produced_on"),
    "abandoned": ("started_on", "finished_on", "produced_on"),
    "stopped": ("finished_on", "produced_on"),
    "building": ("finished_on", "produced_on"),
    "empty": ("produced_on",),
}
_HANDED_OVER: dict[str, tuple[str, str]] = {
    "waiting": ("2024-07-15", "2024-11-30"),
    "idle": ("2022-08-01", "2023-06-20"),
    "abandoned": ("2020-02-01", "2022-05-31"),
    "stopped": ("2020-06-01", "2021-12-31"),
    "building": ("2023-03-01", "2024-02-28"),
    "empty": ("2020-06-01", "2021-12-31"),
}
"""What has become of a parcel → which dates it has not reached, and between which days it was handed over."""
_DATES = (
    "approved_on", "supplied_on", "handed_over_on", "start_due", "finish_due", "started_on", "finished_on", "produced_on",
)  # fmt: skip


def halt(seed: int, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the parcels with a few of them come to a halt, promises only in recent contracts, and most of them kept."""
    chance = stream(seed, "stalled")
    table = parcels.copy()
    count = len(table)
    kept = chance.random(count) < _KEPT_SHARE
    more = np.round(table["invest_due_wan"] * chance.uniform(1.0, 1.6, count), 2)
    table["invested_wan"] = table["invested_wan"].where(~kept, np.maximum(table["invested_wan"], more))
    places = chance.permutation(np.flatnonzero((table["right_type"] == "grant") & table["supplied_on"].notna()))
    each = max(2, round(count * _SHARE_EACH))
    for number, fate in enumerate(_BLANK):
        _move(chance, table, places[number * each : (number + 1) * each], fate)
    old = table["supplied_on"] < PROMISED_SINCE
    table["tax_due_wan_per_mu"] = table["tax_due_wan_per_mu"].where(~old)
    table["far_min"] = table["far_min"].where(~old, FAR_MIN_THEN)
    return table


def _move(chance: np.random.Generator, table: pd.DataFrame, rows: npt.NDArray[np.int64], fate: str) -> None:
    first, last = (np.datetime64(day, "D") for day in _HANDED_OVER[fate])
    target = first + chance.integers(0, int((last - first).astype(int)) + 1, len(rows)).astype("timedelta64[D]")
    by = target.astype("datetime64[us]") - table["handed_over_on"].to_numpy()[rows]
    for column in _DATES:
        days = table[column].to_numpy().copy()
        days[rows] = days[rows] + by
        table[column] = days
    for column in _BLANK[fate]:
        table.loc[table.index[rows], column] = pd.NaT
    invested = {"stopped": (0.05, 0.24), "building": (0.08, 0.6)}.get(fate, (1.0, 1.2))
    share = chance.uniform(*invested, len(rows)) if "started_on" not in _BLANK[fate] else np.zeros(len(rows))
    due = table["invest_due_wan"].to_numpy()[rows]
    table.loc[table.index[rows], "invested_wan"] = np.round(due * share, 2)
    if fate == "stopped":
        started = table["started_on"].to_numpy()[rows]
        pause = chance.integers(90, 500, len(rows)).astype("timedelta64[D]").astype("timedelta64[us]")
        table.loc[table.index[rows], "stopped_on"] = started + pause
