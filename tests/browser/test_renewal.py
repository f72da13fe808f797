"""From findings to freed land on the demonstration county, step by step, on an office screen and on a phone."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from mujun.cli.demo_county import PASSWORD
from mujun.cli.demo_plan import photograph
from tests.browser.installation import PICTURES, Site
from tests.browser.watching import OFFICE, PHONE, Window

FOLDER = PICTURES / "renewal"
SIZES = {"office": OFFICE, "phone": PHONE}
PATIENCE_MS = 120_000
INSIDE = "async (address) => (await (await fetch(address)).json()).blocks.flat()"
TODAY = "() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)"
DRAWN = "() => new Promise((done) => { mujunMap.once('idle', done); mujunMap.triggerRepaint(); })"
PLACE = """async (code) => {
  const settings = JSON.parse(document.getElementById("map-settings").textContent);
  const [table, names] = await Promise.all([settings.table, settings.names].map(async (one) => (await fetch(one)).json()));
  const numbers = table.numbers === "all" ? names.parcels.map((_, place) => place + 1) : table.numbers;
  const wanted = numbers[names.parcels.indexOf(code)];
  const box = mujunMap.getCanvas().getBoundingClientRect();
  for (let y = 60; y < box.height - 30; y += 4)
    for (let x = 60; x < box.width - 20; x += 4)
      if ([-6, 0, 6].every((off) => mujunMap.queryRenderedFeatures([x + off, y])[0]?.id === wanted)
          && document.elementFromPoint(box.x + x, box.y + y) === mujunMap.getCanvas()) return [box.x + x, box.y + y];
  return null;
}"""
"""Where on the screen a parcel can be tapped."""


@dataclasses.dataclass
class Journey:
    """An analyst and a leader before screens of one size, and the plan they make."""

    size: str
    analyst: Window
    leader: Window
    plan: str = ""
    block: str = ""
    pictures: int = 0

    @property
    def page(self) -> Any:
        """The analyst's page."""
        return self.analyst.page

    def picture(self, window: Window, name: str) -> None:
        """Keep a picture; the page must fit the screen, and on a phone the finger."""
        window.must_fit(name)
        self.pictures += 1
        window.picture(FOLDER / self.size / f"{self.pictures:02}-{name}.png")

    def inside(self) -> list[str]:
        """The parcels of the plan as it is chosen now, as programs are told."""
        return list(self.page.evaluate(INSIDE, f"/api/v1{self.plan[:-1]}"))

    def value(self) -> float:
        """The objective as the desk shows it."""
        return number(self.page.locator(".plan-figures .figure").first.inner_text())


def number(text: str) -> float:
    """The figure in a text."""
    return float(re.sub(r"[^\d.]", "", text))


@pytest.fixture(params=SIZES)
def journey(request: pytest.FixtureRequest, demo: Site, chromium: Any) -> Any:
    """Two windows of one size on the demo county."""
    windows = [Window(chromium, demo.address, SIZES[request.param]) for _who in range(2)]
    for window, name in zip(windows, ("analyst", "leader"), strict=True):
        window.sign_in(name, PASSWORD)
    yield Journey(request.param, *windows)
    for window in windows:
        window.close()


def test_from_findings_to_freed_land(journey: Journey, tmp_path: Path) -> None:
    findings(journey)
    wishes(journey)
    plan(journey)
    first = journey.inside()[0]
    lock_out(journey, first)
    second = journey.inside()[0]
    lock_on_the_map(journey, second)
    choose_an_alternative(journey, out=first, within=second)
    sign(journey)
    stages(journey)
    area_counted(journey, tmp_path)
    assert [one for window in (journey.analyst, journey.leader) for one in window.mishaps] == []


def findings(journey: Journey) -> None:
    """What was found, as a list and one parcel's card."""
    journey.analyst.open("/findings/")
    assert journey.page.locator("main .table tbody tr").count() > 0
    journey.picture(journey.analyst, "findings")
    journey.page.locator("main .table tbody a").first.click()
    journey.page.locator("#findings").wait_for()
    journey.picture(journey.analyst, "parcel")


