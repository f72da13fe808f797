"""The register as it stood on a day: parcels in force, occupancy in force, and how one parcel became another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mujun.register.areas import in_force
from mujun.register.tables import Register, RegisterTable

State = tuple[dt.date, pd.DataFrame]
"""A state of the ``parcels`` table and the day from which it holds."""


def occupancy_on(occupancy: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the rows of ``occupancy`` in force on ``day`` (first and last day included), with their old index."""
    return occupancy[in_force(occupancy, day)]


def parcels_on(states: Sequence[State], day: dt.date) -> pd.DataFrame:
    """Return the state of the parcels that holds on ``day``: the last one that began by then.

    ``states`` may be in any order. Raises ValueError where there is none at all; before the first one nothing is
    known, so its frame comes back without rows.
    """
    if not states:
        raise ValueError("no state of the parcels is known")
    ordered = sorted(states, key=lambda state: state[0])
    begun = [frame for since, frame in ordered if since <= day]
    return begun[-1] if begun else ordered[0][1].iloc[:0]


def lifetimes(states: Sequence[State]) -> pd.DataFrame:
    """Return since when and until when (last day) each parcel code was in force.

    Columns ``parcel_id``, ``since``, ``until`` (NaT: still); a code that went and came back has several rows.
    """
    ordered = sorted(states, key=lambda state: state[0])
    rows: list[tuple[str, dt.date, dt.date | None]] = []
    open_since: dict[str, dt.date] = {}
    for since, frame in ordered:
        present = set(frame["parcel_id"]) - {""}
        for code in [code for code in open_since if code not in present]:
            rows.append((code, open_since.pop(code), since - dt.timedelta(days=1)))
        for code in present:
            open_since.setdefault(code, since)
    rows += [(code, since, None) for code, since in open_since.items()]
    table = pd.DataFrame(rows, columns=["parcel_id", "since", "until"]).astype({"parcel_id": "str"})
    days = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("since", "until")}
    return table.assign(**days).sort_values(["parcel_id", "since"], kind="stable", ignore_index=True)


def register_on(register: Register, day: dt.date, states: Sequence[State] = ()) -> Register:
    """Return the register with only what is in force on ``day``: occupancy, and parcels where ``states`` are given.

    Origins go along, so that every value still leads to its cell.
    """
    tables = dict(register.tables)
    if "occupancy" in tables:
        tables["occupancy"] = _rows(tables["occupancy"], in_force(tables["occupancy"].data, day))
    if states and "parcels" in tables:
        codes = parcels_on(states, day)["parcel_id"]
        tables["parcels"] = _rows(tables["parcels"], tables["parcels"].data["parcel_id"].isin(codes).to_numpy())
    return Register(tables, register.sources)


def relatives(lineage: pd.DataFrame, parcel_id: str, *, forwards: bool) -> list[str]:
    """Return the codes that a parcel became (``forwards``) or came from, over any number of steps, nearest first.

    ``lineage`` has the columns ``parent`` and ``child`` of :func:`mujun.register.lineage.derive_lineage`; the results
    of several pairs of states may be put together.
    """
    start, end = ("parent", "child") if forwards else ("child", "parent")
    links = lineage[(lineage["parent"] != "") & (lineage["child"] != "") & (lineage["parent"] != lineage["child"])]
    steps = links.groupby(start, sort=False)[end].agg(list).to_dict()
    found: list[str] = []
    queue = [parcel_id]
    while queue:
        for code in steps.get(queue.pop(0), []):
            if code not in found and code != parcel_id:
                found.append(code)
                queue.append(code)
    return found


def _rows(table: RegisterTable, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> RegisterTable:
    origin = {name: codes[keep] for name, codes in table.origin.items()}
    return RegisterTable(table.data[keep].reset_index(drop=True), origin)
