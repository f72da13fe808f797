"""The list of blocks, the sums of the campaign, and the card of one block."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.web.campaign.models import Block, BlockParcel, BlockState, Consent, Mode, Party, PartyKind
from mujun.web.campaign.queries import blocks as queries
from mujun.web.campaign.queries.consent import consent_of
from mujun.web.campaign.queries.progress import block_lines, progress_in_scope
from mujun.web.campaign.stages import current, standings
from mujun.web.maps.queries import basemap
from mujun.web.pages.built import built_url
from mujun.web.pages.campaign.columns import BLOCKS
from mujun.web.pages.campaign.drawing import HEIGHT, WIDTH, answer_of, map_of, paper_map
from mujun.web.pages.campaign.gantt import gantt_of
from mujun.web.pages.home.views import map_words
from mujun.web.pages.tables import DataTable
from mujun.web.people.queries import history
from mujun.web.people.rights import Right, Scope, has_right, page, rights_of, scope_of


@page(Right.READ_BLOCKS)
def blocks(request: HttpRequest) -> HttpResponse:
    """The blocks inside the scope, as a table and as Excel."""
    scope = scope_of(request.user)
    rows = queries.blocks_in_scope(scope)
    wanted = {name: request.GET.get(name, "").strip() for name in ("town", "mode", "state", "q")}
    if wanted["mode"] in Mode.values:
        rows = rows.filter(mode=wanted["mode"])
    if wanted["state"] in BlockState.values:
        rows = rows.filter(state=wanted["state"])
    if wanted["q"]:
        rows = rows.filter(name__icontains=wanted["q"]) | rows.filter(number__startswith=wanted["q"])
    if wanted["town"]:
        rows = rows.filter(pk__in=queries.parcels_in_scope(scope).filter(town=wanted["town"]).values("block"))
    lines = block_lines(list(rows), scope, timezone.localdate())
    table = DataTable(request, lines, BLOCKS, order="number", title=_("整治区块"))
    if table.wants_excel:
        return table.excel(_("整治区块"))
    towns = queries.parcels_in_scope(scope).exclude(town="").order_by("town").values_list("town", flat=True).distinct()
    context = {
        "table": table, "chosen": wanted, "modes": Mode.choices, "states": BlockState.choices, "towns": list(towns),
        "area_mu": sum(line.area_mu for line in lines), "accepted_mu": sum(line.accepted_mu for line in lines),
        "late": sum(len(line.late) for line in lines), "may_open": has_right(request.user, Right.OPEN_BLOCKS),
    }  # fmt: skip
    return render(request, "campaign/list.html", context)


@page(Right.READ_BLOCKS)
def progress(request: HttpRequest) -> HttpResponse:
    """Accepted land by town, block and month; what is late and who answers for it."""
    found = progress_in_scope(scope_of(request.user), timezone.localdate())
    mu = _("亩")
    months = {
        "unit": mu,
        "categories": [month for month, _area in found.by_month],
        "series": [{"name": _("已验收腾出面积"), "values": [round(area, 4) for _month, area in found.by_month]}],
    }
    return render(request, "campaign/progress.html", {"progress": found, "months": months})


def found_block(request: HttpRequest, pk: int) -> Block:
    """The block, where it lies inside the scope; another town's is not found, like one that does not exist."""
    return get_object_or_404(queries.blocks_in_scope(scope_of(request.user)), pk=pk)


