"""Handing files over, and the templates to fill in."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mujun.base.errors import MujunError
from mujun.register.schema import TABLES
from mujun.web.pages.downloads import file_response
from mujun.web.pages.imports.forms import UploadForm
from mujun.web.people.rights import Right, page
from mujun.web.register import actions, jobs, queries
from mujun.web.register.imports import LIMITS, store_uploads
from mujun.web.register.imports.uploads import MIB
from mujun.web.register.models import ImportBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Right.IMPORT, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Take files in and begin the rehearsal."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            taken = store_uploads(data["uploads"])
        except MujunError as error:
            form.add_error("uploads", str(error))
        else:
            batch = actions.take_in(
                taken, data["source_name"], whole_tables=data["whole_tables"],
                clear_blanks=data["clear_blanks"], note=data["note"], by=request.user,
            )  # fmt: skip
            start_rehearsal(batch, request.user)
            return redirect("import_batch", pk=batch.pk)
    context = {
        "form": form, "sources": queries.source_names(), "file_mib": LIMITS.file_bytes // MIB,
        "total_mib": LIMITS.total_bytes // MIB, "most_files": LIMITS.files,
    }  # fmt: skip
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


def start_rehearsal(batch: ImportBatch, user: Any) -> None:
    """Queue the rehearsal of ``batch``; its page follows it."""
    jobs.rehearse.start(
        by=user, batch=batch.pk, about=f"batch:{batch.pk}", url=reverse("import_batch", args=[batch.pk]),
        title=_("预演：{source}").format(source=batch.source_name),
    )  # fmt: skip


@page(Right.READ_IMPORTS)
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates: one workbook per table, with headings, units and drop-downs."""
    return render(request, "imports/templates.html", {"tables": TABLES.values()})


@page(Right.READ_IMPORTS)
def template(request: HttpRequest, table: str) -> HttpResponse:
    """One template as a workbook."""
    if table not in TABLES:
        raise Http404(_("没有这张表。"))
    from mujun.files.templates import write_template

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{table}.xlsx"
        write_template(table, target)
        content = io.BytesIO(target.read_bytes())
    return file_response(content, f"{TABLES[table].label}.xlsx", XLSX)
