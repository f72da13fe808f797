"""The list of evaluated areas of one day, as rows to freeze."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from mujun.register.areas import Areas, evaluated_areas
from mujun.register.tables import Register
from mujun.web.evaluations.models import AreaRow


def area_rows(register: Register, day: dt.date) -> list[AreaRow]:
    """Return one unsaved row per firm that uses, lets or is excluded from land on ``day``, in order of its code.

    ``cells`` lists the occupancy rows behind each figure: part, parcel, area, key and address of the cell.
    """
    areas = evaluated_areas(register, day)
    frame = areas.frame()
    firms = register["firms"]
    names, towns = firms["name"].tolist(), firms["town"].tolist()
    cells = _cells(register, areas)
    rows = []
    for position, firm_id in enumerate(areas.firm_ids):
        if position not in cells:
            continue
        figures: Any = frame.iloc[position]
        rows.append(
            AreaRow(
                firm_id=str(firm_id),
                name=names[position][:200],
                town=towns[position][:60],
                own_m2=float(figures["own_m2"]),
                leased_m2=float(areas.parts["lease"].fraction(position) + areas.parts["sublease"].fraction(position)),
                let_out_m2=float(figures["let_m2"]),
                excluded_m2=float(figures["excluded_m2"]),
                net_m2=float(figures["area_m2"]),
                cells=cells[position],
            )
        )
    return sorted(rows, key=lambda row: row.firm_id)


def _cells(register: Register, areas: Areas) -> dict[int, list[list[Any]]]:
    held = register["occupancy"].iloc[areas.rows]
    days = np.datetime_as_string(held["from"].to_numpy("datetime64[D]"))
    found: dict[int, list[list[Any]]] = defaultdict(list)
    columns = zip(
        areas.rows.tolist(), held["kind"], held["firm_id"], held["parcel_id"], days, held["area_m2"],
        areas.firm.tolist(), areas.lessor.tolist(), strict=True,
    )  # fmt: skip
    for row, kind, firm_id, parcel_id, day, area, firm, lessor in columns:
        start = "" if day == "NaT" else str(day)
        cell = register.cell("occupancy", row, "area_m2")
        fact = [parcel_id, None if np.isnan(area) else area, [firm_id, parcel_id, start], cell.address if cell else ""]
        if firm >= 0 and kind:
            found[firm].append([kind, *fact])
        if lessor >= 0:
            found[lessor].append(["let", *fact])
    return found


def digest_of(rows: Sequence[AreaRow]) -> str:
    """Return the SHA-256 of the list, so that anybody can tell whether two lists are the same."""
    digest = hashlib.sha256()
    for row in rows:
        figures = [row.firm_id, row.own_m2, row.leased_m2, row.let_out_m2, row.excluded_m2, row.net_m2]
        digest.update(json.dumps(figures, ensure_ascii=False).encode())
    return digest.hexdigest()
