"""The ledger as a table, and the card of one target."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.campaign.models import Block
from mujun.web.pages.tables import DataTable
from mujun.web.pages.targets.charts import HEIGHT, WIDTH, chart_of, sparkline
from mujun.web.pages.targets.columns import LEDGER, UNIT
from mujun.web.pages.templatetags.ledger import LIGHTS
from mujun.web.people.rights import Right, has_right, page, scope_of
from mujun.web.targets.models import TargetLevel, TargetState
from mujun.web.targets.owners import who_reports
from mujun.web.targets.queries.cards import TargetCard, card_of, may_make, may_report_on, may_sign
from mujun.web.targets.queries.evidence import accepted_land, branches, last_reports
from mujun.web.targets.queries.ledger import LedgerLine, ledger, reaches, targets_in_scope
from mujun.web.targets.queries.orders import in_order, to_report

SHOWN = 8
"""How many targets without this month's report are named."""
LIGHT_ORDER = {"red": 0, "yellow": 1, "green": 2, "grey": 3}


@page(Right.READ_TARGETS)
def targets(request: HttpRequest) -> HttpResponse:
    """The targets inside the scope with light, figures, sparkline, forecast, owner and gap; as a table and as Excel."""
    scope, today = scope_of(request.user), timezone.localdate()
    wanted = {name: request.GET.get(name, "").strip() for name in ("light", "town", "state", "level", "q", "mine")}
    every = targets_in_scope(scope)
    rows = every.exclude(state=TargetState.CLOSED) if not wanted["state"] else every.filter(state=wanted["state"])
    if wanted["level"] in TargetLevel.values:
        rows = rows.filter(level=wanted["level"])
    if wanted["town"]:
        rows = rows.filter(town=wanted["town"])
    if wanted["mine"]:
        rows = rows.filter(owned_by(request.user))
    if wanted["q"]:
        named = (
            Q(name__icontains=wanted["q"]) | Q(number__startswith=wanted["q"]) | Q(owner_unit__icontains=wanted["q"])
        )
        rows = rows.filter(named | Q(owner__display_name__icontains=wanted["q"]))
    lines = ledger(in_order(list(rows)), today)
    counts = Counter(line.light.colour for line in lines)
    if wanted["light"] in LIGHTS:
        lines = [line for line in lines if line.light.colour == wanted["light"]]
    columns = [*LEDGER, UNIT] if request.GET.get("format") == "xlsx" else LEDGER
    note = _("截至 {day}").format(day=today)
    table = DataTable(request, by_light(lines), columns, title=_("目标台账"), note=note)
    if table.wants_excel:
        return table.excel(_("目标台账"))
    towns = every.exclude(town="").order_by("town").values_list("town", flat=True).distinct()
    context = {
        "table": table, "chosen": wanted, "towns": list(towns), "states": TargetState.choices[:3],
        "levels": TargetLevel.choices, "counts": [(colour, counts[colour]) for colour in LIGHTS],
        "may_make": may_make(request.user), "narrowed": any(wanted.values()),
        "unreported": to_report(request.user, scope, today)[:SHOWN], "month": today,
    }  # fmt: skip
    return render(request, "targets/ledger.html", context)


def owned_by(user: Any) -> Q:
    """The targets somebody answers for: own ones, and those of the own unit."""
    unit = user.unit
    return Q(owner=user.pk) | (Q(owner=None, owner_unit=unit) if unit else Q(pk=None))


def by_light(lines: list[LedgerLine]) -> list[LedgerLine]:
    """Red ones first, then yellow, green, grey; inside a colour as they came."""
    return sorted(lines, key=lambda line: LIGHT_ORDER[line.light.colour])


def found_card(request: HttpRequest, pk: int) -> TargetCard:
    """The card, where its target lies inside the scope."""
    card = card_of(pk, scope_of(request.user), timezone.localdate())
    if card is None:
        raise Http404
    return card


@page(Right.READ_TARGETS)
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """One target from its sentence to the land that was accepted."""
    scope, today = scope_of(request.user), timezone.localdate()
    card = found_card(request, pk)
    held = card.target
    land = accepted_land(card.line, scope)
    whole = held.parent_id is None
    context: dict[str, Any] = {
        "card": card, "held": held, "wholes": [(one, reaches(scope, one)) for one in card.wholes], "line": card.line, "today": today, "chart": chart_of(card.line, today),
        "sheet": (WIDTH, HEIGHT), "land": land,
        "branches": [{"line": one.line, "depth": one.depth, "spark": sparkline(one.line)}
                     for one in branches(card.parts, scope, today)],
        "land_mu": sum(one.area_mu for one in land), "gap_blocks": _gap_blocks(card),
        "months": last_reports(card.reports), "reporter": who_reports(held),
        "source": held.statement or next((one.statement for one in card.wholes if one.statement is not None), None),
        "may": {
            "make": may_make(request.user) and held.state == TargetState.DRAFT,
            "formula": may_make(request.user) and held.state in (TargetState.DRAFT, TargetState.IN_FORCE),
            "sign": may_sign(request.user) and whole and held.state == TargetState.DRAFT,
            "end": may_sign(request.user) and whole and held.state == TargetState.IN_FORCE,
            "drop": may_make(request.user) and whole and held.state == TargetState.DRAFT,
            "report": may_report_on(request.user, held),
            "order": may_sign(request.user) and held.state == TargetState.IN_FORCE and card.open_order is None
            and card.line.light.colour in ("red", "yellow"),
            "blocks": has_right(request.user, Right.READ_BLOCKS),
        },
    }  # fmt: skip
    return render(request, "targets/card.html", context)


def _gap_blocks(card: TargetCard) -> list[dict[str, Any]]:
    """The blocks that would bring what is missing, each with its own page."""
    if card.gap is None or not card.gap.chosen:
        return []
    numbers = [one.name.split(" ")[0] for one in card.gap.chosen]
    blocks = {str(block): block for block in Block.objects.filter(number__in=numbers)}
    return [{"candidate": one, "block": blocks.get(one.name)} for one in card.gap.chosen]
