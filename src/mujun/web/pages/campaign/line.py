"""Am I inside the line? A firm asks for its own parcels, everybody else for a code or a name inside their scope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mujun.web.campaign.actions import log_line_question
from mujun.web.campaign.queries.line import MOST, answers, asked_parcels
from mujun.web.pages.campaign.forms import LineForm
from mujun.web.people.rights import Right, page, scope_of


@page(Right.ASK_LINE)
def line(request: HttpRequest) -> HttpResponse:
    """The answer per parcel, with what it rests on; it is logged."""
    scope, day = scope_of(request.user), timezone.localdate()
    form = LineForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    parcel_ids = asked_parcels(scope, text)
    found = answers(parcel_ids, scope, day) if parcel_ids else []
    if found:
        log_line_question(found, asked=text, by=request.user)
    context = {
        "form": form,
        "text": text,
        "answers": found,
        "is_firm": scope.firms is not None,
        "day": day,
        "asked_at": timezone.localtime(),
        "most": MOST if len(found) == MOST else 0,
    }
    return render(request, "campaign/line.html", context)
