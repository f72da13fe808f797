"""What was told to whoever looks: reminders, ends of time, escalations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.cases import actions, queries
from mujun.web.pages.cases.words import line_of
from mujun.web.people.rights import Right, page

KINDS = {
    "reminder": (gettext_lazy("提醒"), "info"),
    "due": (gettext_lazy("到期"), "warn"),
    "escalation": (gettext_lazy("督办"), "bad"),
}
MOST = 100
DIGITS = 18
"""A longer number is no key: no database holds it."""


@page(Right.READ_CASES, methods=("GET", "POST"), write=Right.RAISE_CASES)
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest alerts for whoever looks; POST notes that some were seen."""
    if request.method == "POST":
        keys = [int(key) for key in request.POST.getlist("alert") if key.isdecimal() and len(key) <= DIGITS]
        count = actions.see_alerts(keys, by=request.user)
        messages.success(request, _("已标为已读：{count} 条。").format(count=count))
        return redirect("case_alerts")
    everything = request.GET.get("all") == "1"
    told = queries.alerts_for(request.user, MOST, unseen=not everything)
    now = timezone.now()
    lines = _by_case(told, now)
    keys = [one.alert.pk for one in told if not one.was_seen]
    context = {"lines": lines, "all": everything, "at": "alerts", "new": keys}
    return render(request, "cases/alerts.html", context)


def _by_case(told: list[queries.Told], now: dt.datetime) -> list[dict[str, Any]]:
    """One line for each case: its newest alert, then the earlier ones."""
    found: dict[int, dict[str, Any]] = {}
    for one in told:
        if one.alert.case_id not in found:
            label, css = KINDS.get(one.alert.kind, (one.alert.kind, ""))
            line = line_of(one.alert.case, now)
            found[one.alert.case_id] = {"told": one, "label": label, "css": css, "line": line, "earlier": []}
        else:
            found[one.alert.case_id]["earlier"].append(one)
    return list(found.values())
