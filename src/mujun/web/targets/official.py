"""The fields of the ledger that official forms may list, and the forms there are: shipped ones and the county's own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mujun.base.errors import MujunError
from mujun.rulebook.targets.official_forms import OfficialForm, load_official_form
from mujun.targets.breakdown import shown
from mujun.targets.lights import LABELS
from mujun.web.people.rights import Scope
from mujun.web.targets.models import OrderEntry, OrderStep, SupervisionOrder
from mujun.web.targets.queries.ledger import LedgerLine, line_of
from mujun.web.targets.queries.orders import MonthRow, entries_of, month_table
from mujun.web.targets.words import said


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field: ``label`` for people, ``of`` its value in a row, ``kind`` as in tables (text, number, percent, date)."""

    label: Any
    of: Callable[[Any], Any]
    kind: str = "text"


@dataclasses.dataclass(frozen=True, slots=True)
class OrderSheet:
    """One order with its target's line of today and its newest reply."""

    order: SupervisionOrder
    line: LedgerLine
    reply: OrderEntry | None


def _quote(line: LedgerLine) -> str:
    target = line.target
    statement = target.statement or (target.parent.statement if target.parent is not None else None)
    if statement is None:
        return ""
    return f"《{statement.document.title}》：“{' '.join(statement.quote.split())}”（{statement.metric}）"


