"""Columns of the tables of cases."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from mujun.web.cases.definitions import definition_for
from mujun.web.cases.models import Case
from mujun.web.pages.cases.words import LIGHTS
from mujun.web.pages.tables import TableColumn


def address(case: Case) -> str:
    """The card."""
    return reverse("case", args=[case.pk])


def _list(case: Case) -> str:
    return definition_for(case).title


def _state(case: Case) -> str:
    return definition_for(case).state(case.state).label


def _light(case: Case) -> Any:
    return "" if case.done_at else LIGHTS[case.light(timezone.now())]


def _drawn_light(case: Case) -> Any:
    if case.done_at:
        return format_html('<span class="muted">{}</span>', "—")
    light = case.light(timezone.now())
    return format_html('<span class="case-light {}">{}</span>', light, LIGHTS[light])


def _moment(name: str) -> Any:
    def value(case: Case) -> str:
        held = getattr(case, name)
        return f"{timezone.localtime(held):%Y-%m-%d %H:%M}" if held else ""

    return value


NUMBER = TableColumn("number", gettext_lazy("编号"), "code", link=address, pin=True, nowrap=True)
TITLE = TableColumn("title", gettext_lazy("事项"), clip=True)
UNIT = TableColumn("owner_unit", gettext_lazy("责任单位"), clip=True)
TOWN = TableColumn("town", gettext_lazy("镇街"), nowrap=True)
FIRM = TableColumn("firm_name", gettext_lazy("企业"), clip=True)

CASES = (
    NUMBER,
    TITLE,
    TableColumn("list_name", gettext_lazy("清单"), value=_list, nowrap=True),
    TableColumn("state", gettext_lazy("状态"), value=_state, nowrap=True),
    TableColumn("red_at", gettext_lazy("时限"), value=_light, draw=_drawn_light),
    TableColumn("due_at", gettext_lazy("到期"), value=_moment("due_at"), nowrap=True),
    UNIT,
    TOWN,
    FIRM,
    TableColumn("raised_at", gettext_lazy("提出日期"), "date", nowrap=True),
    TableColumn("closed_at", gettext_lazy("办结日期"), "date", nowrap=True),
    TableColumn("round", gettext_lazy("重开次数"), "number", digits=0, value=lambda case: case.reopened),
)
UNSOLVED = (
    NUMBER,
    TITLE,
    TableColumn("list_name", gettext_lazy("清单"), value=_list, nowrap=True),
    TableColumn(
        "because", gettext_lazy("不能解决的原因"), sort=None, value=lambda case: case.fields.get("blocked_by", "")
    ),
    TableColumn("due_at", gettext_lazy("复核日期"), value=lambda case: case.fields.get("review_on", ""), nowrap=True),
    UNIT,
    TOWN,
    FIRM,
)
