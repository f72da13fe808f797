"""What people do in the field, mostly on a phone: stages, consent, photographs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.files import DRAWER
from mujun.web.campaign.models import Block, Stage
from mujun.web.campaign.queries import blocks as queries
from mujun.web.campaign.queries.progress import block_lines
from mujun.web.campaign.stages import current, standings
from mujun.web.documents import CONTENT_TYPES
from mujun.web.pages.campaign import forms
from mujun.web.pages.campaign.views import found_block, open_codes
from mujun.web.pages.downloads import file_response
from mujun.web.people.rights import Right, has_right, page, scope_of

WEEK = dt.timedelta(days=7)


@page(Right.READ_BLOCKS)
def mine(request: HttpRequest) -> HttpResponse:
    """The own blocks: what is late, what is due this week, what comes next."""
    scope, today = scope_of(request.user), timezone.localdate()
    lines = block_lines(list(queries.my_blocks(request.user, scope)), scope, today)
    due = [line for line in lines if line.due_on is not None and line.due_on <= today + WEEK]
    context = {
        "due": sorted(due, key=lambda line: line.due_on or today),
        "others": [line for line in lines if line not in due],
        "lines": lines,
        "today": today,
        "may_work": has_right(request.user, Right.WORK_BLOCKS),
    }
    return render(request, "campaign/mine.html", context)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """Where somebody came from: the own blocks, or the card."""
    return redirect("my_blocks") if request.GET.get("from") == "mine" else redirect("block", pk=pk)


@page(Right.WORK_BLOCKS, methods=("GET", "POST"))
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete a stage: the day stands ready, a photograph is one tap away."""
    block = found_block(request, pk)
    held = standings(queries.records_of(block), queries.decisions_of(block))
    now = current(held)
    wanted = request.GET.get("stage", "")
    chosen = Stage(wanted) if wanted in Stage.values else (now.stage if now else Stage.REACH)
    form = forms.StageForm(
        request.POST or None, request.FILES or None, initial={"stage": chosen, "on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = Stage(data["stage"])
        try:
            actions.record_stage(pk, chosen, data["on"], data["note"], form.upload, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记录：{block}“{stage}”完成。").format(block=block.name, stage=chosen.label))
            return _back(request, pk)
    context = {"form": form, "held": block, "chosen": chosen, "stages": held, "origin": request.GET.get("from", "")}
    return render(request, "campaign/stage.html", context, status=422 if form.errors else 200)


@page(Right.WORK_BLOCKS, methods=("GET", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the day of a stage; the old record stays."""
    block = found_block(request, pk)
    held = standings(queries.records_of(block), queries.decisions_of(block))
    initial = {"stage": request.GET.get("stage", "")}
    form = forms.CorrectForm(request.POST or None, request.FILES or None, held=held, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.correct_stage(pk, Stage(data["stage"]), data["on"], data["reason"], data["paper"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已更正，原记录保留在历史里。"))
            return redirect("block", pk=pk)
    context = {
        "form": form, "held": block, "title": _("更正阶段日期"), "button": _("更正"), "multipart": True,
        "lead": _("更正会新增一条记录，原记录保留。不填日期表示撤回。"),
    }  # fmt: skip
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)


@page(Right.READ_BLOCKS, methods=("GET", "POST"), write=Right.WORK_BLOCKS)
def consent(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One party: what it said, and the form to say what it says now."""
    block = found_block(request, pk)
    held = queries.parties_in_scope(scope_of(request.user)).filter(block=block, pk=number).first()
    if held is None:
        raise Http404
    initial = {"consent": held.consent, "on": timezone.localdate(), "note": held.note}
    form = forms.ConsentForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_consent(number, data["consent"], data["on"], data["note"], form.upload, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记“{party}”的意愿。").format(party=held))
            return redirect(f"{reverse('block', args=[pk])}#wall")
    context = {
        "form": form, "held": block, "party": held, "may_work": has_right(request.user, Right.WORK_BLOCKS),
        "may_strike": has_right(request.user, Right.OPEN_BLOCKS), "parcel": _parcel(request, block, held.parcel_id),
    }  # fmt: skip
    return render(request, "campaign/party.html", context, status=422 if form.errors else 200)


def _parcel(request: HttpRequest, block: Block, parcel_id: str) -> Any:
    rows = queries.parcels_in_scope(scope_of(request.user))
    return rows.filter(block=block, parcel_id=parcel_id, to_day=None).first()


@page(Right.WORK_BLOCKS, methods=("GET", "POST"))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photograph or file."""
    block = found_block(request, pk)
    codes = open_codes(block, scope_of(request.user))
    form = forms.AttachForm(request.POST or None, request.FILES or None, codes=codes)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.attach(pk, form.upload, parcel_id=data["parcel_id"], note=data["note"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("照片或文件已保存。"))
            return _back(request, pk)
    context = {
        "form": form, "held": block, "title": _("拍照或上传文件"), "button": _("保存"), "multipart": True,
        "lead": _("原样保存并留下校验值；照片里若带有拍摄位置，也会一并保留。"),
    }  # fmt: skip
    return render(request, "campaign/act.html", context, status=422 if form.errors else 200)


@page(Right.READ_BLOCKS)
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One photograph or document as a download; a page may show it as a picture, a browser never as a page."""
    block = found_block(request, pk)
    held = queries.attachments_in_scope(scope_of(request.user)).filter(block=block, pk=number).first()
    if held is None:
        raise Http404
    path = DRAWER.path_of(held.path)
    if not path.is_file():
        raise Http404(_("这个文件不在了，请联系管理员从备份恢复。"))
    kind = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
    answer = file_response(path, held.name, kind)
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
