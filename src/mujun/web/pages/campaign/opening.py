"""What the office does with blocks: open by hand after a rehearsal, change, announce, take in and let go, close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.queries import blocks as queries
from mujun.web.campaign.queries.rehearsal import Rehearsal, codes_in, rehearse
from mujun.web.campaign.stages import standings
from mujun.web.pages.campaign import forms
from mujun.web.pages.campaign.views import found_block, open_codes
from mujun.web.people.rights import Right, page, scope_of


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Open a block by hand: first what it takes in, then the act."""
    form = forms.OpenForm(request.POST or None, initial={"codes": request.GET.get("codes", "")})
    found: Rehearsal | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = rehearse(codes_in(data["codes"]), timezone.localdate())
        if request.POST.get("step") == "act" and not found.obstacles:
            block = actions.NewBlock(data["name"], codes_in(data["codes"]), mode=data["mode"])
            try:
                [made] = actions.open_blocks(
                    "", [block], basis=data["basis"], published_on=data["published_on"], by=request.user
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("区块 {block} 已建立。请指定牵头领导、专班和计划日期。").format(block=made))
                return redirect("block_edit", pk=made.pk)
    return render(request, "campaign/new.html", {"form": form, "found": found}, status=422 if form.errors else 200)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take further parcels in: first what comes in, then the act."""
    block = found_block(request, pk)
    form = forms.AddForm(request.POST or None)
    found: Rehearsal | None = None
    if request.method == "POST" and form.is_valid():
        codes = codes_in(form.cleaned_data["codes"])
        found = rehearse(codes, timezone.localdate())
        if request.POST.get("step") == "act" and not found.obstacles:
            try:
                actions.add_parcels(pk, codes, by=request.user)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("已划入 {n} 宗。").format(n=len(found.lands)))
                return redirect("block", pk=pk)
    context = {"form": form, "found": found, "held": block}
    return render(request, "campaign/new.html", context, status=422 if form.errors else 200)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, mode, leader, team and planned days."""
    block = found_block(request, pk)
    held = standings(queries.records_of(block), queries.decisions_of(block))
    form = forms.BlockForm(request.POST or None, block=block, held=held)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        planned = {stage: day for stage, day in form.planned().items() if f"plan_{stage}" in form.changed_data}
        try:
            actions.change_block(
                pk, name=data["name"], mode=data["mode"], leader=data["leader"], team=list(data["team"]),
                basis=data["basis"], planned=planned, by=request.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存。"))
            return redirect("block", pk=pk)
    context = {"form": form, "held": block}
    return render(request, "campaign/edit.html", context, status=422 if form.errors else 200)


def _act(
    request: HttpRequest, pk: int, form: Any, title: str, lead: str, button: str, act: Callable[[], str]
) -> HttpResponse:
    """A page with one small form that does one thing."""
    block = found_block(request, pk)
    if request.method == "POST" and form.is_valid():
        try:
            sentence = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, sentence)
            return redirect("block", pk=pk)
    context = {"form": form, "held": block, "title": title, "lead": lead, "button": button}
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let parcels go with a reason."""
    rows = list(queries.parcels_in_scope(scope_of(request.user)).filter(block=found_block(request, pk), to_day=None))
    form = forms.ReleaseForm(request.POST or None, rows=rows)

    def act() -> str:
        data = form.cleaned_data
        actions.release_parcels(pk, data["parcels"], data["reason"], by=request.user)
        return _("{n} 宗已退出区块。").format(n=len(data["parcels"]))

    lead = _("退出从今天起生效，原因会告知查询的企业；已验收的面积仍然计入。")
    return _act(request, pk, form, _("宗地退出"), lead, _("退出区块"), act)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce the block."""
    form = forms.PublishForm(request.POST or None)

    def act() -> str:
        actions.publish_block(pk, form.cleaned_data["published_on"], by=request.user)
        return _("区块已公布，企业现在可以查到。")

    lead = _("公布后，区块内的企业查询时会得到“在范围内”的答复；公布不能收回，只能让宗地退出或撤销区块。")
    return _act(request, pk, form, _("公布区块"), lead, _("公布"), act)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the block up."""
    form = forms.ReasonForm(request.POST or None)

    def act() -> str:
        actions.close_block(pk, form.cleaned_data["reason"], by=request.user)
        return _("区块已撤销，记录保留。")

    lead = _("撤销后所有宗地退出，区块不能再改；已验收的面积仍然计入，记录和照片保留。")
    return _act(request, pk, form, _("撤销区块"), lead, _("撤销区块"), act)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def party(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an owner or tenant that the register does not have."""
    codes = open_codes(found_block(request, pk), scope_of(request.user))
    form = forms.PartyForm(request.POST or None, codes=codes)

    def act() -> str:
        data = form.cleaned_data
        actions.add_party(
            pk, data["parcel_id"], data["kind"], data["name"], data["firm_id"], data["floor_area_m2"], by=request.user
        )
        return _("已登记。")

    lead = _("登记簿里没有的权利人或承租人，例如没有备案的租户。")
    return _act(request, pk, form, _("增加一户"), lead, _("登记"), act)


@page(Right.OPEN_BLOCKS, methods=("GET", "POST"))
def strike(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Strike a party entered in error."""
    block = found_block(request, pk)
    held = queries.parties_in_scope(scope_of(request.user)).filter(block=block, pk=number).first()
    if held is None:
        raise Http404
    form = forms.ReasonForm(request.POST or None)

    def act() -> str:
        actions.strike_party(number, form.cleaned_data["reason"], by=request.user)
        return _("已划去，不再计入户数。")

    lead = _("只用于登记有误的户（例如已经搬走、重复登记）。不同意的户请登记意愿，不要划去。")
    return _act(request, pk, form, _("划去“{party}”").format(party=held), lead, _("划去"), act)
