"""From findings to freed land on the demonstration county: plan, lock two parcels, choose, sign, stages, area counted."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from mujun.cli.demo_county import PASSWORD
from mujun.cli.demo_plan import photograph
from tests.browser.installation import PICTURES, Site
from tests.browser.watching import OFFICE, PHONE, Window

FOLDER = PICTURES / "renewal"
PATIENCE_MS = 120_000


def _pictured(window: Window, name: str, size: str) -> None:
    window.page.wait_for_load_state("load")
    if window.page.locator("#map").count():
        window.page.locator("#map[data-state=ready]").wait_for()
    width, inner = window.page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= inner, f"{name} is {width} px wide on a screen of {inner}"
    window.picture(FOLDER / size / f"{name}.png")


def _chosen_value(page: Any) -> float:
    text = page.locator(".plan-figures .figure").first.inner_text()
    return float(re.sub(r"[^\d.]", "", text))


def _hold_out(page: Any, parcel: str) -> None:
    """Rehearse that somebody refuses and wait for the new plan."""
    page.get_by_label("若某户拒签：宗地代码").fill(parcel)
    page.get_by_role("button", name="演练拒签").click()
    page.locator("#locks", has_text=parcel).wait_for(timeout=PATIENCE_MS)
    page.locator("#plan-change").wait_for(timeout=PATIENCE_MS)


def _codes_inside(window: Window, plan: str) -> list[str]:
    return list(
        window.page.evaluate(
            "async address => (await (await fetch(address)).json()).blocks.flat()", f"/api/v1{plan[:-1]}"
        )
    )


@pytest.fixture(scope="module")
def journey(demo: Site, chromium: Any) -> Any:
    """An analyst's window on the demo county."""
    window = Window(chromium, demo.address, OFFICE)
    window.sign_in("analyst", PASSWORD)
    yield window
    window.close()


def test_from_findings_to_freed_land(journey: Window, demo: Site, chromium: Any, tmp_path: Path) -> None:
    page = journey.page
    journey.open("/findings/")
    _pictured(journey, "01-findings", "office")
    journey.open("/plans/new/")
    page.get_by_label("方案名称").fill("浏览器里的方案")
    page.get_by_label("预算（万元）").fill("20000")
    page.get_by_label("求解时限（秒）").fill("8")
    _pictured(journey, "02-wishes", "office")
    page.get_by_role("button", name="准备数据").click()
    page.locator("#rehearsal").wait_for(timeout=PATIENCE_MS)
    _pictured(journey, "03-rehearsal", "office")
    plan = re.sub(r"^.*?(/plans/\d+/).*$", r"\1", page.url)
    page.get_by_role("button", name="开始求解").click()
    page.locator("#choices li").first.wait_for(timeout=PATIENCE_MS)
    page.locator("#budget").wait_for(timeout=PATIENCE_MS)
    _pictured(journey, "04-plan", "office")

    before = _chosen_value(page)
    first, second = _codes_inside(journey, plan)[:2]
    _hold_out(page, first)
    after = _chosen_value(page)
    assert after <= before
    _hold_out(page, second)
    inside = _codes_inside(journey, plan)
    assert first not in inside
    assert second not in inside
    assert "离最优" in page.locator("#plan-gap").inner_text() or "最优" in page.locator("#plan-gap").inner_text()
    _pictured(journey, "05-two-locks", "office")

    page.get_by_role("button", name="重新求解").first.click()
    page.locator("#plan-now[hx-trigger]").wait_for(state="detached", timeout=PATIENCE_MS)
    page.locator("#choices li.current").wait_for(timeout=PATIENCE_MS)
    compare = page.locator("#choices li:not(.current)")
    if compare.count():
        compare.first.get_by_role("button", name="看差别").click()
        page.locator("#compare .notice").wait_for()
        _pictured(journey, "06-compare", "office")
        compare.first.get_by_role("button", name="选它").click()
        page.locator("#choices li.current").wait_for()
    inside = _codes_inside(journey, plan)
    assert first not in inside
    assert second not in inside

    leader = Window(chromium, demo.address, OFFICE)
    leader.sign_in("leader", PASSWORD)
    leader.open(f"{plan}sign/")
    _pictured(leader, "07-sign", "office")
    leader.page.get_by_label("签字人密码").fill(PASSWORD)
    leader.page.get_by_role("button", name="签字并建立区块").click()
    leader.page.get_by_text("已建立区块").first.wait_for()
    _pictured(leader, "08-signed", "office")
    leader.open(f"{plan}print/")
    _pictured(leader, "09-paper", "office")

    journey.open(plan)
    page.locator(".notice.good a").first.click()
    block = re.sub(r"^.*?(/blocks/\d+/).*$", r"\1", page.url)
    _sign_everybody(journey, block)
    for stage in ("摸底", "方案", "签约", "腾空"):
        journey.open(f"{block}stage/")
        assert stage in page.locator("main").inner_text()
        page.get_by_label("完成日期").fill(
            page.evaluate("() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)")
        )
        page.locator("main form button.main").first.click()
        page.wait_for_url(lambda url: "/stage/" not in url)
    _accept_one(leader, block, tmp_path)
    _pictured(leader, "10-block", "office")
    leader.open("/blocks/progress/")
    _pictured(leader, "11-progress", "office")
    assert [one for one in journey.mishaps + leader.mishaps if "inline style" not in one] == []
    leader.close()


def _sign_everybody(window: Window, block: str) -> None:
    page = window.page
    window.open(f"{block}#wall")
    links = page.eval_on_selector_all("#wall .wall a", "links => links.map(link => link.getAttribute('href'))")
    today = page.evaluate("() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)")
    for link in links:
        window.open(link)
        page.get_by_label("已签约").check()
        page.get_by_label("日期").first.fill(today)
        page.locator("main form button.main").first.click()
        page.wait_for_url(lambda url: "/party/" not in url)


def _accept_one(window: Window, block: str, folder: Path) -> None:
    file = folder / "freed.png"
    file.write_bytes(photograph().read())
    assert zlib.crc32(file.read_bytes())
    page = window.page
    window.open(f"{block}accept/")
    page.locator("main input[type=file]").last.set_input_files(str(file))
    page.get_by_label("签字人密码").fill(PASSWORD)
    page.locator("main form button.main").first.click()
    page.wait_for_url(lambda url: "/accept/" not in url)
    accepted = page.locator("section.card.grid-4 .figure").nth(1).inner_text()
    assert float(re.sub(r"[^\d.]", "", accepted)) > 0


@pytest.mark.parametrize("path", ["/plans/", "/plans/1/", "/plans/2/", "/plans/1/print/", "/plans/new/"])
def test_the_desk_on_a_phone(demo: Site, chromium: Any, path: str) -> None:
    window = Window(chromium, demo.address, PHONE)
    window.sign_in("analyst", PASSWORD)
    window.open(path)
    _pictured(window, "desk" + path.replace("/", "-").rstrip("-"), "phone")
    assert window.mishaps == []
    window.close()
