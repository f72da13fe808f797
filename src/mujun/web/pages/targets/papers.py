"""Official tables and supervision orders on paper and as Excel: forms that are data, filled from the ledger."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.pages.excel import workbook_response
from mujun.web.pages.tables import FORMATS
from mujun.web.pages.targets.orders import found_order
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.targets import official

DIGITS = {"number": 2, "percent": 1}


def _month(request: HttpRequest, today: dt.date) -> dt.date:
    """The month that the address asks for; the present one where it asks for none, or for one to come."""
    asked = re.fullmatch(r"(\d{4})-(\d{1,2})", request.GET.get("month", ""))
    if asked is None or not 1 <= int(asked[2]) <= 12 or int(asked[1]) < 1990:
        return today.replace(day=1)
    return min(dt.date(int(asked[1]), int(asked[2]), 1), today.replace(day=1))


@page(Right.READ_TARGETS)
def forms(request: HttpRequest) -> HttpResponse:
    """Every form there is, and what is wrong with those that cannot be used."""
    found, faults = official.official_forms()
    context = {"forms": [form for form in found if form.over == "targets"], "faults": faults,
               "orders": [form for form in found if form.over == "order"], "fields": official.TARGET_FIELDS.items(),
               "month": _month(request, timezone.localdate())}  # fmt: skip
    return render(request, "targets/forms.html", context)


@page(Right.READ_TARGETS)
def form(request: HttpRequest, name: str) -> HttpResponse:
    """One form over the targets of a month, as it is printed, or as Excel."""
    today = timezone.localdate()
    held = official.official_form(name)
    if held is None or held.over != "targets":
        raise Http404
    month = _month(request, today)
    filled = official.fill_targets(held, scope_of(request.user), month, today)
    return _paper(request, filled, {"month": month, "today": today, "form": held})


@page(Right.READ_TARGETS)
def order_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One order as it is printed, or as Excel; ``form`` names another form over orders."""
    order = found_order(request, pk)
    held = official.official_form(request.GET.get("form", "") or "order")
    if held is None or held.over != "order":
        raise Http404
    return _paper(request, official.fill_order(held, order, timezone.localdate()), {"order": order, "form": held})


def _paper(request: HttpRequest, filled: official.Filled, more: dict[str, Any]) -> HttpResponse:
    if request.GET.get("format") == "xlsx":
        note = "　".join(f"{sign}：" for sign in filled.form.signs)
        return workbook_response(filled.title, filled.title, filled.heads, filled.rows, note=f"{filled.title}　{note}")
    shown = [
        [{"text": FORMATS[kind](value, DIGITS.get(kind, 0)), "kind": kind, "head": head, "wide": column.wide}
         for value, kind, head, column in zip(row, filled.kinds, filled.heads, filled.form.columns, strict=True)]
        for row in filled.rows
    ]  # fmt: skip
    context = {"filled": filled, "rows": shown, "unit": _("（盖章）")} | more
    sheet = filled.form.over == "order"
    return render(request, "targets/paper_sheet.html" if sheet else "targets/paper_table.html", context)
