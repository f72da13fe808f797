"""Supervision orders: the list, one order with what was done about it, issuing, replying, sending back, closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.web.pages.downloads import file_response
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.pages.targets import target_forms as forms
from mujun.web.pages.targets.acting import act_page
from mujun.web.pages.targets.making import card_address, found_target
from mujun.web.pages.templatetags.ledger import LIGHTS, light
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.targets import actions
from mujun.web.targets.files import EVIDENCE
from mujun.web.targets.models import OrderEntry, OrderState, SupervisionOrder
from mujun.web.targets.owners import may_report
from mujun.web.targets.queries.ledger import line_of
from mujun.web.targets.queries.orders import entries_of, orders_in_scope

USUAL_DAYS = 14


def address_of(order: SupervisionOrder) -> str:
    """The page of an order."""
    return reverse("order", args=[order.pk])


def _overdue(order: SupervisionOrder) -> str:
    days = (timezone.localdate() - order.due_on).days
    return _("逾期 {n} 天").format(n=days) if order.open and days > 0 else ""


COLUMNS = (
    TableColumn("number", gettext_lazy("编号"), link=address_of, pin=True, nowrap=True),
    TableColumn("target", gettext_lazy("目标"), value=lambda order: str(order.target), sort="target__number",
                link=lambda order: card_address(order.target_id)),
    TableColumn("colour", gettext_lazy("签发时的灯"), value=lambda order: LIGHTS[order.colour],
                draw=lambda order: light(order.colour), nowrap=True),
    TableColumn("owner", gettext_lazy("责任单位和责任人"), sort="owner_unit",
                value=lambda order: " ".join(filter(None, [order.owner_unit, order.owner and order.owner.display_name]))),
    TableColumn("issued_on", gettext_lazy("签发日期"), "date", nowrap=True),
    TableColumn("due_on", gettext_lazy("办理期限"), "date", nowrap=True),
    TableColumn("state", gettext_lazy("状态"), value=lambda order: order.get_state_display(), nowrap=True),
    TableColumn("late", gettext_lazy("逾期"), value=_overdue, sort=None, nowrap=True),
    TableColumn("demand", gettext_lazy("督办要求"), clip=True),
)  # fmt: skip


@page(Right.READ_TARGETS)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders inside the scope, as a table and as Excel."""
    rows = orders_in_scope(scope_of(request.user))
    state = request.GET.get("state", "")
    if state in OrderState.values:
        rows = rows.filter(state=state)
    table = DataTable(request, rows, COLUMNS, order="-issued_on", title=_("督办单"))
    if table.wants_excel:
        return table.excel(_("督办单"))
    return render(request, "targets/orders.html", {"table": table, "state": state, "states": OrderState.choices})


def found_order(request: HttpRequest, pk: int) -> SupervisionOrder:
    """The order, where its target lies inside the scope."""
    return get_object_or_404(orders_in_scope(scope_of(request.user)), pk=pk)


@page(Right.READ_TARGETS)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order with its replies."""
    held = found_order(request, pk)
    context = {
        "held": held, "entries": entries_of(held), "late": _overdue(held),
        "may_reply": held.open and (held.owner_id == request.user.pk or may_report(request.user, held.target)),
        "may_settle": has_right(request.user, Right.SIGN_TARGETS) and held.state == OrderState.REPLIED,
    }  # fmt: skip
    return render(request, "targets/order.html", context)


@page(Right.SIGN_TARGETS, methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue an order for a target whose light is red or yellow."""
    held = found_target(request, pk)
    line = line_of(held, timezone.localdate())
    demand = _("请在期限内查明原因，拿出追赶措施：{sentence}").format(sentence=line.light.sentence)
    initial = {"demand": demand, "due_on": timezone.localdate() + dt.timedelta(days=USUAL_DAYS)}

    def act(data: dict[str, Any]) -> tuple[str, str]:
        made = actions.issue_order(pk, data["demand"], data["due_on"], by=request.user)
        return _("督办单{order}已签发。").format(order=made.number), address_of(made)

    return act_page(
        request, forms.OrderForm(request.POST or None, initial=initial), act, title=_("签发督办单"), button=_("签发"),
        back=card_address(pk), crumb=str(held), lead=f"{line.light.label}：{line.light.sentence}",
    )  # fmt: skip


@page(Right.REPORT_TARGETS, methods=("GET", "POST"))
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an order."""
    held = found_order(request, pk)
    form = forms.ReplyForm(request.POST or None, request.FILES or None)

    def act(data: dict[str, Any]) -> tuple[str, str]:
        actions.reply_order(pk, data["text"], data["file"], by=request.user)
        return _("已回复督办单{order}。").format(order=held.number), address_of(held)

    return act_page(
        request, form, act, title=_("回复督办单"), button=_("回复"), back=address_of(held), crumb=held.number, multipart=True,
        lead=held.demand,
    )  # fmt: skip


@page(Right.SIGN_TARGETS, methods=("GET", "POST"))
def settle(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Send a reply back, or close the order."""
    held = found_order(request, pk)
    titles = {"return": _("退回重办"), "close": _("销号")}
    if step not in titles:
        raise Http404

    def act(data: dict[str, Any]) -> tuple[str, str]:
        (actions.return_order if step == "return" else actions.close_order)(pk, data["text"], by=request.user)
        return f"{titles[step]}：{held.number}", address_of(held)

    return act_page(
        request, forms.SettleForm(request.POST or None), act, title=titles[step], button=titles[step],
        back=address_of(held), crumb=held.number,
    )  # fmt: skip


@page(Right.READ_TARGETS)
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The evidence of one reply, as a download."""
    held = get_object_or_404(OrderEntry.objects.exclude(path=""), order=found_order(request, pk), pk=number)
    path = EVIDENCE.path_of(held.path)
    if not path.is_file():
        raise Http404(_("这个文件不在了，请联系管理员从备份恢复。"))
    return file_response(path, held.name)
