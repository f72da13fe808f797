"""The firm card: account sheet, land, figures over the years, grades, objections."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.audit.actions import log_amounts_view
from mujun.web.evaluations.cards import queries
from mujun.web.evaluations.objections.queries import window_for_run
from mujun.web.pages.excel import workbook_response
from mujun.web.pages.firms.account import ObjectionLinks, account_lines, account_view
from mujun.web.pages.firms.holdings import holdings_view
from mujun.web.people.rights import Right, Scope, has_right, page, scope_of


def _found(request: HttpRequest, firm_id: str, scope: Scope) -> queries.Found:
    found = queries.find_firm(firm_id, scope, request.user)
    if found is None:
        raise Http404(_("没有这家企业，或它不在您的范围内。"))
    return found


def _wanted_run(request: HttpRequest) -> int | None:
    text = request.GET.get("run", "")
    return int(text) if text.isdecimal() and len(text) < 12 else None


@page(Right.READ_REGISTER)
def firm(request: HttpRequest, firm_id: str) -> HttpResponse:
    """Everything about one firm; a look at its amounts is logged."""
    scope = scope_of(request.user)
    found = _found(request, firm_id, scope)
    light = queries.chosen(found.history, _wanted_run(request))
    if light is None and _wanted_run(request) is not None:
        raise Http404(_("这次评价里没有这家企业。"))
    if scope.amounts:
        log_amounts_view(by=request.user, about=f"firm:{firm_id}", run=light.run_id if light else None)
    links = _links(request, light, firm_id)
    holdings = queries.holdings_of(firm_id, timezone.localdate())
    context: dict[str, Any] = {
        "firm": found,
        "amounts": scope.amounts,
        "may_read_drafts": has_right(request.user, Right.READ_DRAFTS),
        "holdings": holdings_view(holdings, firm_id, links, scope.amounts),
    }
    if light is not None:
        account = queries.account_for(light, holdings.register)
        context |= {
            "account": account_view(account, links, amounts=scope.amounts),
            "result": account.result,
            "measures": queries.measures_of(account.result),
            "window": links.window,
        }
    if has_right(request.user, Right.READ_OBJECTIONS):
        context["objections"] = queries.objections_of(firm_id)
    return render(request, "firms/firm.html", context)


def _links(request: HttpRequest, light: Any, firm_id: str) -> ObjectionLinks:
    """Where the figures of the card may be objected to: only inside the notice window and with the right to."""
    window = window_for_run(light.run) if light is not None else None
    may = has_right(request.user, Right.OBJECT) and window is not None and window.open
    return ObjectionLinks(firm_id, light.run_id if light is not None else None, window, may)


@page(Right.READ_RESULTS)
def account_workbook(request: HttpRequest, firm_id: str) -> HttpResponse:
    """The account sheet as Excel; only for those who may read amounts."""
    scope = scope_of(request.user)
    found = _found(request, firm_id, scope)
    light = queries.chosen(found.history, _wanted_run(request))
    if light is None or not scope.amounts:
        raise Http404(_("没有可以导出的算账单。"))
    account = queries.account_for(light)
    if account.sheet is None:
        raise Http404(_("这家企业并入出租方评价，没有单独的算账单。"))
    log_amounts_view(by=request.user, about=f"firm:{firm_id}", run=light.run_id, download=True)
    title = _("{name}{year}年算账单").format(name=found.name, year=light.run.year)
    note = _("{name}（{code}） 评价编号 {run}").format(name=found.name, code=firm_id, run=light.run_id)
    heads = [
        _("步骤"),
        _("项目"),
        _("值"),
        _("单位"),
        _("基准值"),
        _("权重"),
        _("原始得分"),
        _("得分"),
        _("说明"),
        _("出处"),
        _("数据所在单元格"),
    ]
    return workbook_response(title, _("算账单"), heads, account_lines(account.sheet), note=note)
