"""Many cases: the lists with their figures, a board of one list, everything as a table, the own ones, the map's points."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.cases.definition import Definition
from mujun.web.cases import queries
from mujun.web.cases.definitions import definition_of
from mujun.web.cases.models import ListVersion
from mujun.web.cases.queries.people import towns_for
from mujun.web.cases.queries.work import with_rated_round, work_of
from mujun.web.pages.cases.choosing import lists_to_raise
from mujun.web.pages.cases.columns import CASES, UNSOLVED
from mujun.web.pages.cases.words import LIGHTS, lines_of
from mujun.web.pages.tables import DataTable
from mujun.web.people.rights import Right, Role, has_right, page

UNSOLVED_STATE = "cannot_solve"
OWN = 100


def asked_list(name: str, request: HttpRequest) -> tuple[ListVersion, Definition]:
    """The list that an address names, where whoever asks may see it."""
    version = queries.list_named(name)
    user: Any = request.user
    if version is None or (user.role == Role.FIRM and not version.for_firms):
        raise Http404(_("没有这张清单。"))
    return version, definition_of(version)


@page(Right.READ_CASES)
def overview(request: HttpRequest) -> HttpResponse:
    """Every list in force with how many cases are open, and how many of them are late."""
    user: Any = request.user
    if user.role == Role.FIRM:
        return redirect("my_cases")
    now, text = timezone.now(), request.GET.get("q", "").strip()
    rows = queries.cases_in_scope(user).filter(done_at=None).select_related(None).order_by()
    counted = rows.values("list_name").annotate(
        open=Count("pk", filter=Q(closed_at=None)),
        red=Count("pk", filter=Q(red_at__lt=now) | Q(calm="red")),
        yellow=Count("pk", filter=Q(yellow_at__lte=now) & (Q(red_at__isnull=True) | Q(red_at__gte=now))),
    )
    # A search shows what it found and counts nothing: it costs the same at any number of cases.
    counts: dict[str, Any] = {} if text else {one["list_name"]: one for one in counted}
    held = queries.lists_for(user)
    lists: list[dict[str, Any]] = [
        {"held": one, "counts": counts.get(one.version.name, {})} for one in held if not text
    ]
    found = lines_of(queries.search_cases(text, user), now) if text else []
    context = {
        "lists": lists, "q": text, "found": found, "at": "cases",
        "may_raise": any(one.may_raise for one in held), "may_manage": has_right(user, Right.MANAGE_LISTS),
        "sums": {key: sum(one["counts"].get(key, 0) for one in lists) for key in ("open", "red", "yellow")},
    }  # fmt: skip
    return render(request, "cases/overview.html", context)


@page(Right.READ_CASES)
def board(request: HttpRequest, name: str) -> HttpResponse:
    """One list by state, or by clock."""
    version, definition = asked_list(name, request)
    user: Any = request.user
    now, wanted = timezone.now(), _wanted(request)
    by_light = request.GET.get("by") == "light"
    if by_light:
        columns = queries.board_by_light(user, version, now, wanted)
    else:
        columns = queries.board_by_state(user, version, definition, wanted)
    key = "light" if by_light else "state"
    drawn: list[dict[str, Any]] = [
        {
            "column": one, "lines": lines_of(one.cards, now),
            "more": f"{reverse('case_table')}?list={name}&{key}={one.key}",
        }
        for one in columns
    ]  # fmt: skip
    context = {
        "version": version, "definition": definition, "by": key, "at": "cases", "wanted": wanted,
        "columns": [one for one in drawn if one["lines"]], "empty": [one["column"].label for one in drawn if not one["lines"]],
        "may_raise": queries.list_of(version, user).may_raise and version.in_force, "towns": towns_for(user),
        "sources": () if user.role == Role.FIRM else definition.sources, "narrowed": wanted != queries.Wanted(),
    }  # fmt: skip
    return render(request, "cases/board.html", context)


def _wanted(request: HttpRequest) -> queries.Wanted:
    given, user = request.GET, request.user
    # A firm that is reported would learn from it how it was.
    source = given.get("source", "") if getattr(user, "role", "") != Role.FIRM else ""
    return queries.Wanted(
        town=given.get("town", "").strip(), owner_unit=given.get("unit", "").strip(), source=source,
        missed=given.get("missed") == "1", reopened=given.get("reopened") == "1",
    )  # fmt: skip


@page(Right.READ_CASES)
def every(request: HttpRequest) -> HttpResponse:
    """Cases of all lists as a table and as Excel, narrowed as the address says; ``q`` searches."""
    user: Any = request.user
    now, given = timezone.now(), request.GET
    chosen = {key: given.get(key, "").strip() for key in ("list", "state", "light", "q", "open")}
    wanted = _wanted(request)
    if chosen["q"]:
        keys = [case.pk for case in queries.search_cases(chosen["q"], user, list_name=chosen["list"], limit=200)]
        rows = queries.cases_in_scope(user).filter(pk__in=keys)
    else:
        rows = queries.cases_in_scope(user)
    rows = queries.narrowed(rows, wanted)
    if chosen["list"]:
        rows = rows.filter(list_name=chosen["list"])
    if chosen["state"]:
        rows = rows.filter(state=chosen["state"])
    if chosen["open"]:
        rows = rows.filter(closed_at=None)
    if chosen["light"] in LIGHTS:
        rows = queries.of_light(rows.filter(done_at=None), chosen["light"], now)
    order = "" if chosen["light"] else "-raised_at"
    table = DataTable(request, rows, CASES, order=order, title=_("事项清单"))
    if table.wants_excel:
        return table.excel(_("事项清单"))
    held = queries.lists_for(user)
    context = {
        "table": table, "chosen": chosen, "wanted": wanted, "at": "all", "lists": held, "lights": LIGHTS.items(),
        "towns": towns_for(user),
    }  # fmt: skip
    return render(request, "cases/table.html", context)


@page(Right.READ_CASES)
def mine(request: HttpRequest) -> HttpResponse:
    """A firm's cases, or what somebody raised or has to do now: on a phone."""
    user: Any = request.user
    now = timezone.now()
    rows = with_rated_round(queries.cases_in_scope(user))
    if user.role == Role.FIRM:
        todo: list[Any] = []
        own = lines_of(rows[:OWN], now)
    else:
        todo = lines_of(work_of(user)[:OWN], now)
        own = lines_of(rows.filter(raiser=user)[:OWN], now)
    near, more = lists_to_raise(user)
    unrated = [one for one in own if _wants_rating(one, user)]
    context = {
        "todo": todo, "open": [one for one in own if one.case.closed_at is None],
        "closed": [one for one in own if one.case.closed_at is not None], "unrated": {one.case.pk for one in unrated},
        "lists": near, "more": more, "is_firm": user.role == Role.FIRM, "at": "mine",
    }  # fmt: skip
    return render(request, "cases/mine.html", context)


