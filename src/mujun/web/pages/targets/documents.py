"""Documents: list, taking in, the page beside its statements, what is said of them, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.pages.downloads import file_response
from mujun.web.pages.jobs.views import job_context, jobs_for
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.pages.targets.acting import act_page
from mujun.web.pages.targets.forms import DocumentForm, ReasonForm, UploadForm
from mujun.web.pages.targets.reading import part_of
from mujun.web.people.queries import history
from mujun.web.people.rights import Right, page, scope_of
from mujun.web.targets import actions
from mujun.web.targets.files import DOCUMENTS
from mujun.web.targets.models import Document, DocumentKind, DocumentState, StatementState
from mujun.web.targets.queries.documents import DocumentLine, document_lines, documents_in_scope, may_confirm

COUNT = gettext_lazy("条")
COLUMNS = (
    TableColumn(
        "title", gettext_lazy("文件"), pin=True, value=lambda line: line.document.title,
        link=lambda line: reverse("document", args=[line.document.pk]),
    ),
    TableColumn("issuer", gettext_lazy("发文单位"), value=lambda line: line.document.issuer),
    TableColumn("issued_on", gettext_lazy("发文日期"), "date", value=lambda line: line.document.issued_on, nowrap=True),
    TableColumn("kind", gettext_lazy("类别"), value=lambda line: line.document.get_kind_display(), nowrap=True),
    TableColumn("town", gettext_lazy("镇街"), value=lambda line: line.document.town or _("全县"), nowrap=True),
    TableColumn("state", gettext_lazy("状态"), value=lambda line: line.document.get_state_display(), nowrap=True),
    TableColumn("waiting", gettext_lazy("待确认"), "number", COUNT, digits=0),
    TableColumn("accepted", gettext_lazy("已采纳"), "number", COUNT, digits=0),
    TableColumn("refused", gettext_lazy("不采纳"), "number", COUNT, digits=0),
    TableColumn("targets", gettext_lazy("立为目标"), "number", gettext_lazy("个"), digits=0),
)  # fmt: skip


@page(Right.READ_TARGETS)
def documents(request: HttpRequest) -> HttpResponse:
    """The documents inside the scope, the newest first."""
    rows = documents_in_scope(scope_of(request.user)).defer("text")
    wanted = {name: request.GET.get(name, "").strip() for name in ("kind", "q")}
    if wanted["kind"] in DocumentKind.values:
        rows = rows.filter(kind=wanted["kind"])
    if wanted["q"]:
        rows = rows.filter(Q(title__icontains=wanted["q"]) | Q(issuer__icontains=wanted["q"]))
    lines: list[DocumentLine] = document_lines(rows)
    table = DataTable(request, lines, COLUMNS, title=_("文件"))
    if table.wants_excel:
        return table.excel(_("文件"))
    context = {"table": table, "chosen": wanted, "kinds": DocumentKind.choices, "may": may_confirm(request.user)}
    return render(request, "targets/documents.html", context)


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Take a document in; its reading begins at once."""
    form = UploadForm(request.POST or None, request.FILES or None)

    def act(data: dict[str, Any]) -> tuple[str, str]:
        made = actions.take_in_document(data.pop("file"), **data, by=request.user)
        return _("文件已原样保存，正在读取。"), reverse("document", args=[made.pk])

    return act_page(
        request, form, act, title=_("收录文件"), button=_("收录"), back=reverse("documents"), crumb=_("文件"), multipart=True
    )  # fmt: skip


def found_document(request: HttpRequest, pk: int) -> Document:
    """The document, where it lies inside the scope."""
    return get_object_or_404(documents_in_scope(scope_of(request.user)), pk=pk)


@page(Right.READ_TARGETS)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with its quotes, and beside it the statements."""
    held = found_document(request, pk)
    asked = request.GET.get("part", "")
    part = part_of(held, int(asked) if asked.isdecimal() and len(asked) < 9 else 1)
    counts = held.statements.aggregate(
        waiting=Count("pk", filter=Q(state=StatementState.PROPOSED, gone=False)),
        decided=Count("pk", filter=~Q(state=StatementState.PROPOSED)),
    )
    context: dict[str, Any] = {
        "held": held, "part": part, "counts": counts, "may": may_confirm(request.user),
        "history": history(f"document:{pk}", 30),
    }  # fmt: skip
    job = jobs_for(request.user).filter(about=f"document:{pk}").order_by("-pk").first()
    if job is not None and (job.active or held.state == DocumentState.WAITING):
        context |= job_context(job)
    return render(request, "targets/document.html", context)


@page(Right.READ_TARGETS)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document byte for byte as it came, as a download."""
    held = found_document(request, pk)
    path = DOCUMENTS.path_of(held.path)
    if not path.is_file():
        raise Http404(_("这个文件不在了，请联系管理员从备份恢复。"))
    return file_response(path, held.name)


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of a document."""
    held = found_document(request, pk)
    form = DocumentForm(request.POST or None, document=held)
    back = reverse("document", args=[pk])

    def act(data: dict[str, Any]) -> tuple[str, str]:
        actions.change_document(pk, **data, by=request.user)
        return _("已保存。"), back

    return act_page(request, form, act, title=_("修改文件信息"), button=_("保存"), back=back, crumb=held.title)


@page(Right.MAKE_TARGETS, methods=("GET", "POST"))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document back that was taken in by mistake."""
    held = found_document(request, pk)

    def act(data: dict[str, Any]) -> tuple[str, str]:
        actions.withdraw_document(pk, data["reason"], by=request.user)
        return _("文件已撤下，记录和原件保留。"), reverse("documents")

    return act_page(
        request, ReasonForm(request.POST or None), act, title=_("撤下文件"), button=_("撤下"),
        back=reverse("document", args=[pk]), crumb=held.title,
        lead=_("只用于收录有误的文件。已有目标以它为依据时不能撤下。"),
    )  # fmt: skip


@page(Right.MAKE_TARGETS, methods=("POST",))
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a document once more; what people decided stays."""
    found_document(request, pk)
    try:
        actions.read_again(pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已开始重新读取，人工作出的决定都保留。"))
    return redirect("document", pk=pk)