@page(Right.READ_BLOCKS)
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one block."""
    held = found_block(request, pk)
    scope = scope_of(request.user)
    today = timezone.localdate()
    rows = list(queries.parcels_in_scope(scope).filter(block=held))
    inside = [row for row in rows if row.to_day is None]
    parties = list(queries.parties_in_scope(scope).filter(block=held))
    by_parcel = _by_parcel(parties)
    records, decisions = queries.records_of(held), queries.decisions_of(held)
    stages = standings(records, decisions)
    accepted = list(queries.acceptances_in_scope(scope).filter(block=held))
    files = list(queries.attachments_in_scope(scope).filter(block=held))
    context: dict[str, Any] = {
        "held": held,
        "team": list(held.team.all()),
        "parcels": _parcel_lines(inside, by_parcel, {one.parcel_id: one for one in accepted}),
        "released": [row for row in rows if row.to_day is not None],
        "area_mu": sum(row.area_mu for row in inside),
        "towns": sorted({row.town for row in inside if row.town}),
        "consent": consent_of(inside, parties),
        "wall": _wall(request, parties),
        "answers": Consent.choices,
        "answer": request.GET.get("answer", ""),
        "stages": stages,
        "late": [one for one in stages if one.late(today)] if held.state == BlockState.OPEN else [],
        "current": current(stages),
        "today": today,
        "gantt": gantt_of(stages, held.opened_on, today),
        "records": [record for record in reversed(records) if record.real_on or record.corrects_id or record.note],
        "decisions": decisions,
        "accepted": accepted,
        "accepted_mu": sum(one.area_mu for one in accepted),
        "pictures": [one for one in files if one.picture],
        "papers": [one for one in files if not one.picture],
        "history": history(f"block:{held.pk}", 50) if scope.everything else [],
        "drawing": paper_map(inside, by_parcel),
        "sheet": (WIDTH, HEIGHT),
        "may": _may(request, held),
        "map": _map_settings(held),
        "words": map_words(),
    }
    return render(request, "campaign/block.html", context)


def _by_parcel(parties: list[Party]) -> dict[str, list[Party]]:
    found: dict[str, list[Party]] = defaultdict(list)
    for party in parties:
        found[party.parcel_id].append(party)
    return found


def _parcel_lines(rows: list[BlockParcel], parties: dict[str, list[Party]], accepted: dict[str, Any]) -> list[Any]:
    """Number, parcel, what its owners say, how many tenants, and its acceptance."""
    return [
        {
            "number": number,
            "row": row,
            "answer": answer_of(parties.get(row.parcel_id, [])),
            "tenants": sum(party.kind == PartyKind.TENANT for party in parties.get(row.parcel_id, [])),
            "accepted": accepted.get(row.parcel_id),
        }
        for number, row in enumerate(rows, 1)
    ]


def _wall(request: HttpRequest, parties: list[Party]) -> list[Party]:
    """The parties on the wall: those with the answer that the address asks for, who refuses first."""
    order = {Consent.REFUSING: 0, Consent.TALKING: 1, Consent.SIGNED: 2}
    wanted = request.GET.get("answer", "")
    shown = [party for party in parties if wanted not in Consent.values or party.consent == wanted]
    return sorted(shown, key=lambda party: (order[Consent(party.consent)], party.parcel_id, party.kind))


def _may(request: HttpRequest, held: Block) -> dict[str, bool]:
    rights = rights_of(request.user) if held.state != BlockState.CLOSED else frozenset()
    return {
        "open": Right.OPEN_BLOCKS in rights,
        "work": Right.WORK_BLOCKS in rights,
        "sign": Right.SIGN_BLOCKS in rights,
    }


def _map_settings(held: Block) -> dict[str, Any]:
    return {
        "table": reverse("block_map", args=[held.pk]),
        "names": "",
        "worker": built_url("map-worker.js"),
        "card": reverse("parcel", args=["PARCEL"]),
        "list": reverse("parcels"),
        "basemap": basemap(),
        "wanted": "",
        "wanted_box": None,
    }


@page(Right.READ_BLOCKS)
def map_table(request: HttpRequest, pk: int) -> HttpResponse:
    """The parcels of a block inside the scope, for the map's script."""
    held, scope = found_block(request, pk), scope_of(request.user)
    rows = list(queries.parcels_in_scope(scope).filter(block=held, to_day=None))
    parties = _by_parcel(list(queries.parties_in_scope(scope).filter(block=held)))
    accepted = set(queries.acceptances_in_scope(scope).filter(block=held).values_list("parcel_id", flat=True))
    return JsonResponse(map_of(rows, parties, accepted))


def open_codes(held: Block, scope: Scope) -> list[str]:
    """The codes of the parcels of a block that somebody may see."""
    rows = queries.parcels_in_scope(scope).filter(block=held, to_day=None)
    return list(rows.values_list("parcel_id", flat=True))
