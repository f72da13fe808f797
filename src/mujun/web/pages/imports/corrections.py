"""Correcting one cell, and the list of what was corrected."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.register.schema import TABLES, Kind
from mujun.web.audit.actions import log_amounts_view
from mujun.web.pages.imports.forms import CorrectForm
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, page
from mujun.web.register import actions, queries, wording
from mujun.web.register.models import Correction

COLUMNS = (
    TableColumn("at", gettext_lazy("时间"), "date"),
    TableColumn("table", gettext_lazy("表"), value=lambda row: TABLES[row.table].label),
    TableColumn("key_text", gettext_lazy("行"), "code"),
    TableColumn("column", gettext_lazy("列"), value=lambda row: wording.label(row.table, row.column)),
    TableColumn("before", gettext_lazy("原值"), sort=None),
    TableColumn("after", gettext_lazy("更正为"), sort=None),
    TableColumn("reason", gettext_lazy("理由"), sort=None, clip=True),
    TableColumn("document", gettext_lazy("依据"), sort=None, clip=True),
    TableColumn("by", gettext_lazy("更正人"), value=lambda row: str(row.by or ""), sort=None),
)


@page(Right.READ_IMPORTS)
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction, the newest first."""
    table = DataTable(request, Correction.objects.select_related("by"), COLUMNS, order="-at", title=_("更正记录"))
    log_amounts_view(by=request.user, about="corrections:list", page=request.GET.get("page", "1"))
    if table.wants_excel:
        return table.excel(_("更正记录"))
    return render(request, "imports/corrections.html", {"table": table})


@page(Right.CORRECT, methods=("GET", "POST"))
def correct(request: HttpRequest) -> HttpResponse:
    """Correct one cell, named by ``?table=…&key=…&column=…``; shows its value, origin and history first."""
    table, key, column = (request.GET.get(name, "") for name in ("table", "key", "column"))
    if table not in TABLES or column not in TABLES[table].column_names:
        raise Http404(_("没有这个单元格。"))
    schema = TABLES[table]
    try:
        parts = wording.key_of(schema, key)
        held = queries.current_row(table, parts)
    except Refused:
        held = None
    if held is None or column in schema.key or schema.column(column).kind is Kind.GEOMETRY:
        raise Http404(_("没有这个单元格，或者它不能更正。"))
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.correct_cell(
                table, parts, column, data["value"], reason=data["reason"], document=data["document"], by=request.user
            )
        except Refused as refusal:
            form.add_error("value", str(refusal))
        else:
            messages.success(request, _("已更正。"))
            return redirect(f"{reverse('correct')}?{request.GET.urlencode()}")
    log_amounts_view(by=request.user, about=f"{table}:{key}"[:200], column=column)
    context = {
        "form": form, "schema": schema, "key": " | ".join(parts), "label": wording.label(table, column),
        "value": wording.texts(schema.column(column), held.data[column])[0],
        "cell": queries.cells_of(table, parts).get(column),
        "versions": [
            {**version, "change": version["changes"].get(column)}
            for version in queries.history(table, parts)
            if column in version["changes"]
        ],
    }  # fmt: skip
    return render(request, "imports/correct.html", context, status=422 if form.errors else 200)
