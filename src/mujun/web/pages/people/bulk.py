"""Accounts in bulk: a list is rehearsed, the same page then makes the accounts."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import MujunError
from mujun.web.pages.downloads import file_response
from mujun.web.pages.excel import CONTENT_TYPE
from mujun.web.pages.people.forms import ListForm
from mujun.web.pages.people.sheet import code_sheet
from mujun.web.people import actions
from mujun.web.people.actions import NewAccount
from mujun.web.people.imports import read_accounts, template_bytes
from mujun.web.people.rights import Right, page
from mujun.web.register.models import MODELS

LARGEST = 5 * 2**20
SALT = "mujun.people.bulk"
REHEARSAL_SECONDS = 2 * 3600


@page(Right.ACCOUNTS, methods=("GET", "POST"))
def rehearse(request: HttpRequest) -> HttpResponse:
    """Read a list and show line by line what would be made; nothing is made yet."""
    form = ListForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            lines = _read(form.cleaned_data["file"])
        except MujunError as error:
            form.add_error("file", str(error))
        else:
            wrong = sum(bool(line.faults) for line in lines)
            accounts = [dataclasses.asdict(line.account) for line in lines]
            signed = "" if wrong else signing.dumps({"by": request.user.pk, "accounts": accounts}, salt=SALT)
            context |= {"lines": lines, "wrong": wrong, "signed": signed}
    return render(request, "people/import.html", context, status=422 if form.errors else 200)


@page(Right.ACCOUNTS, methods=("POST",))
def act(request: HttpRequest) -> HttpResponse:
    """Make the accounts of a rehearsed list, all or none; the answer is the sheet of codes."""
    me: Any = request.user
    try:
        rehearsed = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=REHEARSAL_SECONDS)
        if rehearsed["by"] != me.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        messages.error(request, _("这次预演已失效，没有开设账号。请重新上传名单。"))
        return redirect("people_import")
    try:
        accounts = [NewAccount(**{**one, "towns": tuple(one["towns"])}) for one in rehearsed["accounts"]]
        return code_sheet(request, actions.make_accounts(accounts=accounts, by=me))
    except MujunError as error:
        messages.error(request, _("没有开设任何账号：{why}").format(why=error))
        return redirect("people_import")


@page(Right.ACCOUNTS)
def template(request: HttpRequest) -> HttpResponse:
    """The empty list to fill in."""
    return file_response(io.BytesIO(template_bytes()), _("人员名单.xlsx"), CONTENT_TYPE)


def _read(file: Any) -> list[Any]:
    if file.size > LARGEST:
        raise MujunError(_("文件超过5兆字节。"), next_step=_("人员名单不需要这么大，请检查是否选错了文件。"))
    known = {
        column: MODELS[table].objects.filter(until=None).values_list(column, flat=True).distinct()
        for table, column in (("parcels", "town"), ("firms", "firm_id"))
    }
    return read_accounts(file.read(), towns=known["town"], firms=known["firm_id"])
