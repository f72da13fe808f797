"""What people do to a case. Every act goes through the engine; what it refuses says who can."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.definition import RATE, REOPEN
from mujun.cases.engine import Option
from mujun.web.cases import actions
from mujun.web.cases.queries import CaseCard
from mujun.web.cases.queries.people import units_known
from mujun.web.pages.cases.cards import card_context, found_card
from mujun.web.pages.cases.forms import ActForm, AttachForm, RateForm
from mujun.web.pages.cases.words import steps_of
from mujun.web.people.rights import Right, page


@page(Right.RAISE_CASES, methods=("GET", "POST"))
def step(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Take one step of the list, with all that it asks for."""
    held, part = found_card(request, pk), request.GET.get("part", "")
    if move == RATE:  # it has a form of its own, on the card
        return redirect(f"{reverse('case', args=[pk])}#rate")
    option = next((one for one in held.options if (one.action, one.part) == (move, part)), None)
    if option is None:
        return _refused(request, held, move, part)
    units = units_known() if option.assigns or option.splits else []
    form = ActForm(
        request.POST or None, request.FILES or None, definition=held.definition, option=option,
        values={key: value for key, value in held.case.fields.items() if key not in held.hidden}, held=option.held, units=units,
    )  # fmt: skip
    # A step that asks for nothing has an empty form, which is sent all the same.
    if request.method == "POST":
        form.is_bound = True
        if form.is_valid() and _done(request, pk, option, form):
            return redirect("case", pk=pk)
    target = next(one for one in steps_of(held) if one.option == option)
    context = {"form": form, "card": held, "case": held.case, "step": target, "units": units}
    return render(request, "cases/act.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, pk: int, option: Option, form: ActForm) -> bool:
    event = form.event()
    try:
        if option.action == REOPEN:
            actions.reopen(pk, event["reason"], by=request.user)
        else:
            actions.act(pk, option.action, **event, by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已办理：{label}。").format(label=option.label))
    return True


def _refused(request: HttpRequest, held: CaseCard, move: str, part: str) -> HttpResponse:
    """Say why a step cannot be taken here, and who can take it."""
    wanted = next((one for one in steps_of(held) if (one.key, one.part) == (move, part)), None)
    if wanted is None:
        sentence = _("现在是“{state}”，没有这一步；页面可能已经过时，下面是最新的情况。").format(state=held.state_label)
    else:
        who = _("、").join(wanted.who)
        sentence = _("您不能办理“{label}”，应由{who}办理。").format(label=wanted.label, who=who)
    messages.error(request, sentence)
    return redirect("case", pk=held.case.pk)


@page(Right.RAISE_CASES, methods=("POST",))
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Rate the end of a case."""
    held, form = found_card(request, pk), RateForm(request.POST)
    if form.is_valid():
        try:
            actions.rate(pk, form.cleaned_data["stars"], form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            low = held.definition.reopening and form.cleaned_data["stars"] <= (_least(held))
            messages.success(
                request,
                _("谢谢您的评价。如果问题没有解决，可以重新打开这件事。") if low else _("谢谢您的评价。"),
            )
            return redirect("case", pk=pk)
    return render(request, "cases/card.html", card_context(request, held, form), status=422)


def _least(held: CaseCard) -> int:
    return held.definition.rating.reason_at_most if held.definition.rating else 0


@page(Right.RAISE_CASES, methods=("GET", "POST"))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in evidence without a step."""
    held = found_card(request, pk)
    form = AttachForm(request.POST or None, request.FILES or None, definition=held.definition)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            actions.attach(pk, data["kind"], data["papers"], data["note"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("材料已保存。"))
            return redirect("case", pk=pk)
    context: dict[str, Any] = {"form": form, "card": held, "case": held.case, "attaching": True, "units": []}
    return render(request, "cases/act.html", context, status=422 if _has_errors(form) else 200)


def _has_errors(form: forms.Form) -> bool:
    return form.is_bound and bool(form.errors)
