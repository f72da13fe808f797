"""What the register holds of a firm now, prepared for the page: land, buildings, figures by year, each with its cell."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from mujun.register.schema import TABLES
from mujun.register.tables import Register
from mujun.web.evaluations.cards.queries import Holdings
from mujun.web.pages.firms.account import ObjectionLinks
from mujun.web.register import wording

KINDS = {"own": "自有", "lease": "承租", "sublease": "转租入", "excluded": "核减"}
MEASURES = (
    "tax_wan", "value_added_wan", "revenue_wan", "rd_wan", "energy_tce", "electricity_kwh", "emission_t", "employees",
)  # fmt: skip


def holdings_view(holdings: Holdings, firm_id: str, links: ObjectionLinks, amounts: bool) -> dict[str, Any]:
    """Return the tables of the card; figures of the firm only with the right to amounts."""
    register = holdings.register
    view: dict[str, Any] = {
        "facts": _facts(register),
        "land": _land(holdings, firm_id, links),
        "buildings": holdings.buildings,
        "marks": _rows(register, "marks", ("year", "code", "points", "note", "document"), "points", links),
    }
    if amounts:
        view["figures"] = _figures(register, links)
        view["taxes"] = _rows(register, "taxes", ("year", "item", "amount_wan"), "amount_wan", links)
        view["chart"] = _chart(register)
    return view


def _facts(register: Register) -> list[tuple[str, str]]:
    firms = register["firms"]
    if not len(firms):
        return []
    shown = ("industry", "above_scale", "founded_on", "production_on", "status", "address")
    columns = [TABLES["firms"].column(name) for name in shown]
    return [(column.label, wording.texts(column, firms[column.name])[0]) for column in columns]


def _land(holdings: Holdings, firm_id: str, links: ObjectionLinks) -> list[dict[str, Any]]:
    """The firm's shares of land: what it holds and takes, then what it lets; past ones last."""
    register = holdings.register
    occupancy, parcels = register["occupancy"], register["parcels"]
    holder = dict(zip(parcels["parcel_id"], parcels["holder_id"], strict=True))
    found = []
    for position, row in enumerate(occupancy.to_dict("records")):
        lessor = row["lessor_id"] or (holder.get(row["parcel_id"], "") if row["kind"] in ("lease", "sublease") else "")
        mine, let = row["firm_id"] == firm_id, lessor == firm_id and row["firm_id"] != firm_id
        if not (mine or let):
            continue
        cell = register.cell("occupancy", position, "area_m2")
        start, end = _day(row["from"]), _day(row["to"])
        partner = row["firm_id"] if let else lessor
        found.append(
            {
                "label": _("租出") if let else KINDS.get(row["kind"], row["kind"]),
                "parcel_id": row["parcel_id"],
                "area_m2": row["area_m2"],
                "floor_area_m2": row["floor_area_m2"],
                "start": start,
                "end": end,
                "over": bool(end) and end < holdings.day.isoformat(),
                "partner": partner if partner != firm_id else "",
                "partner_name": holdings.names.get(partner, ""),
                "cell": cell.address if cell else "",
                "objection": links.to("occupancy", [row["firm_id"], row["parcel_id"], start], "area_m2"),
            }
        )
    return sorted(found, key=lambda row: (row["over"], row["label"] == _("租出")))


def _day(value: Any) -> str:
    return "" if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def _figures(register: Register, links: ObjectionLinks) -> dict[str, Any]:
    """Measures over the years: one line per figure, one cell per year with where it stands."""
    measures = register["measures"]
    years = sorted((int(year) for year in measures["year"].dropna()), reverse=True)
    place = {int(year): position for position, year in enumerate(measures["year"]) if not pd.isna(year)}
    lines = []
    for name in MEASURES:
        column = TABLES["measures"].column(name)
        cells = []
        for year in years:
            position = place[year]
            cell = register.cell("measures", position, name)
            key = [str(measures["firm_id"].iat[position]), str(year)]
            cells.append(
                {
                    "year": year,
                    "value": measures[name].iat[position],
                    "cell": cell.address if cell else "",
                    "objection": links.to("measures", key, name),
                }
            )
        lines.append({"label": column.label, "unit": wording.UNITS.get(column.unit, ""), "cells": cells})
    return {"years": years, "lines": lines}


def _chart(register: Register) -> dict[str, Any]:
    measures = register["measures"].dropna(subset=["year"]).sort_values("year")
    series = [
        {
            "name": TABLES["measures"].column(name).label,
            "values": [None if pd.isna(value) else float(value) for value in measures[name]],
        }
        for name in ("tax_wan", "value_added_wan")
    ]
    return {"unit": _("万元"), "categories": [str(int(year)) for year in measures["year"]], "series": series}


def _rows(
    register: Register, table: str, columns: tuple[str, ...], objected: str, links: ObjectionLinks
) -> list[dict[str, Any]]:
    schema, data = TABLES[table], register[table]
    words = {name: wording.texts(schema.column(name), data[name]) for name in columns}
    rows = []
    for position in range(len(data)):
        cell = register.cell(table, position, objected)
        key = [str(data[name].iat[position]) for name in schema.key]
        rows.append(
            {name: words[name][position] for name in columns}
            | {"cell": cell.address if cell else "", "objection": links.to(table, key, objected)}
        )
    return sorted(rows, key=lambda row: str(row["year"]), reverse=True)
