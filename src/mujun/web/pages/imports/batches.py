"""Batches: the list, and one batch from its files to the register and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.files.crs import STATEMENTS
from mujun.register.schema import TABLES
from mujun.web.pages.downloads import file_response
from mujun.web.pages.imports.forms import UndoForm
from mujun.web.pages.imports.upload import start_rehearsal
from mujun.web.pages.jobs.views import job_context
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page
from mujun.web.register import actions, jobs, queries
from mujun.web.register.imports import LIMITS, what_depends_on
from mujun.web.register.imports.returned import returned_archive
from mujun.web.register.imports.summary import summary_of
from mujun.web.register.models import BatchState, ImportBatch

STATEMENT_WORDS = {
    "CGCS2000": gettext_lazy("2000国家大地坐标系（或 WGS 84）经纬度"),
    "GCJ-02": gettext_lazy("GCJ-02（高德、腾讯等地图）"),
    "BD-09": gettext_lazy("BD-09（百度地图）"),
    **{
        name: format_lazy(gettext_lazy("3°带，中央经线 {meridian}°"), meridian=name)
        for name in STATEMENTS
        if name.isdigit()
    },
}


def _rows(batch: ImportBatch, kind: str) -> int:
    return sum(counts.get(kind, 0) for counts in batch.counts.values())


COLUMNS = (
    TableColumn("pk", gettext_lazy("批次"), link=lambda batch: reverse("import_batch", args=[batch.pk]), pin=True),
    TableColumn("source_name", gettext_lazy("来源单位")),
    TableColumn("state", gettext_lazy("状态"), value=lambda batch: batch.get_state_display()),
    TableColumn("new", gettext_lazy("新增"), "number", digits=0, sort=None, value=lambda batch: _rows(batch, "new")),
    TableColumn(
        "changed", gettext_lazy("变更"), "number", digits=0, sort=None, value=lambda batch: _rows(batch, "changed")
    ),
    TableColumn(
        "defective",
        gettext_lazy("有问题"),
        "number",
        digits=0,
        sort=None,
        value=lambda batch: _rows(batch, "defective"),
    ),
    TableColumn("at", gettext_lazy("上传时间"), "date"),
    TableColumn("by", gettext_lazy("上传人"), value=lambda batch: str(batch.by or ""), sort=None),
    TableColumn("note", gettext_lazy("备注"), clip=True),
)


@page(Right.READ_IMPORTS)
def imports(request: HttpRequest) -> HttpResponse:
    """All batches, the newest first."""
    rows = ImportBatch.objects.select_related("by")
    table = DataTable(request, rows, COLUMNS, order="-pk", title=_("导入批次"))
    if table.wants_excel:
        return table.excel(_("导入批次"))
    context = {"table": table, "may_import": has_right(request.user, Right.IMPORT), "open_pairs": queries.open_pairs()}
    return render(request, "imports/list.html", context)


@page(Right.READ_IMPORTS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its course, what it would change or has changed, and what can be done with it."""
    held = _batch(pk)
    job = queries.latest_job(f"batch:{pk}", jobs.rehearse.kind, jobs.commit.kind)
    context: dict[str, Any] = {"batch": held, "files": held.files.all(), "states": BatchState, "tables": TABLES}
    context["may_import"] = has_right(request.user, Right.IMPORT)
    if job is not None and (job.active or job.error):
        context |= job_context(job)
    context["statements"] = STATEMENT_WORDS
    if not (job and job.active):
        context["summary"] = summary_of(held)
    if held.state == BatchState.COMMITTED and held.revision:
        context["obstacles"] = what_depends_on(held.revision)
    returning = queries.latest_job(f"batch:{pk}", jobs.returned.kind)
    context["returned_ready"] = bool(held.rehearsal) and returned_archive(held).is_file()
    context["returning"] = returning if returning is not None and returning.active else None
    return render(request, "imports/batch.html", context)


def _batch(pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.select_related("by", "revision__by"), pk=pk)


@page(Right.IMPORT, methods=("POST",))
def rehearse(request: HttpRequest, pk: int) -> HttpResponse:
    """Rehearse again (after new headings, decisions, or changes of the register)."""
    start_rehearsal(_batch(pk), request.user)
    return redirect("import_batch", pk=pk)


@page(Right.IMPORT, methods=("POST",))
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the files do not (where coordinates come from, which table a file holds), then rehearse again."""
    tables = {
        request.POST[f"file-{number}"]: request.POST[f"table-{number}"]
        for number in range(LIMITS.files)
        if request.POST.get(f"table-{number}") and request.POST.get(f"file-{number}")
    }
    try:
        held = actions.answer_questions(pk, coordinates=request.POST.get("coordinates"), tables=tables, by=request.user)
    except ImportBatch.DoesNotExist:
        raise Http404(_("没有这一批。")) from None
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        start_rehearsal(held, request.user)
    return redirect("import_batch", pk=pk)


@page(Right.IMPORT, methods=("POST",))
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the rehearsal showed."""
    held = _batch(pk)
    if held.state != BatchState.REHEARSED:
        messages.error(request, _("请先预演，再入库。"))
    else:
        jobs.commit.start(
            by=request.user, batch=pk, about=f"batch:{pk}", url=reverse("import_batch", args=[pk]),
            title=_("入库：{source}").format(source=held.source_name),
        )  # fmt: skip
    return redirect("import_batch", pk=pk)


@page(Right.IMPORT, methods=("GET", "POST"))
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """First what stands in the way of taking a batch back, then take it back."""
    held = _batch(pk)
    if held.state != BatchState.COMMITTED or held.revision is None:
        messages.error(request, _("这一批不在登记簿里，没有可以撤销的内容。"))
        return redirect("import_batch", pk=pk)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_import(pk, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("这一批已撤销，登记簿回到入库之前。"))
            return redirect("import_batch", pk=pk)
    context = {"batch": held, "form": form, "obstacles": what_depends_on(held.revision), "tables": TABLES}
    return render(request, "imports/undo.html", context, status=422 if form.errors else 200)


@page(Right.IMPORT, methods=("POST",))
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put aside a batch that was never taken in."""
    try:
        actions.discard_batch(_batch(pk).pk, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("这一批已放弃，登记簿没有变化。"))
    return redirect("import_batch", pk=pk)


@page(Right.READ_IMPORTS, methods=("GET", "POST"), write=Right.IMPORT)
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the files written again with a reason beside each bad cell (POST), and download them (GET)."""
    held = _batch(pk)
    if request.method == "POST":
        if not held.rehearsal:
            messages.error(request, _("请先预演。"))
        else:
            jobs.returned.start(
                by=request.user, batch=pk, about=f"batch:{pk}", url=reverse("import_batch", args=[pk]),
                title=_("批注原表：{source}").format(source=held.source_name),
            )  # fmt: skip
        return redirect("import_batch", pk=pk)
    archive = returned_archive(held)
    if not held.rehearsal or not archive.is_file():
        raise Http404(_("带批注的原表还没有生成。"))
    return file_response(archive, _("带批注的原表") + f"-{pk}.zip", "application/zip")
