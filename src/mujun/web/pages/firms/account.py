"""The account sheet prepared for the page: masks, links to object, data of the waterfall."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.register.schema import TABLES
from mujun.web.evaluations.cards.queries import Account
from mujun.web.evaluations.objections.queries import Window


@dataclasses.dataclass(frozen=True, slots=True)
class ObjectionLinks:
    """Makes the address of the form for one cell; empty where no objection is taken."""

    firm_id: str
    run: int | None
    window: Window | None
    may: bool

    def to(self, table: str, key: Sequence[str], column: str) -> str:
        """The address of the form for the cell ``column`` of row ``key``."""
        if not self.may:
            return ""
        query = [("firm", self.firm_id), ("run", str(self.run)), ("table", table), ("column", column)]
        return f"{reverse('objection_new')}?{urlencode([*query, *(('key', part) for part in key)])}"


def account_view(account: Account, links: ObjectionLinks, *, amounts: bool) -> dict[str, Any]:
    """Return the sheet for the template. Without the right to amounts every figure that leads to one is left out."""
    result = account.result
    view: dict[str, Any] = {"sheet": account.sheet, "pooled_into": result.sheet.get("head", "")}
    sheet = account.sheet
    if sheet is None:
        return view
    view["items"] = [_item(item, sheet, links) if amounts else _masked(item) for item in sheet["items"]]
    view["land"] = [
        {**row, "objection": links.to("occupancy", key, "area_m2")}
        for row, key in zip(sheet["area"]["rows"], account.land_keys, strict=True)
    ]
    view["points"] = [
        {**part, "signed": sign * part["points"]}
        for kind, sign in (("bonus", 1), ("penalty", -1))
        for part in sheet[kind]
    ]
    if amounts:
        view["waterfall"] = _waterfall(sheet)
        view["next"] = sheet["next_grade"]
    elif sheet["next_grade"]:
        view["next"] = {"grade": sheet["next_grade"]["grade"], "gap": sheet["next_grade"]["gap"], "ways": []}
    return view


def _item(item: dict[str, Any], sheet: dict[str, Any], links: ObjectionLinks) -> dict[str, Any]:
    inputs = []
    for figure in item["inputs"]:
        link = ""
        if figure["table"] == "measures" and figure["name"] in TABLES["measures"].column_names:
            link = links.to("measures", [sheet["firm_id"], str(sheet["year"])], figure["name"])
        inputs.append({**figure, "objection": link})
    return {**item, "inputs": inputs}


def _masked(item: dict[str, Any]) -> dict[str, Any]:
    hidden: dict[str, Any] = {"value": None, "raw": None, "score": None, "inputs": [], "flag_text": "", "masked": True}
    return {**item, **hidden}


def _waterfall(sheet: dict[str, Any]) -> dict[str, Any]:
    steps = [
        {"label": bar["label"], "value": bar["points"], "kind": "item", "note": ""} for bar in sheet["waterfall"][:-1]
    ]
    if sheet["total"] is not None:
        steps.append({"label": _("总分"), "value": sheet["total"], "kind": "total", "note": ""})
    return {"unit": _("分"), "steps": steps}


def account_lines(sheet: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the sheet as lines of a workbook."""
    for row in sheet["area"]["rows"]:
        area = None if row["area_m2"] is None else row["sign"] * row["area_m2"]
        yield [
            _("用地"),
            f"{row['label']} {row['parcel_id']}",
            area,
            "㎡",
            *[None] * 4,
            "",
            _clause(sheet["area"]),
            _cell(row["cell"]),
        ]
    yield [_("用地"), _("评价用地"), sheet["area"]["area_mu"], _("亩"), *[None] * 4, "", _clause(sheet["area"]), ""]
    for item in sheet["items"]:
        for figure in item["inputs"]:
            cells = "；".join(_cell(cell) for cell in figure["cells"])
            yield [item["label"], figure["label"], figure["value"], "", *[None] * 4, "", "", cells]
        yield [
            item["label"], _("指标值"), item["value"], item["unit"], item["baseline"], item["weight"], item["raw"],
            item["score"], item["flag_text"], _clause(item), "",
        ]  # fmt: skip
    for kind, label, sign in (("bonus", _("加分"), 1), ("penalty", _("减分"), -1)):
        for part in sheet[kind]:
            cells = "；".join(_cell(cell) for cell in part["cells"])
            yield [
                label,
                part["label"],
                *[None] * 5,
                sign * part["points"],
                "；".join(part["documents"]),
                _clause(part),
                cells,
            ]
    if sheet["total"] is not None:
        yield [_("结果"), _("总分"), *[None] * 5, sheet["total"], "", "", ""]
    for step in sheet["steps"]:
        yield [_("定档"), step["text"], *[None] * 6, "", _clause(step), ""]
    for way in (sheet["next_grade"] or {}).get("ways", []):
        yield [_("距上一档"), way["text"], way["change"], way["unit"], *[None] * 4, "", "", ""]


def _clause(part: dict[str, Any]) -> str:
    return str(part["clause"]["text"])


def _cell(cell: dict[str, Any] | None) -> str:
    return str(cell["address"]) if cell else ""