def _wants_rating(line: Any, user: Any) -> bool:
    """Whether the end of a case may be waiting for this person's rating (who may is asked on its card).

    Where a firm is named and firms rate, nobody else does.
    """
    rating = definition_of(line.case.version).rating
    if rating is not None and "firm" in rating.who and line.case.firm_id and user.role != Role.FIRM:
        return False
    rated = getattr(line.case, "rated_round", None) == line.case.round
    return rating is not None and line.case.state in rating.states and not rated


@page(Right.READ_CASES)
def unsolved(request: HttpRequest) -> HttpResponse:
    """What cannot be solved, because of what, and when it is looked at again."""
    rows = queries.cases_in_scope(request.user).filter(state=UNSOLVED_STATE, closed_at=None)
    table = DataTable(request, rows, UNSOLVED, order="due_at", title=_("暂不能解决的事项"))
    if table.wants_excel:
        return table.excel(_("暂不能解决的事项"))
    return render(request, "cases/unsolved.html", {"table": table, "at": "unsolved"})


@page(Right.READ_CASES)
def map_points(request: HttpRequest) -> HttpResponse:
    """Open cases with a place, for the map."""
    user: Any = request.user
    names = {one.version.name: one.definition for one in queries.lists_for(user)}
    chosen = request.GET.get("list", "")
    found = queries.points(user, list_name=chosen)
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [one["lon"], one["lat"]]},
            "properties": {
                "light": one["light"], "list": one["list"], "title": one["title"], "number": one["number"],
                "word": str(LIGHTS[one["light"]]), "url": reverse("case", args=[one["id"]]),
                "list_title": names[one["list"]].title if one["list"] in names else one["list"],
            },
        }
        for one in found
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, json_dumps_params={"ensure_ascii": False})
