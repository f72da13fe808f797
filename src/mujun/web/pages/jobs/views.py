"""The course of long work. Other pages show it with :func:`job_context` and ``parts/job.html``."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, has_right, page
from mujun.web.register import actions, queries
from mujun.web.register.models import JobProgress

COLUMNS = (
    TableColumn("title", gettext_lazy("工作"), link=lambda job: reverse("job", args=[job.pk]), pin=True),
    TableColumn("state", gettext_lazy("状态"), value=lambda job: job.get_state_display()),
    TableColumn("by", gettext_lazy("发起人"), value=lambda job: str(job.by or _("系统")), sort=None),
    TableColumn("created", gettext_lazy("发起时间"), "date"),
    TableColumn("error", gettext_lazy("说明"), sort=None, clip=True),
)


def jobs_for(user: Any) -> QuerySet[JobProgress]:
    """The jobs that ``user`` may see: the own ones; every one for those who may see imports."""
    found = JobProgress.objects.select_related("by")
    return found if has_right(user, Right.READ_IMPORTS) else found.filter(by=user)


def job_context(job: JobProgress) -> dict[str, Any]:
    """What ``parts/job.html`` needs to show a job and keep itself up to date."""
    return {
        "job": queries.as_it_stands(job),
        "poll_url": reverse("job_part", args=[job.pk]),
        "stop_url": reverse("job_stop", args=[job.pk]),
    }


def _job(request: HttpRequest, pk: int) -> JobProgress:
    found = jobs_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这项工作。"))
    return found


@page(Right.SIGNED_IN)
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs the user may see, the newest first."""
    table = DataTable(request, jobs_for(request.user), COLUMNS, order="-created", title=_("后台工作"))
    return table.excel(_("后台工作")) if table.wants_excel else render(request, "jobs/list.html", {"table": table})


@page(Right.SIGNED_IN)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job as a page."""
    return render(request, "jobs/job.html", job_context(_job(request, pk)))


@page(Right.SIGNED_IN)
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """One job as a fragment that asks for itself again while the job is active."""
    return render(request, "parts/job.html", job_context(_job(request, pk)))


@page(Right.SIGNED_IN, methods=("POST",))
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop; only who started it, or who may import, can."""
    held = _job(request, pk)
    if held.by_id != request.user.pk and not has_right(request.user, Right.IMPORT):
        raise Http404(_("没有这项工作。"))
    try:
        actions.request_stop(held.pk, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("job", pk=pk)
