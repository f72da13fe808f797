"""Doubtful pairs: is the name in the file this firm?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page
from mujun.web.register import actions
from mujun.web.register.models import DoubtfulPair

COLUMNS = (
    TableColumn("name", gettext_lazy("文件中的名称"), pin=True),
    TableColumn("address", gettext_lazy("文件中的地址"), clip=True),
    TableColumn("firm_id", gettext_lazy("可能是"), "code"),
    TableColumn("candidate_name", gettext_lazy("登记的名称")),
    TableColumn("score", gettext_lazy("相似度"), "number", digits=0),
    TableColumn("same", gettext_lazy("认定"), "truth"),
    TableColumn("batch", gettext_lazy("批次"), value=lambda pair: str(pair.batch), sort="batch_id"),
)


@page(Right.READ_IMPORTS)
def pairs(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a decision (``?all=1``: also those decided)."""
    rows = DoubtfulPair.objects.select_related("batch", "decided_by")
    everything = request.GET.get("all") == "1"
    if request.GET.get("batch", "").isdigit():
        rows = rows.filter(batch_id=int(request.GET["batch"]))
    table = DataTable(
        request, rows if everything else rows.filter(same=None), COLUMNS, order="-score", title=_("存疑企业")
    )
    if table.wants_excel:
        return table.excel(_("存疑企业"))
    context = {"table": table, "may_import": has_right(request.user, Right.IMPORT), "everything": everything}
    return render(request, "imports/pairs.html", context)


@page(Right.IMPORT, methods=("POST",))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether a pair is one firm; htmx gets the row back, a plain form the list."""
    answer = request.POST.get("same", "")
    context: dict[str, Any] = {"may_import": True}
    try:
        if answer not in ("yes", "no"):
            raise Refused(_("请选择“是”或“不是”。"))
        context["pair"] = actions.decide_pair(pk, answer == "yes", by=request.user)
    except DoubtfulPair.DoesNotExist:
        messages.error(request, _("这一对已经不在了，请看最新的预演。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
        context["refusal"] = str(refusal)
        context["pair"] = DoubtfulPair.objects.filter(pk=pk).first()
    if request.headers.get("HX-Request") == "true" and context.get("pair"):
        return render(request, "imports/pair_row.html", context)
    return redirect("pairs")
