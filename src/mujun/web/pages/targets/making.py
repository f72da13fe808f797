"""The life of a target on pages: made from a sentence, changed, given a formula, broken down, signed, ended, reported."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.targets.breakdown import Part, Rule, check
from mujun.targets.statement import Bound
from mujun.web.pages.downloads import file_response
from mujun.web.pages.targets import target_forms as forms
from mujun.web.pages.targets.acting import act_page
from mujun.web.pages.targets.forms import ReasonForm, TownField
from mujun.web.pages.targets.statements import found_statement, place_of
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.targets import actions
from mujun.web.targets.breakdowns import rules, verdict_of
from mujun.web.targets.files import EVIDENCE
from mujun.web.targets.models import BreakdownRule, MonthlyReport, StatementChange, Target, TargetState
from mujun.web.targets.queries.documents import usual_days, usual_formula
from mujun.web.targets.queries.ledger import targets_in_scope


def found_target(request: HttpRequest, pk: int) -> Target:
    """The target, where it lies inside the scope."""
    return get_object_or_404(targets_in_scope(scope_of(request.user)), pk=pk)


def card_address(pk: int) -> str:
    """The card of a target."""
    return reverse("target", args=[pk])


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a target from a confirmed statement."""
    held = found_statement(request, pk)
    starts_on, due_on = usual_days(held)
    initial = {"name": held.metric, "starts_on": starts_on, "due_on": due_on, "town": held.document.town,
               "formula": usual_formula(held)}  # fmt: skip
    form = forms.TargetForm(request.POST or None, initial=initial, rate=held.change != StatementChange.LEVEL)

    def act(_data: dict[str, Any]) -> tuple[str, str]:
        made = actions.make_target(pk, form.terms(), by=request.user)
        return _("已立为目标 {number}（草稿）。请分解后下达。").format(number=made.number), card_address(made.pk)

    return act_page(
        request, form, act, title=_("立为目标"), button=_("立为目标"), back=place_of(held), crumb=held.document.title,
        template="targets/make.html", statement=held, figures=forms.figures(),
    )  # fmt: skip


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    held = found_target(request, pk)
    newest = held.formulas.order_by("-version").first()
    initial = {name: getattr(held, name) for name in forms.TargetForm.base_fields if name not in ("formula", "town")}
    initial["formula"] = newest.text if newest is not None else "reported"
    form = forms.TargetForm(request.POST or None, initial=initial, rate=held.change != StatementChange.LEVEL, made=held)

    def act(_data: dict[str, Any]) -> tuple[str, str]:
        actions.change_target(pk, form.terms(), by=request.user)
        return _("已保存。"), card_address(pk)

    return act_page(
        request, form, act, title=_("修改目标"), button=_("保存"), back=card_address(pk), crumb=str(held),
        template="targets/make.html", statement=held.statement, figures=forms.figures(),
    )  # fmt: skip


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def formula(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a target another formula."""
    held = found_target(request, pk)
    newest = held.formulas.order_by("-version").first()
    form = forms.FormulaForm(request.POST or None, initial={"formula": newest.text if newest else ""})

    def act(data: dict[str, Any]) -> tuple[str, str]:
        made = actions.set_formula(pk, data["formula"], data["note"], by=request.user)
        return _("算式已更新为第 {version} 版。").format(version=made.version), card_address(pk)

    return act_page(
        request, form, act, title=_("实绩算式"), button=_("保存"), back=card_address(pk), crumb=str(held),
        template="targets/make.html", figures=forms.figures(), lead=_("以前的版本都保留；目标下达后改算式要写明原因。"),
    )  # fmt: skip


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Break a draft down; whether it adds up is said before and after it is kept."""
    held = found_target(request, pk)
    rows = forms.PartFormSet(request.POST or None, initial=_rows(held), prefix="part")
    rule = request.POST.get("rule", held.rule)
    refusal = ""
    if request.method == "POST" and rows.is_valid():
        named = [form.part(held) for form in rows]
        try:
            actions.break_down(pk, [part for part in named if part is not None], rule=rule, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            return redirect(f"{card_address(pk)}#parts")
    context = {
        "held": held, "rows": rows, "rule": rule, "rules": BreakdownRule.choices, "refusal": refusal,
        "verdict": _verdict(held, rows, rule) if request.method == "POST" else verdict_of(held),
    }  # fmt: skip
    return render(request, "targets/parts.html", context, status=422 if refusal or rows.total_error_count() else 200)


def _rows(held: Target) -> list[dict[str, Any]]:
    """The parts there are, or a row for each town where there are none."""
    fields = ("pk", "name", "level", "town", "block", "owner_unit", "owner", "value", "weight")
    found = [
        {name: getattr(part, name) for name in fields}
        for part in held.parts.exclude(state=TargetState.WITHDRAWN)
        .select_related("block", "owner")
        .order_by("place", "pk")
    ]
    for row in found:
        for name in ("value", "weight"):
            if row[name] is not None:
                row[name] = f"{row[name].normalize():f}"
    if found or held.town:
        return found
    town = TownField()
    town.offer()
    return [{"level": "town", "town": name} for name in town.names]


def _verdict(held: Target, rows: Any, rule: str) -> Any:
    """Whether what was typed adds up."""
    if not rows.is_valid() or rule not in BreakdownRule.values:
        return None
    named = [one for one in (form.part(held) for form in rows) if one is not None]
    typed = [Part(one.name or "—", one.value, one.weight) for one in named]
    return check(held.value, held.unit, Bound(held.bound), typed, Rule(rule), over_share=rules().over_share)


@page(Right.MAKE_TARGETS, methods=("POST",))
def parts_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the rows as they are typed add up, as a fragment; nothing is kept."""
    held = found_target(request, pk)
    rows = forms.PartFormSet(request.POST, initial=_rows(held), prefix="part")
    verdict = _verdict(held, rows, request.POST.get("rule", held.rule))
    return render(request, "targets/verdict.html", {"verdict": verdict})


@page(Right.SIGN_TARGETS, methods=("GET", "POST"))
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a target with its parts in force."""
    held = found_target(request, pk)

    def act(_data: dict[str, Any]) -> tuple[str, str]:
        actions.sign_target(pk, by=request.user)
        return _("目标 {number} 已下达，各分解项同时生效。").format(number=held.number), card_address(pk)

    return act_page(
        request, forms.SignForm(request.POST or None, user=request.user), act, title=_("下达目标"), button=_("签字下达"),
        back=card_address(pk), crumb=str(held), lead=_("下达前会检查：分解对得上，每项都有责任人，实绩算得出来。"),
    )  # fmt: skip


ENDS = {"reopen": actions.reopen_target, "close": actions.close_target, "withdraw": actions.withdraw_target}


@page(Right.SIGN_TARGETS, methods=("GET", "POST"))
def end(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Make a target in force a draft again, settle it, or take it back."""
    held = found_target(request, pk)
    titles = {
        "reopen": (_("退回重编"), _("目标回到草稿，改好后要重新下达。")),
        "close": (_("办结目标"), _("办结后不再亮灯和督办，记录留在台账。")),
        "withdraw": (_("撤销目标"), _("撤销后这条表述可以重新立为目标；记录保留。")),
    }
    if step not in titles:
        raise Http404
    title, lead = titles[step]

    def act(data: dict[str, Any]) -> tuple[str, str]:
        ENDS[step](pk, data["reason"], by=request.user)
        return f"{title}：{held}", reverse("targets") if step == "withdraw" else card_address(pk)

    return act_page(
        request, forms.EndForm(request.POST or None, user=request.user), act, title=title, button=title, lead=lead,
        back=card_address(pk), crumb=str(held),
    )  # fmt: skip


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft back."""
    held = found_target(request, pk)
    if held.state != TargetState.DRAFT:
        raise Http404

    def act(data: dict[str, Any]) -> tuple[str, str]:
        actions.withdraw_target(pk, data["reason"], by=request.user)
        return _("草稿已撤销。"), reverse("targets")

    return act_page(
        request, ReasonForm(request.POST or None), act, title=_("撤销草稿"), button=_("撤销草稿"), back=card_address(pk),
        crumb=str(held),
    )  # fmt: skip


@page(Right.REPORT_TARGETS, methods=("GET", "POST"))
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a month, with evidence; a month reported before is corrected."""
    held = found_target(request, pk)
    form = forms.ReportForm(request.POST or None, request.FILES or None, target=held)

    def act(data: dict[str, Any]) -> tuple[str, str]:
        month = dt.date.fromisoformat(data["month"])
        actions.report_month(pk, month, data["value"], data["file"], data["note"], by=request.user)
        return _("已填报 {month}。").format(month=f"{month:%Y-%m}"), f"{card_address(pk)}#reports"

    return act_page(
        request,
        form,
        act,
        title=_("填报月报"),
        button=_("填报"),
        back=card_address(pk),
        crumb=str(held),
        multipart=True,
    )


@page(Right.READ_TARGETS)
def evidence(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The evidence of one report, as a download."""
    held = get_object_or_404(MonthlyReport, target=found_target(request, pk), pk=number)
    path = EVIDENCE.path_of(held.path)
    if not path.is_file():
        raise Http404(_("这个文件不在了，请联系管理员从备份恢复。"))
    return file_response(path, held.name)
