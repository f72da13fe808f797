"""Accounts: list, card, making and changing one, one-time codes, closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.pages.people.forms import AccountForm, CloseForm, FilterForm
from mujun.web.pages.people.sheet import code_sheet
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people import actions, queries
from mujun.web.people.duties import open_duties
from mujun.web.people.models import User
from mujun.web.people.rights import Right, Role, has_right, page


def _state(user: User) -> str:
    if not user.is_active:
        return _("已关闭")
    return _("待首次登录") if user.must_change_password else _("在用")


COLUMNS = (
    TableColumn("username", gettext_lazy("用户名"), link=lambda row: reverse("person", args=[row.pk]), pin=True),
    TableColumn("display_name", gettext_lazy("姓名")),
    TableColumn("role", gettext_lazy("角色"), value=lambda row: str(row.role_label)),
    TableColumn("towns", gettext_lazy("镇街"), value=lambda row: "、".join(row.towns), sort=None),
    TableColumn("firm_id", gettext_lazy("统一社会信用代码"), "code"),
    TableColumn("state", gettext_lazy("状态"), value=_state, sort=None),
    TableColumn("last_login", gettext_lazy("最近登录"), "date"),
)


@page(Right.READ_ACCOUNTS)
def people(request: HttpRequest) -> HttpResponse:
    """Every account, filtered."""
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.people(
        role=wanted.get("role", ""),
        town=wanted.get("town", ""),
        state=wanted.get("state", ""),
        text=wanted.get("q", ""),
    )
    table = DataTable(request, rows, COLUMNS, order="username", title=_("账号"))
    if table.wants_excel:
        return table.excel(_("账号"))
    return render(request, "people/list.html", {"table": table, "form": form, "may_change": _may_change(request)})


@page(Right.ACCOUNTS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Make one account; the answer is its one-time code to print."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_accounts(accounts=[form.account], by=_me(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return code_sheet(request, made)
    return render(request, "people/new.html", {"form": form}, status=422 if form.errors else 200)


@page(Right.READ_ACCOUNTS, methods=("GET", "POST"), write=Right.ACCOUNTS)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it may do, its tokens and history; administrators change it here."""
    user = get_object_or_404(User, pk=pk)
    form = AccountForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(user=user, account=form.account, by=_me(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
            user.refresh_from_db()
        else:
            messages.success(request, _("账号已修改。"))
            return redirect("person", pk=pk)
    context = {
        "person": user,
        "form": form,
        "state": _state(user),
        "events": queries.history(f"user:{user.username}"),
        "duties": open_duties(user),
        "may_change": _may_change(request),
        "last_administrator": queries.last_administrator(user),
    }
    return render(request, "people/person.html", context, status=422 if form.errors else 200)


@page(Right.ACCOUNTS, methods=("POST",))
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a fresh one-time code (forgotten password) and show it for printing."""
    user = get_object_or_404(User, pk=pk)
    try:
        return code_sheet(request, actions.issue_codes(users=[user], by=_me(request)))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk=pk)


@page(Right.ACCOUNTS, methods=("GET", "POST"))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would pass to whom, then close the account."""
    user = get_object_or_404(User, pk=pk)
    form = CloseForm(request.POST or None)
    field: Any = form.fields["successor"]
    field.queryset = queries.successors_for(user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.close_account(user=user, by=_me(request), successor=data["successor"], reason=data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("账号 {name} 已关闭。").format(name=user.username))
            return redirect("people")
    context = {
        "person": user,
        "form": form,
        "duties": open_duties(user),
        "towns": user.towns if user.role == Role.TOWN else [],
        "tokens": user.tokens.filter(revoked_at=None).count(),
    }
    return render(request, "people/close.html", context, status=422 if form.errors else 200)


@page(Right.ACCOUNTS, methods=("POST",))
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again, with a one-time code."""
    user = get_object_or_404(User, pk=pk)
    try:
        fresh = actions.reopen_account(user=user, by=_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", pk=pk)
    return code_sheet(request, [(user, fresh)])


def _me(request: HttpRequest) -> User:
    me = request.user
    assert isinstance(me, User)
    return me


def _may_change(request: HttpRequest) -> bool:
    return has_right(request.user, Right.ACCOUNTS)
