"""Adjacency on the desk's map: switched on, asked by a click, decided, at both sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mujun.web.people.models import User
from mujun.web.renewal.frozen import frozen_of
from mujun.web.renewal.models import PairDecision, Plan
from mujun.web.renewal.pairs import actions
from tests.web.browser.test_pages import SMALL_TARGETS, TOO_WIDE
from tests.web.renewal import ground

Visit = Callable[..., Any]
DRAWN = "(layer) => mujunMap.queryRenderedFeatures({layers: [layer]}).length"
PLACE = "(point) => { const at = mujunMap.project(point); return [at.x, at.y]; }"


@pytest.fixture
def plan(county: Any, settings: Any, tmp_path: Any) -> Plan:
    """A plan of the demonstration county whose adjacency holds a decision, before anything is solved."""
    settings.RUNS_ROOT = tmp_path / "runs"
    analyst = User.objects.get(username="analyst")
    run = ground.published(analyst)
    first = ground.drafted(run, analyst, min_block_mu=50.0, budget_wan=30_000.0)
    refused = frozen_of(first).graph.refused[0]
    actions.decide_pair(refused["a"], refused["b"], "joins", "两块地一并整治，中间加盖", by=analyst)
    held = ground.drafted(run, analyst, "带决定的方案", min_block_mu=50.0, budget_wan=30_000.0)
    ground.forget_queue()
    return held


def see(page: Any, plan: Plan, kind: str, row: int, zoom: int = 16) -> list[float]:
    """Bring one line into the middle of the map; return its place on the page."""
    frozen = frozen_of(plan)
    held = frozen.graph.refused[row] if kind == "refused" else frozen.edges.iloc[row]
    ends = [frozen.graph.points[frozen.position[held[side]]] for side in ("a", "b")]
    middle = [(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2]
    page.evaluate("([point, zoom]) => mujunMap.jumpTo({center: point, zoom})", [middle, zoom])
    page.evaluate("() => new Promise((done) => { mujunMap.once('idle', done); mujunMap.triggerRepaint(); })")
    box = page.locator("#map").bounding_box()
    x, y = page.evaluate(PLACE, middle)
    return [box["x"] + x, box["y"] + y]


@pytest.mark.parametrize("size", ["office", "phone"])
def test_lines_are_switched_on_and_tell_their_reason(size: str, plan: Plan, visit: Visit, picture: Any) -> None:
    page = visit("analyst", f"/plans/{plan.pk}/", size=size)
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    assert not page.evaluate("() => Boolean(mujunMap.getSource('adjacency'))")
    assert page.locator("#adjacency-kinds").is_hidden()
    page.check("#adjacency-on")
    page.wait_for_function("() => Boolean(mujunMap.getSource('adjacency'))")
    assert page.locator("#adjacency-rule").inner_text().count("两宗地相邻，是指")
    edges = frozen_of(plan).edges
    counts = dict(zip(edges["kind"].value_counts().index, edges["kind"].value_counts(), strict=True))
    for kind, number in counts.items():
        shown = page.locator(f"#adjacency-kinds label:has([data-kind={kind}]) .count").inner_text()
        assert int(shown.replace(",", "")) == number
    row = int(edges.index[edges["kind"] == "decided"][0])
    page.locator("#map").scroll_into_view_if_needed()
    place = see(page, plan, "decided", row)
    assert page.evaluate(DRAWN, "adjacency-touches") > 0
    assert page.evaluate(DRAWN, "adjacency-decided") > 0
    picture(page, f"adjacency-{size}")
    page.mouse.click(*place)
    page.wait_for_selector("#pair-decided")
    card = page.locator("#map-card").inner_text()
    assert "经决定相邻" in card
    assert "两块地一并整治，中间加盖" in card
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(SMALL_TARGETS) == []
    picture(page, f"adjacency-pair-{size}")


def test_a_kind_is_ticked_off_and_far_out_nothing_is_drawn(plan: Plan, visit: Visit) -> None:
    page = visit("analyst", f"/plans/{plan.pk}/")
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    page.check("#adjacency-on")
    page.wait_for_function("() => Boolean(mujunMap.getSource('adjacency'))")
    see(page, plan, "touches", 0)
    assert page.evaluate(DRAWN, "adjacency-touches") > 0
    page.uncheck("[data-kind=touches]")
    see(page, plan, "touches", 0)
    assert page.evaluate(DRAWN, "adjacency-touches") == 0
    page.check("[data-kind=touches]")
    see(page, plan, "touches", 0, zoom=12)
    assert page.evaluate(DRAWN, "adjacency-touches") == 0


def test_a_decision_is_made_in_the_card(plan: Plan, visit: Visit, picture: Any) -> None:
    code = str(frozen_of(plan).edges.iloc[0]["a"])
    page = visit("analyst", f"/plans/{plan.pk}/?parcel={code}")
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    page.evaluate(
        "([url]) => htmx.ajax('GET', url, {target: '#map-card-body', swap: 'innerHTML'})",
        [f"/plans/{plan.pk}/parcels/{code}/"],
    )
    page.evaluate("() => { document.getElementById('map-card').hidden = false; }")
    page.locator("#map-card a:has-text('依据和决定')").first.click()
    page.wait_for_selector("#pair-decided")
    page.click("#pair-decided summary:has-text('作出决定')")
    page.select_option("#pair_verdict", "separates")
    page.fill("#pair_reason", "中间拟新建道路")
    page.click("#pair-decided button.main")
    page.wait_for_selector("#pair-decided .notice.good")
    held = PairDecision.objects.order_by("-pk").first()
    assert (held.verdict, held.reason, code in (held.first, held.second)) == ("separates", "中间拟新建道路", True)
    picture(page, "adjacency-decision")