def wishes(journey: Journey) -> None:
    """Say what the plan has to keep to, and look at the data before anything is solved."""
    page = journey.page
    journey.analyst.open("/plans/new/")
    page.get_by_label("方案名称").fill(f"浏览器里的方案（{journey.size}）")
    page.get_by_label("目标").select_option("area")  # more than one plan clears nearly as much
    page.get_by_label("预算（万元）").fill("15000")
    page.get_by_label("最多几片").fill("3")
    page.get_by_label("每片最小面积（亩）").fill("15")
    page.get_by_label("求解时限（秒）").fill("10")
    journey.picture(journey.analyst, "wishes")
    page.get_by_role("button", name="准备数据").click()
    page.locator("#rehearsal").wait_for(timeout=PATIENCE_MS)
    journey.plan = re.sub(r"^.*?(/plans/\d+/).*$", r"\1", page.url)
    journey.picture(journey.analyst, "rehearsal")


def plan(journey: Journey) -> None:
    """Solve; the plan says how good it is, and the front stands beside it."""
    page = journey.page
    page.get_by_role("button", name="开始求解").click()
    page.locator("#choices li").first.wait_for(timeout=PATIENCE_MS)
    page.locator("#budget").wait_for(timeout=PATIENCE_MS)
    page.locator("#plan-rest [data-chart=front] :is(svg, canvas)").wait_for(timeout=PATIENCE_MS)
    assert "最优" in page.locator("#plan-gap").inner_text()
    assert page.locator("#choices li").count() > 1
    journey.picture(journey.analyst, "plan")


def lock_out(journey: Journey, parcel: str) -> None:
    """Rehearse that somebody refuses: the parcel is out, and the plan is no better than before."""
    page, before = journey.page, journey.value()
    page.get_by_label("若某户拒签：宗地代码").fill(parcel)
    page.get_by_role("button", name="演练拒签").click()
    page.locator("#locks", has_text=parcel).wait_for(timeout=PATIENCE_MS)
    page.locator("#plan-change").wait_for(timeout=PATIENCE_MS)
    page.locator("#plan-now:not([hx-trigger])").wait_for(timeout=PATIENCE_MS)
    assert parcel not in journey.inside()
    assert journey.value() <= before
    journey.picture(journey.analyst, "locked-out")


def lock_on_the_map(journey: Journey, parcel: str) -> None:
    """Tap a parcel of the plan on the map, read its reasons, lock it in."""
    page = journey.page
    codes = page.evaluate(
        "async (address) => (await (await fetch(address)).json()).blocks", f"/api/v1{journey.plan[:-1]}"
    )
    block = next(place for place, block in enumerate(codes) if parcel in block)
    page.locator("#plan-blocks [data-zoom]").nth(block).click()
    page.wait_for_timeout(500)
    page.evaluate(DRAWN)
    page.evaluate("() => document.getElementById('map').scrollIntoView({block: 'center'})")
    place = page.evaluate(PLACE, parcel)
    assert place is not None, f"{parcel} is not to be seen on the map"
    page.mouse.click(*place)
    page.locator("#map-card h2", has_text=parcel).wait_for()
    assert "在第" in page.locator("#map-card").inner_text()
    journey.picture(journey.analyst, "parcel-on-the-map")
    page.locator("#map-card").get_by_role("button", name="锁定在内").click()
    page.locator("#locks li", has_text=parcel).wait_for(timeout=PATIENCE_MS)
    page.locator("#plan-now:not([hx-trigger])").wait_for(timeout=PATIENCE_MS)
    assert page.locator("#locks li").count() == 2
    assert parcel in journey.inside()
    journey.picture(journey.analyst, "two-locks")


def choose_an_alternative(journey: Journey, *, out: str, within: str) -> None:
    """Solve again under the locks, hold an alternative beside the best plan, choose it: it keeps to the locks too."""
    page = journey.page
    with page.expect_navigation():
        page.get_by_role("button", name="重新求解").first.click()
    page.locator("#plan-now[hx-trigger]").wait_for(state="detached", timeout=PATIENCE_MS)
    page.locator("#choices li.current", has_text="最好方案").wait_for(timeout=PATIENCE_MS)
    best = set(journey.inside())
    other = page.locator("#choices li:not(.current)", has_text="备选").first
    title = other.locator("strong").inner_text()
    worth = number(other.locator("dd").first.inner_text())
    assert worth <= journey.value()
    other.get_by_role("button", name="看差别").click()
    page.locator("#compare .notice", has_text=title).wait_for()
    page.locator("#map-legend", has_text="只在所选方案里").wait_for()
    journey.picture(journey.analyst, "compared")
    other.get_by_role("button", name="选它").click()
    page.locator("#choices li.current", has_text=title).wait_for()
    chosen = set(journey.inside())
    assert chosen != best
    assert within in chosen
    assert out not in chosen
    assert journey.value() == worth
    journey.picture(journey.analyst, "chosen")


