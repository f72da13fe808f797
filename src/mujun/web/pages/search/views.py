"""What the search box finds: as JSON while somebody types, as a page when Enter is pressed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from mujun.web.evaluations.models import RunResult
from mujun.web.maps.models import SearchEntry, SearchKind
from mujun.web.maps.queries import chosen_run
from mujun.web.maps.search import find
from mujun.web.pages.templatetags.mujun import grade_class
from mujun.web.people.rights import Right, page, scope_of

WHILE_TYPING = 10
ON_THE_PAGE = 100


@page(Right.READ_REGISTER)
def search(request: HttpRequest) -> HttpResponse:
    """Find towns, firms and parcels inside the scope; a single hit opens at once."""
    text = request.GET.get("q", "")[:100]
    typing = request.GET.get("format") == "json"
    results = _results(request, text, WHILE_TYPING if typing else ON_THE_PAGE)
    if typing:
        return JsonResponse({"results": results, "none": _("没有找到。可以试试代码的开头或拼音首字母。")})
    if len(results) == 1:
        return redirect(results[0]["url"])
    return render(request, "search/results.html", {"results": results, "q": text, "most": ON_THE_PAGE})


def _results(request: HttpRequest, text: str, limit: int) -> list[dict[str, Any]]:
    entries = find(text, scope_of(request.user), limit)
    grades = _grades(request.user, [entry.key for entry in entries if entry.kind == SearchKind.FIRM])
    return [_result(entry, grades.get(entry.key, "")) for entry in entries]


def _grades(user: Any, firm_ids: list[str]) -> dict[str, str]:
    run = chosen_run(user) if firm_ids else None
    if run is None:
        return {}
    return dict(RunResult.objects.filter(run=run, firm_id__in=firm_ids).values_list("firm_id", "grade"))


def _result(entry: SearchEntry, grade: str) -> dict[str, Any]:
    place = entry.longitude is not None or entry.kind == SearchKind.TOWN
    return {
        "kind": entry.kind,
        "kind_label": _(entry.get_kind_display()),
        "label": entry.name if entry.kind != SearchKind.PARCEL else entry.key,
        "about": {"town": "", "firm": f"{entry.key} · {entry.town}", "parcel": f"{entry.name} · {entry.town}"}[
            entry.kind
        ],
        "url": _url(entry),
        "grade": grade,
        "grade_class": grade_class(grade),
        "fly": {"kind": entry.kind, "key": entry.key, "longitude": entry.longitude, "latitude": entry.latitude}
        if place
        else None,
    }


def _url(entry: SearchEntry) -> str:
    try:
        if entry.kind == SearchKind.FIRM:
            return reverse("firm", args=[entry.key])
        if entry.kind == SearchKind.PARCEL:
            return reverse("parcel", args=[entry.key])
    except NoReverseMatch:
        pass
    return f"{reverse('parcels')}?{urlencode({'town': entry.key})}"
