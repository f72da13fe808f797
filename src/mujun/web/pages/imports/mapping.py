"""A source's own headings: mapped once to columns of the register, then remembered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.register.schema import TABLES
from mujun.web.pages.imports.upload import start_rehearsal
from mujun.web.people.rights import Right, page
from mujun.web.register import actions
from mujun.web.register.imports.headings import unknown_headings
from mujun.web.register.imports.reading import mappings_of
from mujun.web.register.models import ImportBatch


@page(Right.IMPORT, methods=("GET", "POST"))
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a column for each heading that was not known; saving begins the rehearsal again."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    questions = unknown_headings(batch)
    if request.method == "POST":
        chosen = _chosen(request, questions)
        try:
            for table, mapped in chosen.items():
                actions.remember_mapping(batch.source_name, table, mapped, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            if chosen:
                messages.success(request, _("表头对应已记住，正在重新预演。"))
                start_rehearsal(batch, request.user)
                return redirect("import_batch", pk=pk)
            messages.warning(request, _("没有选择任何列，什么都没有改变。"))
    context = {"batch": batch, "questions": questions, "remembered": _remembered(batch), "tables": TABLES.values()}
    return render(request, "imports/mapping.html", context)


def _chosen(request: HttpRequest, questions: list[Any]) -> dict[str, dict[str, str]]:
    """Return table → heading → column for every heading answered; ``-`` means: leave this column out for good."""
    chosen: dict[str, dict[str, str]] = {}
    for number, question in enumerate(questions):
        answer = request.POST.get(f"column-{number}", "")
        if answer:
            chosen.setdefault(question.table, {})[question.heading] = "" if answer == "-" else answer
    table, heading = request.POST.get("table", ""), request.POST.get("heading", "").strip()
    column = request.POST.get("column", "")
    if heading and "." in column:
        table, column = column.split(".", 1)
        chosen.setdefault(table, {})[heading] = column
    return chosen


def _remembered(batch: ImportBatch) -> list[tuple[str, str, str]]:
    return [
        (TABLES[table].label, heading, TABLES[table].column(column).label if column else _("不使用"))
        for table, mapped in mappings_of(batch.source_name).items()
        for heading, column in mapped.items()
    ]