TARGET_FIELDS: dict[str, Field] = {
    "number": Field(_("编号"), lambda row: row.line.target.number),
    "name": Field(_("目标"), lambda row: row.line.target.name),
    "level": Field(_("层级"), lambda row: row.line.target.get_level_display()),
    "town": Field(_("镇街"), lambda row: row.line.target.town),
    "quote": Field(_("依据"), lambda row: _quote(row.line)),
    "goal": Field(_("目标值"), lambda row: said(row.line.target)),
    "unit": Field(_("单位"), lambda row: row.line.goal.unit),
    "value": Field(_("实绩"), lambda row: row.line.real, "number"),
    "in_month": Field(_("当月"), lambda row: row.in_month, "number"),
    "progress": Field(_("完成"), lambda row: row.line.light.progress, "percent"),
    "time_progress": Field(_("时序进度"), lambda row: row.line.light.time_progress, "percent"),
    "light": Field(_("灯"), lambda row: LABELS[row.line.light.colour]),
    "why": Field(_("亮灯理由"), lambda row: row.line.light.sentence),
    "low": Field(_("预计最低"), lambda row: row.line.forecast.low, "number"),
    "mid": Field(_("预计居中"), lambda row: row.line.forecast.mid, "number"),
    "high": Field(_("预计最高"), lambda row: row.line.forecast.high, "number"),
    "gap": Field(_("缺口"), lambda row: row.line.light.gap or None, "number"),
    "holder": Field(_("责任单位和责任人"), lambda row: row.line.target.holder),
    "starts_on": Field(_("起算日期"), lambda row: row.line.target.starts_on, "date"),
    "due_on": Field(_("期限"), lambda row: row.line.target.due_on, "date"),
    "arithmetic": Field(_("实绩怎样算出"), lambda row: row.line.measured.arithmetic),
    "note": Field(_("说明"), lambda row: row.report.note if row.report else ""),
    "reported_by": Field(_("填报人"), lambda row: row.report.by.display_name if row.report else ""),
}
ORDER_FIELDS: dict[str, Field] = {
    "number": Field(_("编号"), lambda row: row.order.number),
    "target": Field(_("目标"), lambda row: str(row.order.target)),
    "quote": Field(_("依据"), lambda row: _quote(row.line)),
    "goal": Field(_("目标值"), lambda row: said(row.line.target)),
    "real": Field(
        _("实绩"), lambda row: shown(_decimal(row.line.real), row.line.goal.unit) if row.line.real is not None else ""
    ),
    "light": Field(_("签发时的灯"), lambda row: LABELS[row.order.colour]),
    "why": Field(_("亮灯理由"), lambda row: row.order.sentence),
    "demand": Field(_("督办要求"), lambda row: row.order.demand),
    "holder": Field(_("责任单位和责任人"), lambda row: _holder(row.order)),
    "issued_on": Field(_("签发日期"), lambda row: row.order.issued_on, "date"),
    "issued_by": Field(_("签发人"), lambda row: row.order.by.display_name),
    "due_on": Field(_("办理期限"), lambda row: row.order.due_on, "date"),
    "state": Field(_("状态"), lambda row: row.order.get_state_display()),
    "reply": Field(_("办理情况"), lambda row: row.reply.text if row.reply else ""),
    "reply_by": Field(_("回复人"), lambda row: row.reply.by.display_name if row.reply else ""),
    "closed_on": Field(_("销号日期"), lambda row: row.order.closed_on, "date"),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {"targets": TARGET_FIELDS, "order": ORDER_FIELDS}


def _decimal(value: float) -> Any:
    from decimal import Decimal

    return Decimal(repr(float(value)))


def _holder(order: SupervisionOrder) -> str:
    person = order.owner.display_name if order.owner is not None else ""
    return " ".join(part for part in (order.owner_unit, person) if part)


def _files() -> dict[str, Path | None]:
    """Name → file of the county's own form; None where the form comes along."""
    folder = resources.files("mujun.rules") / "targets" / "forms"
    found: dict[str, Path | None] = {
        one.name.removesuffix(".yaml"): None for one in folder.iterdir() if one.name.endswith(".yaml")
    }
    own = Path(settings.FORMS_ROOT)
    return found | ({file.stem: file for file in sorted(own.glob("*.yaml"))} if own.is_dir() else {})


def official_forms() -> tuple[list[OfficialForm], list[str]]:
    """Return every form by its label, and what is wrong with files that cannot be used, one sentence each."""
    forms, faults = [], []
    for name, path in _files().items():
        try:
            forms.append(load_official_form(name, path, FIELDS))
        except MujunError as error:
            faults.append(str(error))
    return sorted(forms, key=lambda form: (form.over, form.label)), faults


def official_form(name: str) -> OfficialForm | None:
    """Return one form; None where there is none of this name or it cannot be used."""
    return next((form for form in official_forms()[0] if form.name == name), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Filled:
    """A form with its rows: ``heads`` and values beside them; ``title`` with year, month and number in place."""

    form: OfficialForm
    title: str
    heads: list[str]
    kinds: list[str]
    rows: list[list[Any]]


def fill_targets(form: OfficialForm, scope: Scope, month: dt.date, today: dt.date) -> Filled:
    """Fill a form over targets for the month of ``month``."""
    rows: Iterable[MonthRow] = month_table(scope, month, today)
    if form.levels:
        rows = [row for row in rows if row.line.target.level in form.levels]
    if form.lights:
        rows = [row for row in rows if row.line.light.colour in form.lights]
    return _filled(form, {"year": month.year, "month": month.month, "number": ""}, rows)


def fill_order(form: OfficialForm, order: SupervisionOrder, today: dt.date) -> Filled:
    """Fill a form over one order."""
    replies = [entry for entry in entries_of(order) if entry.step == OrderStep.REPLY]
    sheet = OrderSheet(order, line_of(order.target, today), replies[-1] if replies else None)
    day = order.issued_on
    return _filled(form, {"year": day.year, "month": day.month, "number": order.number}, [sheet])


def _filled(form: OfficialForm, texts: dict[str, Any], rows: Iterable[Any]) -> Filled:
    fields = [FIELDS[form.over][column.field] for column in form.columns]
    heads = [column.label or str(field.label) for column, field in zip(form.columns, fields, strict=True)]
    kinds = [field.kind for field in fields]
    return Filled(form, form.title.format(**texts), heads, kinds, [[field.of(row) for field in fields] for row in rows])
