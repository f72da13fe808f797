"""What became of what was promised: two documents side by side, and the pairs people have to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.targets.threads import Fate
from mujun.web.pages.excel import workbook_response
from mujun.web.pages.jobs.views import job_context, jobs_for
from mujun.web.pages.templatetags.ledger import FATES
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.targets import actions
from mujun.web.targets.jobs import link_statements
from mujun.web.targets.models import Document, DocumentKind, DocumentState, DocumentStatement, StatementLink
from mujun.web.targets.queries.documents import documents_in_scope, may_confirm, statements_in_scope
from mujun.web.targets.queries.threads import Became, doubtful_links, only_in, what_became
from mujun.web.targets.words import said

DOUBTS_SHOWN = 20


@page(Right.READ_TARGETS)
def threads(request: HttpRequest) -> HttpResponse:
    """Promises of one document beside what another says of them; the newest report and the plan before it, unless chosen."""
    scope = scope_of(request.user)
    rows = list(documents_in_scope(scope).filter(state=DocumentState.READ).defer("text").order_by("issued_on", "pk"))
    earlier, later = _pair(request, rows)
    became: list[Became] = []
    new: list[DocumentStatement] = []
    if earlier is not None and later is not None:
        became = what_became(earlier, later, scope)
        new = list(statements_in_scope(scope).filter(pk__in=only_in(later, became)).order_by("start", "pk"))
    counts = {fate: sum(line.fate == fate for line in became) for fate in Fate if fate is not Fate.BACKGROUND}
    wanted = request.GET.get("fate", "")
    if wanted in FATES:
        became = [line for line in became if line.fate == wanted]
    if request.GET.get("format") == "xlsx" and earlier is not None and later is not None:
        return _workbook(earlier, later, became)
    doubts = doubtful_links(scope)
    context: dict[str, Any] = {
        "documents": rows, "earlier": earlier, "later": later, "became": became, "new": new, "wanted": wanted,
        "counts": counts, "doubts": list(doubts[:DOUBTS_SHOWN]), "doubt_count": doubts.count(),
        "may": may_confirm(request.user),
    }  # fmt: skip
    job = jobs_for(request.user).filter(kind="link_statements").order_by("-pk").first()
    if job is not None and job.active:
        context |= job_context(job)
    return render(request, "targets/threads.html", context)


def _pair(request: HttpRequest, rows: list[Document]) -> tuple[Document | None, Document | None]:
    by_key = {str(row.pk): row for row in rows}
    earlier, later = (by_key.get(request.GET.get(name, "")) for name in ("earlier", "later"))
    if later is None and len(rows) > 1:
        later = next((row for row in reversed(rows) if row.kind == DocumentKind.REPORT), rows[-1])
    if earlier is None and later is not None:
        before = [row for row in rows if row.pk != later.pk and row.issued_on <= later.issued_on]
        plans = [row for row in before if row.kind == DocumentKind.PLAN] or before
        same = [row for row in plans if row.series == later.series]
        earlier = next(reversed(same or plans), None)
    return earlier, later


def _workbook(earlier: Document, later: Document, became: list[Became]) -> HttpResponse:
    title = _("承诺与结果")
    heads = [_("章节"), _("指标"), f"{_('承诺')}（{earlier.title}）", f"{_('结果')}（{later.title}）", _("去向")]
    lines = [
        [line.promise.section, line.promise.metric, said(line.promise),
         "；".join(f"{said(one)}（{one.get_kind_display()}）" for one in line.answers), str(FATES[str(line.fate)][1])]
        for line in became
    ]  # fmt: skip
    return workbook_response(title, title, heads, lines, note=f"{earlier.title} → {later.title}")


@page(Right.MAKE_TARGETS, methods=("POST",))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether two statements speak of the same metric."""
    inside = statements_in_scope(scope_of(request.user)).values("pk")
    rows = StatementLink.objects.select_related("first__document", "second__document")
    held = get_object_or_404(rows.filter(first__in=inside, second__in=inside), pk=pk)
    same = request.POST.get("same") == "yes"
    actions.decide_link(held.first_id, held.second_id, same, by=request.user)
    if request.headers.get("HX-Request") == "true":
        held.refresh_from_db()
        return render(request, "targets/doubt.html", {"link": held, "decided": True, "may": True})
    messages.success(request, _("已认定为同一指标。") if same else _("已认定为不同指标。"))
    return redirect(f"{reverse('threads')}#doubts")


@page(Right.MAKE_TARGETS, methods=("POST",))
def again(request: HttpRequest) -> HttpResponse:
    """Look anew for statements of the same metric."""
    link_statements.start(by=request.user, url=reverse("threads"))
    messages.success(request, _("正在重新对照各文件的指标，人工认定都保留。"))
    return redirect("threads")
