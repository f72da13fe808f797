"""What a leader signs: decisions against the usual order, and freed land."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.models import BlockParcel, Stage
from mujun.web.campaign.queries import blocks as queries
from mujun.web.pages.campaign import forms
from mujun.web.pages.campaign.views import found_block
from mujun.web.people.rights import Right, page, scope_of


@page(Right.SIGN_BLOCKS, methods=("GET", "POST"))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide to go on without all signatures, or to skip a stage."""
    block = found_block(request, pk)
    form = forms.DecideForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        stage = Stage(data["stage"]) if data["stage"] else Stage.SIGN
        try:
            actions.decide(pk, data["kind"], stage, data["reason"], data["paper"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("决定已签字，记入区块历史。"))
            return redirect("block", pk=pk)
    context = {
        "form": form, "held": block, "title": _("作出决定"), "button": _("签字决定"), "multipart": True,
        "lead": _("决定连同文件长期保留，不能修改。"),
    }  # fmt: skip
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)


def _not_yet(request: HttpRequest, block: Any) -> list[BlockParcel]:
    """The parcels of the block that nobody has accepted."""
    scope = scope_of(request.user)
    done = set(queries.acceptances_in_scope(scope).values_list("parcel_id", flat=True))
    rows = queries.parcels_in_scope(scope).filter(block=block, to_day=None)
    return [row for row in rows if row.parcel_id not in done]


@page(Right.SIGN_BLOCKS, methods=("GET", "POST"))
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept freed land of one parcel."""
    block = found_block(request, pk)
    rows = _not_yet(request, block)
    initial = {"on": timezone.localdate(), "parcel_id": request.GET.get("parcel", "")}
    form = forms.AcceptForm(request.POST or None, request.FILES or None, rows=rows, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.accept_land(
                pk, data["parcel_id"], data["area_mu"], data["on"], data["note"], data["paper"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            sentence = _("宗地 {code} 已验收 {area:.4f} 亩，计入已验收腾出面积。")
            messages.success(request, sentence.format(code=made.parcel_id, area=made.area_mu))
            return redirect("block", pk=pk)
    context = {
        "form": form, "held": block, "title": _("验收腾出土地"), "button": _("签字验收"), "multipart": True,
        "lead": _("每宗只计一次；分割、合并前已经验收过的部分不会重复计入。"),
    }  # fmt: skip
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)


@page(Right.SIGN_BLOCKS, methods=("GET", "POST"))
def revoke(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take an acceptance back."""
    block = found_block(request, pk)
    held = queries.acceptances_in_scope(scope_of(request.user)).filter(block=block, pk=number).first()
    if held is None:
        raise Http404
    form = forms.RevokeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_acceptance(number, form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("验收已撤销，不再计入；原记录保留。"))
            return redirect("block", pk=pk)
    title = _("撤销宗地 {code} 的验收").format(code=held.parcel_id)
    context = {"form": form, "held": block, "title": title, "button": _("签字撤销"), "lead": ""}
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)
