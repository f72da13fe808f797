"""Statements: what was read, what people decide about it, what they add by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.pages.targets.acting import act_page
from mujun.web.pages.targets.documents import found_document
from mujun.web.pages.targets.forms import AddForm, StatementForm
from mujun.web.pages.targets.reading import Line, clean_span, number_at, part_of
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.targets import actions
from mujun.web.targets.models import DocumentStatement
from mujun.web.targets.queries.documents import decisions_of, documents_in_scope, may_confirm
from mujun.web.targets.queries.ledger import targets_in_scope
from mujun.web.targets.queries.threads import links_of
from mujun.web.targets.words import change_of


def found_statement(request: HttpRequest, pk: int) -> DocumentStatement:
    """The statement, where its document lies inside the scope."""
    rows = DocumentStatement.objects.select_related("document", "decided_by")
    return get_object_or_404(rows.filter(document__in=documents_in_scope(scope_of(request.user)).values("pk")), pk=pk)


def place_of(statement: DocumentStatement) -> str:
    """The address of a statement beside its document."""
    number = number_at(statement.document, statement.start)
    return (
        f"{reverse('document', args=[statement.document_id])}{f'?part={number}' if number > 1 else ''}#s-{statement.pk}"
    )


@page(Right.READ_TARGETS, methods=("GET", "POST"), write=Right.MAKE_TARGETS)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement with its decisions and links; an analyst confirms, mends, refuses it, or takes that back.

    htmx gets the entry of the side panel, with the form to mend it where ``mend`` is asked for.
    """
    held = found_statement(request, pk)
    part = request.headers.get("HX-Request") == "true"
    form = StatementForm(request.POST if _step(request) == "mend" else None, statement=held)
    refusal = ""
    if request.method == "POST":
        try:
            done = _decide(request, held, form)
        except Refused as refused:
            done, refusal = False, str(refused)
        if done and not part:
            return redirect(place_of(held))
        held = found_statement(request, pk)
    context: dict[str, Any] = {
        "line": _line(held), "may": may_confirm(request.user), "refusal": refusal, "form": form,
        "mending": bool(form.errors) or (request.method == "GET" and "mend" in request.GET),
    }  # fmt: skip
    if part:
        return render(request, "targets/statement.html", context)
    context |= {
        "held": held, "decisions": decisions_of(held), "links": links_of(held), "place": place_of(held), "mending": True,
        "targets": targets_in_scope(scope_of(request.user)).filter(statement=held),
    }  # fmt: skip
    return render(request, "targets/statement_page.html", context, status=422 if refusal or form.errors else 200)


def _step(request: HttpRequest) -> str:
    return request.POST.get("step", "") if request.method == "POST" else ""


def _decide(request: HttpRequest, held: DocumentStatement, form: StatementForm) -> bool:
    """Do what was asked for; False where the form is not right yet."""
    step, note = _step(request), request.POST.get("note", "")
    if step == "confirm":
        actions.confirm_statement(held.pk, by=request.user)
    elif step == "refuse":
        actions.refuse_statement(held.pk, note, by=request.user)
    elif step == "undo":
        actions.reopen_statement(held.pk, by=request.user)
    elif step == "mend":
        if not form.is_valid():
            return False
        actions.mend_statement(held.pk, form.said(), note=note, by=request.user)
    else:
        raise Refused(_("没有说明要做什么。"), next_step=_("请按“确认”“修正”或“不采纳”。"))
    return True


def _line(held: DocumentStatement) -> Line:
    near = part_of(held.document, number_at(held.document, held.start))
    return next((one for one in near.lines if one.statement.pk == held.pk), Line(held, ""))


@page(Right.MAKE_TARGETS, methods=("POST",))
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what still waits in one part of a document."""
    held = found_document(request, pk)
    asked = [int(key) for key in request.POST.getlist("statement") if key.isdecimal() and len(key) < 19]
    keys = list(held.statements.filter(pk__in=asked).values_list("pk", flat=True))
    try:
        count = actions.confirm_statements(keys, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已确认 {n} 条。").format(n=count))
    number = request.POST.get("part", "")
    return redirect(f"{reverse('document', args=[pk])}{f'?part={number}' if number.isdecimal() else ''}")


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what the reader did not find: words selected on the original, or typed as they stand there."""
    held = found_document(request, pk)
    form = AddForm(request.POST or None, initial=_selected(request, held.text))

    def act(data: dict[str, Any]) -> tuple[str, str]:
        start, end = _find(held.text, data["quote"], data["nth"])
        made = actions.add_statement(pk, start, end, form.said(), note=data["note"], by=request.user)
        return _("已添加表述。"), place_of(made)

    return act_page(
        request, form, act, title=_("添加表述"), button=_("添加"), back=reverse("document", args=[pk]), crumb=held.title
    )


def _selected(request: HttpRequest, text: str) -> dict[str, Any]:
    """What the selection says: its words, which occurrence of them it is, and its number where it reads as one."""
    raw = [request.GET.get(name, "") for name in ("start", "end")]
    if not all(one.isdecimal() and len(one) < 10 for one in raw):
        return {}
    start, end = int(raw[0]), int(raw[1])
    if not 0 <= start < end <= min(len(text), start + 500):
        return {}
    quote = text[start:end]
    found: dict[str, Any] = {"quote": quote, "nth": occurrence(text, quote, start)}
    from mujun.targets.cleaning import clean
    from mujun.targets.extraction import extract

    window = text[max(start - 200, 0) : end + 50]
    read = extract(window)
    inside = [one for one in read if one.start < min(start, 200) + end - start and one.end > min(start, 200)]
    if inside:
        one = inside[0]
        found |= {
            "metric": one.metric, "value": f"{one.value.normalize():f}", "unit": one.unit, "bound": one.bound.value,
            "change": change_of(one, window), "kind": one.kind.value, "period": one.period or "", "scope": one.scope,
        }  # fmt: skip
    else:
        words = clean(quote)
        found["value"] = "".join(sign for sign in clean_span(words, 0, len(quote)) if sign in "0123456789.")
    return found


def occurrence(text: str, quote: str, start: int) -> int:
    """Return which occurrence of ``quote`` (from 1, also overlapping ones) begins at ``start``."""
    count, at = 0, -1
    while (at := text.find(quote, at + 1)) != -1 and at <= start:
        count += 1
    return max(count, 1)


def _find(text: str, quote: str, nth: int) -> tuple[int, int]:
    """Return where the ``nth`` occurrence of ``quote`` is; browsers send line breaks as CR LF."""
    for said in dict.fromkeys((quote, quote.replace("\r\n", "\n"), quote.strip())):
        at = -1
        for _turn in range(nth):
            at = text.find(said, at + 1)
            if at == -1:
                break
        if said and at != -1:
            return at, at + len(said)
    raise Refused(
        _("文件里没有第 {nth} 处“{quote}”。").format(nth=nth, quote=quote.strip()[:60]),
        next_step=_("请从文件里原样复制。"),
    )
