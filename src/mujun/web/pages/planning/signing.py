"""The signature: what it sets off for people, then the act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.pages.planning.forms import SignPlanForm
from mujun.web.pages.planning.views import found_plan
from mujun.web.pages.planning.words import gap_words
from mujun.web.people.rights import Right, page
from mujun.web.renewal import actions
from mujun.web.renewal.models import PlanState
from mujun.web.renewal.signing import BlockToOpen, blocks_to_open


@page(Right.SIGN_PLANS, methods=("GET", "POST"))
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show parcels, owners, tenants, displaced floor and cost; sign with the own password; open the blocks."""
    plan = found_plan(pk)
    if plan.state != PlanState.READY or plan.chosen is None:
        messages.error(request, _("这个方案现在不能签字：{state}。").format(state=plan.get_state_display()))
        return redirect("plan", pk=pk)
    blocks = blocks_to_open(plan)
    obstacles = [sentence for block in blocks for sentence in block.taken.obstacles]
    form = SignPlanForm(request.POST or None, user=request.user, names=[block.name for block in blocks])
    if request.method == "POST" and form.is_valid() and not obstacles:
        try:
            actions.sign_plan(pk, form.names(), published_on=form.cleaned_data["published_on"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("方案已签字，{n} 个区块已建立。").format(n=len(blocks)))
            return redirect("plan", pk=pk)
    context = {
        "plan": plan, "chosen": plan.chosen, "blocks": blocks, "obstacles": obstacles, "form": form,
        "gap": gap_words(plan.chosen.gap), **totals(blocks),
    }  # fmt: skip
    return render(request, "planning/sign.html", context, status=422 if form.errors else 200)


def totals(blocks: list[BlockToOpen]) -> dict[str, Any]:
    """Sums over blocks; somebody with land in two of them is one head."""
    parties = [party for block in blocks for party in block.taken.parties]
    return {
        "owners": len({party.identity for party in parties if party.kind == "owner"}),
        "tenants": len({party.identity for party in parties if party.kind == "tenant"}),
        "parcels": sum(block.figures.parcels for block in blocks),
        "area_mu": sum(block.figures.area_mu for block in blocks),
        "floor_m2": sum(block.figures.floor_m2 for block in blocks),
        "cost_wan": sum(block.figures.cost_wan for block in blocks),
    }
