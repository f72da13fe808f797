"""What has happened on a parcel by a day: approved, supplied, started, finished, producing; and for how long.

A blank date is an answer ("not yet") unless something later has happened: then the date is missing, not the event.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.rulebook.findings.figures import PARCEL_FIGURES

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]


def days_of(parcels: pd.DataFrame, name: str) -> Days:
    """Return one column of dates as days (NaT: blank); ``unproductive_months`` counts from a day of its own."""
    if name == "unproductive_months":
        finished, due = (days_of(parcels, column) for column in ("finished_on", "finish_due"))
        late: Days = np.where(np.isnat(finished), finished, np.fmax(finished, due))
        return late
    days: Days = parcels[name].to_numpy().astype("datetime64[D]")
    return days


def base_days(parcels: pd.DataFrame, figure: str) -> Days:
    """Return, per parcel, the day from which a figure of months counts."""
    return days_of(parcels, figure if figure == "unproductive_months" else PARCEL_FIGURES[figure].dated)


def months_until(start: Days, day: dt.date) -> Floats:
    """Count the full months from ``start`` to ``day``; NaN where there is no start, negative where it is later.

    The same count as :func:`mujun.base.dates.full_months`.
    """
    end = np.datetime64(day, "D")
    months = (end.astype("datetime64[M]") - start.astype("datetime64[M]")).astype(np.float64)
    first = start.astype("datetime64[M]").astype("datetime64[D]")
    short = (start - first) > (end - end.astype("datetime64[M]").astype("datetime64[D]"))
    return np.where(np.isnat(start), np.nan, months - short)


def plus_months(start: Days, months: npt.NDArray[np.int64]) -> Days:
    """Return the day on which so many months are full; where the month has no such day, the first of the next."""
    month = start.astype("datetime64[M]")
    offset = (start - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(
        np.int64
    )
    day: Days = target.astype("datetime64[D]") + np.where(offset < length, offset, length).astype("timedelta64[D]")
    return day


def states(parcels: pd.DataFrame, day: dt.date, *, built: Truths, used: Truths, producing: Truths) -> dict[str, Floats]:
    """Return 1, 0 or NaN (unknown) per parcel for ``supplied``, ``started``, ``finished``, ``produced``, ``stopped``.

    ``built`` parcels have buildings, ``used`` ones a firm on them, ``producing`` ones a firm that has no other land
    and reports figures for the year: a blank date is no answer there.
    """
    handed, started, finished, produced = (
        days_of(parcels, name) <= np.datetime64(day, "D")
        for name in ("handed_over_on", "started_on", "finished_on", "produced_on")
    )
    later = started | finished | produced | built
    return {
        "supplied": _happened(parcels, "supplied_on", day, handed | later | used),
        "started": _happened(parcels, "started_on", day, finished | produced | built),
        "finished": _happened(parcels, "finished_on", day, produced),
        "produced": _happened(parcels, "produced_on", day, producing),
        "stopped": _happened(parcels, "stopped_on", day, np.zeros(len(parcels), dtype=bool)),
    }


def _happened(parcels: pd.DataFrame, name: str, day: dt.date, contradicted: Truths) -> Floats:
    days = days_of(parcels, name)
    done = days <= np.datetime64(day, "D")
    return np.where(np.isnat(days) & contradicted, np.nan, done.astype(np.float64))
