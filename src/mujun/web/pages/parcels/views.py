"""The parcel list and the parcel card."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.register.schema import RIGHT_TYPES
from mujun.web.campaign.queries.blocks import place_of
from mujun.web.evaluations.models import Run
from mujun.web.maps.classes import GRADES, parcel_frame
from mujun.web.maps.document import evaluation_day
from mujun.web.maps.parcel_card import ParcelCard, parcel_card
from mujun.web.maps.queries import chosen_run
from mujun.web.pages.findings.cards import parcel_findings
from mujun.web.pages.tables import DataTable, TableColumn
from mujun.web.people.rights import Right, Scope, has_right, page, scope_of
from mujun.web.people.visible import sees_parcel, visible
from mujun.web.register.queries import corrections_of, history, lineage_of, revision_at

NAMES = {code: words[0] for code, words in RIGHT_TYPES}


@page(Right.READ_REGISTER)
def parcels(request: HttpRequest) -> HttpResponse:
    """The parcels inside the scope, with filters, sorting, paging and Excel."""
    scope = scope_of(request.user)
    run = chosen_run(request.user)
    grades = _grades(scope, run)
    everything = visible("parcels", scope)
    table = DataTable(
        request, _filtered(request, everything, grades), _columns(grades), order="parcel_id", title=_("宗地清单")
    )
    if table.wants_excel:
        return table.excel(_("宗地清单"))
    context = {
        "table": table,
        "towns": list(everything.exclude(town="").order_by("town").values_list("town", flat=True).distinct()),
        "rights": RIGHT_TYPES,
        "grades": GRADES if run else (),
        "chosen": request.GET,
        "any": everything.exists(),
        "run": run,
        "may_import": has_right(request.user, Right.IMPORT),
    }
    return render(request, "parcels/list.html", context)


def _grades(scope: Scope, run: Run | None) -> dict[str, str]:
    """Grade by parcel: of the firm with the largest share, where the reader may see that firm."""
    if run is None:
        return {}
    frame = parcel_frame(run, evaluation_day(run))
    graded = frame[frame["grade"] != ""]
    return {
        parcel_id: grade
        for parcel_id, grade, firm, town in zip(
            graded.index, graded["grade"], graded["user"], graded["user_town"], strict=True
        )
        if scope.everything or scope.sees_firm(firm, town)
    }


def _filtered(request: HttpRequest, rows: QuerySet[Any], grades: dict[str, str]) -> QuerySet[Any]:
    wanted = {key: request.GET.get(key, "").strip() for key in ("town", "right", "grade", "q", "flag")}
    if wanted["town"]:
        rows = rows.filter(town=wanted["town"])
    if wanted["right"]:
        rows = rows.filter(right_type=wanted["right"])
    if wanted["grade"]:
        rows = rows.filter(parcel_id__in=[p for p, grade in grades.items() if grade == wanted["grade"]])
    if wanted["q"]:
        rows = rows.filter(
            Q(parcel_id__icontains=wanted["q"]) | Q(holder_name__icontains=wanted["q"]) | Q(village=wanted["q"])
        )
    if wanted["flag"] in ("illegal_use", "protected"):
        rows = rows.filter(**{wanted["flag"]: True})
    return rows.defer("geometry", "origins")


def _columns(grades: dict[str, str]) -> list[TableColumn]:
    grade = [
        TableColumn("grade", gettext_lazy("等级"), "grade", sort=None, value=lambda row: grades.get(row.parcel_id, ""))
    ]
    return [
        TableColumn(
            "parcel_id",
            gettext_lazy("宗地代码"),
            "code",
            link=lambda row: reverse("parcel", args=[row.parcel_id]),
            pin=True,
        ),
        TableColumn("town", gettext_lazy("镇街"), nowrap=True),
        TableColumn("village", gettext_lazy("村")),
        TableColumn("holder_name", gettext_lazy("权利人"), clip=True),
        TableColumn(
            "right_type",
            gettext_lazy("权利类型"),
            value=lambda row: _(NAMES.get(row.right_type, "")) if row.right_type in NAMES else row.right_type,
        ),
        TableColumn("land_use", gettext_lazy("土地用途")),
        TableColumn("registered_area_m2", gettext_lazy("登记面积"), "mu", gettext_lazy("亩")),
        TableColumn("taxed_area_m2", gettext_lazy("计税面积"), "mu", gettext_lazy("亩")),
        *(grade if grades else []),
    ]


@page(Right.READ_REGISTER)
def parcel(request: HttpRequest, parcel_id: str) -> HttpResponse:
    """The card of one parcel: beside the map when htmx asks, else as a page with ledger, areas, history, lineage."""
    scope = scope_of(request.user)
    if not sees_parcel(parcel_id, scope):
        raise Http404
    run = chosen_run(request.user)
    today = timezone.localdate()
    day = _day(request.GET.get("day", ""), today)
    known = _day(request.GET.get("known", ""), today)
    revision = _revision(known, today)
    card = parcel_card(parcel_id, scope, day, revision, run)
    context: dict[str, Any] = {
        "card": card,
        "parcel_id": parcel_id,
        "day": day,
        "known": known,
        "today": today,
        "as_known": known != today,
        "run": run,
        "main": _main_user(card),
        "findings": parcel_findings(request.user, parcel_id),
        "place": place_of(parcel_id, scope) if has_right(request.user, Right.READ_BLOCKS) else None,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "parcels/panel.html", context)
    parents, children = lineage_of(parcel_id, revision)
    context |= {
        "versions": history("parcels", [parcel_id]) if scope.everything else [],
        "corrections": corrections_of("parcels", [parcel_id]) if scope.everything else [],
        "parents": parents,
        "children": children,
        "may_correct": has_right(request.user, Right.CORRECT),
        "may_see_imports": has_right(request.user, Right.READ_IMPORTS),
    }
    return render(request, "parcels/card.html", context)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return otherwise


def _revision(known: dt.date, today: dt.date) -> int | None:
    """The revision known at the end of the day ``known``; None for today and later."""
    if known >= today:
        return None
    end = dt.datetime.combine(known + dt.timedelta(days=1), dt.time(), timezone.get_current_timezone())
    return revision_at(end - dt.timedelta(microseconds=1))


def _main_user(card: ParcelCard | None) -> Any:
    if card is None:
        return None
    current = [user for user in card.users if user.visible and user.kind != "excluded"]
    return current[0] if current else None