def sign(journey: Journey) -> None:
    """The leader sees what the signature sets off, and signs; the plan stands on paper."""
    window = journey.leader
    window.open(f"{journey.plan}sign/")
    journey.picture(window, "sign")
    window.page.get_by_label("签字人密码").fill(PASSWORD)
    window.page.get_by_role("button", name="签字并建立区块").click()
    window.page.get_by_text("已建立区块").first.wait_for()
    journey.picture(window, "signed")
    window.open(f"{journey.plan}print/")
    journey.picture(window, "paper")


def stages(journey: Journey) -> None:
    """The block's stages until the land is vacated and pulled down, each with its day."""
    page = journey.page
    journey.analyst.open(journey.plan)
    assert page.get_by_role("button", name="锁定在内").count() == 0
    page.locator(".notice.good a").first.click()
    journey.block = re.sub(r"^.*?(/blocks/\d+/).*$", r"\1", page.url)
    everybody_signs(journey)
    for stage in ("摸底", "方案", "签约", "腾空", "拆除"):
        journey.analyst.open(f"{journey.block}stage/")
        assert page.locator("h1").inner_text() == f"完成“{stage}”"
        page.get_by_label("完成日期").fill(page.evaluate(TODAY))
        if stage == "腾空":
            journey.picture(journey.analyst, "stage")
        page.locator("main form button.main").first.click()
        page.wait_for_url(lambda url: "/stage/" not in url)
    journey.analyst.open(journey.block)
    assert "当前阶段：供地" in page.locator(".lead").inner_text()
    journey.picture(journey.analyst, "stages")


def everybody_signs(journey: Journey) -> None:
    """Each owner and tenant of the block signs."""
    page = journey.page
    links = page.eval_on_selector_all("#wall .wall a", "links => links.map(link => link.getAttribute('href'))")
    assert links
    for link in links:
        journey.analyst.open(link)
        page.get_by_label("已签约").check()
        page.get_by_label("日期").first.fill(page.evaluate(TODAY))
        page.locator("main form button.main").first.click()
        page.wait_for_url(lambda url: "/party/" not in url)
    assert "达到双三分之二" in page.locator("#wall").inner_text() or "/blocks/mine/" in page.url


def area_counted(journey: Journey, folder: Path) -> None:
    """The leader accepts one parcel with a photograph: its area counts, in the block and in the county."""
    window, file = journey.leader, folder / "freed.png"
    file.write_bytes(photograph().read())
    page = window.page
    before = counted(window)
    window.open(f"{journey.block}accept/")
    page.locator("main input[type=file]").last.set_input_files(str(file))
    page.get_by_label("签字人密码").fill(PASSWORD)
    journey.picture(window, "accept")
    page.locator("main form button.main").first.click()
    page.wait_for_url(lambda url: "/accept/" not in url)
    accepted = number(page.locator("section.card.grid-4 .figure").nth(1).inner_text())
    assert accepted > 0
    journey.picture(window, "accepted")
    assert counted(window) == pytest.approx(before + accepted, abs=2e-4)  # three figures, each shown with four decimals
    journey.picture(window, "progress")


def counted(window: Window) -> float:
    """The land freed and accepted in the county, as the page of progress says."""
    window.open("/blocks/progress/")
    return number(window.page.locator("section.card.grid-4 .figure, .grid-4 .figure").first.inner_text())


@pytest.mark.parametrize("path", ["/plans/", "/plans/1/", "/plans/2/", "/plans/1/print/", "/plans/new/"])
def test_the_desk_on_a_phone(demo: Site, chromium: Any, path: str) -> None:
    window = Window(chromium, demo.address, PHONE)
    window.sign_in("analyst", PASSWORD)
    window.open(path)
    Journey("phone", window, window).picture(window, "desk" + path.replace("/", "-").rstrip("-"))
    assert window.mishaps == []
    window.close()
