"""Pairs of parcels: the lines of the map, why two parcels are adjacent or are not, and decisions about them."""

from __future__ import annotations

import gzip
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.pages.planning.forms import PairForm
from mujun.web.pages.planning.layer import Said, lines_of, said_of
from mujun.web.pages.planning.views import found_plan
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page
from mujun.web.renewal.frozen import Frozen, frozen_of
from mujun.web.renewal.models import PairDecision, PairVerdict
from mujun.web.renewal.pairs import actions, queries

DECISIONS = (
    TableColumn("first", gettext_lazy("宗地"), "code", link=lambda held: decision_address(held), pin=True),
    TableColumn("second", gettext_lazy("宗地"), "code"),
    TableColumn("verdict", gettext_lazy("决定"), value=lambda held: held.get_verdict_display(), nowrap=True),
    TableColumn("on", gettext_lazy("决定日期"), "date", nowrap=True),
    TableColumn("by", gettext_lazy("决定人"), value=lambda held: held.by.display_name, sort="by__display_name"),
    TableColumn("reason", gettext_lazy("理由"), clip=True),
    TableColumn("at", gettext_lazy("登记"), "date", nowrap=True),
)


def decision_address(held: PairDecision) -> str:
    """The address of the page about a pair."""
    return f"{reverse('pair_decision')}?{urlencode({'first': held.first, 'second': held.second})}"


@page(Right.READ_PLANS)
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every pair of the plan as the map draws it; what is frozen never changes, so the browser keeps it."""
    frozen = _frozen(pk)
    plan = found_plan(pk)
    tag = f'"{plan.instance.digest[:32] if plan.instance else ""}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    content = json.dumps(lines_of(frozen), separators=(",", ":")).encode()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, 5, mtime=0), "gzip"
    return HttpResponse(content, content_type="application/json", headers=headers)


def _frozen(pk: int) -> Frozen:
    plan = found_plan(pk)
    frozen = frozen_of(plan) if plan.instance_id is not None else None
    if frozen is None or frozen.graph is None:
        raise Http404
    return frozen


@page(Right.READ_PLANS)
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Why two parcels are adjacent in a plan or are not, and what people decided about them.

    The address names them by code (``first``, ``second``), or by the row of the line (``edge`` or ``refused``).
    """
    frozen = _frozen(pk)
    said = _asked(request, frozen)
    context = _decided(request, said.first, said.second) | {"plan": found_plan(pk), "said": said}
    whole = request.headers.get("HX-Request") != "true"
    return render(request, "planning/pair_page.html" if whole else "planning/pair.html", context)


def _asked(request: HttpRequest, frozen: Frozen) -> Said:
    asked = request.GET
    for name, count in (("edge", len(frozen.edges)), ("refused", len(frozen.graph.refused) if frozen.graph else 0)):
        row = asked.get(name, "")
        if not row:
            continue
        if not row.isdecimal() or int(row) >= count:
            raise Http404
        held: Any = frozen.edges.iloc[int(row)] if name == "edge" else frozen.graph.refused[int(row)]  # type: ignore[union-attr]
        return said_of(frozen, str(held["a"]), str(held["b"]))
    first, second = asked.get("first", "").strip(), asked.get("second", "").strip()
    if first == second or not {first, second} <= frozen.position.keys():
        raise Http404
    return said_of(frozen, first, second)


def _decided(request: HttpRequest, first: str, second: str) -> dict[str, Any]:
    """Decisions about a pair, and the form for another one."""
    held = queries.about(first, second) if first and second else []
    stands = held[0] if held and held[0].verdict != PairVerdict.WITHDRAWN else None
    form = None
    if has_right(request.user, Right.MAKE_PLANS):
        form = PairForm(initial={"first": first, "second": second}, stands=stands is not None)
    return {"first": first, "second": second, "decided": held, "stands": stands, "pair_form": form}


@page(Right.READ_PLANS, methods=("GET", "POST"), write=Right.MAKE_PLANS)
def decision(request: HttpRequest) -> HttpResponse:
    """What people decided about two parcels, whatever the plan; an analyst decides or takes the decision back."""
    part = request.headers.get("HX-Request") == "true"
    template = "planning/pair_decided.html" if part else "planning/decision.html"
    if request.method != "POST":
        first, second = (request.GET.get(name, "").strip()[:40] for name in ("first", "second"))
        return render(request, template, _decided(request, first, second))
    form = PairForm(request.POST, stands=True)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if data["verdict"] == PairVerdict.WITHDRAWN:
                kept = actions.withdraw_pair(data["first"], data["second"], data["reason"], by=request.user)
            else:
                kept = actions.decide_pair(
                    data["first"], data["second"], data["verdict"], data["reason"], data["on"], by=request.user
                )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if part:
                return render(request, template, _decided(request, kept.first, kept.second) | {"kept": kept})
            return redirect(decision_address(kept))
    first, second = (str(request.POST.get(name, "")).strip()[:40] for name in ("first", "second"))
    context = _decided(request, first, second) | {"pair_form": form}
    return render(request, template, context, status=200 if part else 422)


@page(Right.READ_PLANS)
def decisions(request: HttpRequest) -> HttpResponse:
    """The newest decision about each pair, as a table and as Excel."""
    table = DataTable(request, queries.newest(), DECISIONS, order="-pk", title=_("相邻决定"))
    if table.wants_excel:
        return table.excel(_("相邻决定"))
    context = {"table": table, "may_make": has_right(request.user, Right.MAKE_PLANS)}
    return render(request, "planning/decisions.html", context)
