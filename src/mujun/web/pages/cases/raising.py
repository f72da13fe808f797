"""Raising a case: on a phone, a photograph, a tap on the map, and send. A draft waits on the phone for the network."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.definition import Definition, FieldKind
from mujun.web.cases import actions, queries
from mujun.web.cases.queries.people import towns_for, units_known
from mujun.web.maps.queries import basemap, newest_build
from mujun.web.pages.built import built_url
from mujun.web.pages.cases.boards import asked_list
from mujun.web.pages.cases.choosing import ready_source
from mujun.web.pages.cases.forms import RaiseForm
from mujun.web.pages.home.views import map_words
from mujun.web.people.rights import Right, Role, page


@page(Right.RAISE_CASES)
def choose(request: HttpRequest) -> HttpResponse:
    """Which list; where there is one only, straight there."""
    lists = [one for one in queries.lists_for(request.user) if one.may_raise]
    if len(lists) == 1:
        return redirect("case_raise", name=lists[0].version.name)
    return render(request, "cases/choose.html", {"lists": lists, "at": "mine"})


@page(Right.RAISE_CASES, methods=("GET", "POST"))
def raise_one(request: HttpRequest, name: str) -> HttpResponse:
    """The form of one list; a script asks for JSON, so that a draft sent later hears of its number."""
    version, definition = asked_list(name, request)
    held = queries.list_of(version, request.user)
    if not version.in_force or not held.may_raise:
        raise Http404(_("这张清单现在不能提出新的事项，或不由您提出。"))
    form = _form(request, definition)
    if request.method == "POST":
        try:
            answer = _raised(request, name, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            answer = None
        if answer is not None:
            return answer
        if _wants_json(request):
            return JsonResponse({"sentences": _sentences(form)}, status=422)
    return render(request, "cases/raise.html", _context(request, definition, form), status=422 if form.errors else 200)


def _raised(request: HttpRequest, name: str, form: RaiseForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    data = form.cleaned_data
    case = actions.raise_case(
        name, fields={key: value for key, value in form.values().items() if value != ""},
        source=data.get("source", ""), town=data.get("town", ""), owner_unit=data.get("owner_unit", ""),
        contact=data.get("contact", ""), reason=data.get("reason", ""), files=form.files_given(),
        draft=data.get("draft", ""), by=request.user,
    )  # fmt: skip
    sentence = _("已提出，编号 {number}。").format(number=case.number)
    if _wants_json(request):
        return JsonResponse({"url": reverse("case", args=[case.pk]), "number": case.number, "sentence": sentence})
    messages.success(request, sentence)
    return redirect("case", pk=case.pk)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _sentences(form: RaiseForm) -> list[str]:
    found = [str(error) for error in form.non_field_errors()]
    for bound in form:
        found += [f"{bound.label}：{error}" for error in bound.errors]
    return found


def _form(request: HttpRequest, definition: Definition) -> RaiseForm:
    user: Any = request.user
    likely = ready_source(definition, user.role) or next((one.key for one in definition.sources), "")
    return RaiseForm(
        request.POST or None, request.FILES or None, definition=definition, camera=_camera(definition),
        towns=towns_for(user), source=likely, firm=user.role == Role.FIRM, values=_known(request, definition),
    )  # fmt: skip


def _camera(definition: Definition) -> str:
    return next((kind for kind in definition.evidence if kind.startswith("photo")), next(iter(definition.evidence), ""))


def _known(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    """What the address or the hour already says: a parcel, a firm, and on a cadre's phone a name for it."""
    user: Any = request.user
    found = {
        field.key: request.GET.get(field.kind.value, "")
        for field in definition.fields
        if field.kind in (FieldKind.PARCEL, FieldKind.FIRM)
    }
    if user.role == Role.TOWN and any(field.key == "subject" for field in definition.fields):
        now = f"{timezone.localtime():%m-%d %H:%M}"
        found["subject"] = _("{list}（{when}）").format(list=definition.title, when=now)
    return found


def _context(request: HttpRequest, definition: Definition, form: RaiseForm) -> dict[str, Any]:
    user: Any = request.user
    has_place = any(field.kind is FieldKind.PLACE for field in definition.fields)
    mapped = has_place and (user.role == Role.FIRM or newest_build() is not None)
    return {
        "form": form, "definition": definition, "units": [] if form.firm else units_known(), "mapped": mapped,
        "words": map_words() if mapped else {}, "map": _map() if mapped else {}, "at": "mine",
        "is_firm": user.role == Role.FIRM, "who": user.pk,
    }  # fmt: skip


def _map() -> dict[str, Any]:
    return {
        "table": reverse("map_table"), "names": reverse("map_names"), "worker": built_url("map-worker.js"),
        "card": "", "list": reverse("parcels"), "basemap": basemap(), "wanted": "", "wanted_box": None, "pick": True,
    }  # fmt: skip
