"""From a document of one's own to a light on the cockpit, on an office screen and on a phone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from mujun.cli.demo_county import PASSWORD
from tests.browser.installation import PICTURES, Site
from tests.browser.targets_paper import LAND_MU, OVERLOOKED, PARTS, WORKS, plan
from tests.browser.watching import OFFICE, PHONE, Window

FOLDER = PICTURES / "targets"
SIZES = {"office": OFFICE, "phone": PHONE}
PATIENCE_MS = 120_000
SPRING = 3
"""Until this month a promise for the year may have no red or yellow light."""
PROMISES = 1 + len(PARTS) * len(WORKS)
KEYS = PROMISES + 10
"""Keys for fifty-one statements: one each and a few to mend, refuse and take back; at 5 s a key under five minutes."""
FAULTS = Path(__file__).with_name("accessible.js").read_text(encoding="utf-8")
SELECT = """(words) => {
  const piece = [...document.querySelectorAll(".paper span")].find((one) => one.textContent.includes(words));
  const at = piece.firstChild.data.indexOf(words);
  const range = document.createRange();
  range.setStart(piece.firstChild, at);
  range.setEnd(piece.firstChild, at + words.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@dataclasses.dataclass
class Journey:
    """An analyst and a leader before screens of one size, and the document they work from."""

    size: str
    analyst: Window
    leader: Window
    folder: Path
    document: str = ""
    target: str = ""
    pictures: int = 0

    @property
    def title(self) -> str:
        """What the plan is called; another one at each size, as no document is taken in twice."""
        return {"office": "青禾县空间计划", "phone": "青禾县用地计划"}[self.size]

    @property
    def page(self) -> Any:
        """The analyst's page."""
        return self.analyst.page

    def picture(self, window: Window, name: str, *, whole: bool = True) -> None:
        """Keep a picture; the page must fit the screen, be named throughout, and on a phone fit the finger."""
        window.must_fit(name)
        faults = window.page.evaluate(FAULTS)
        assert not faults, f"{name}: {faults}"
        self.pictures += 1
        window.picture(FOLDER / self.size / f"{self.pictures:02}-{name}.png", whole=whole)

    def left(self) -> int:
        """How many statements still wait."""
        return int(self.page.locator(".statement[data-state=proposed]").count())

    def settled(self, left: int) -> None:
        """Wait until every answer is there and so many statements wait."""
        self.page.wait_for_function(
            "(left) => !document.querySelector('.statement[data-state=sent], .htmx-added')"
            " && document.querySelectorAll('.statement[data-state=proposed]').length === left",
            arg=left,
        )


@pytest.fixture(params=SIZES)
def journey(request: pytest.FixtureRequest, demo: Site, chromium: Any, tmp_path: Path) -> Any:
    """Two windows of one size on the demo county."""
    windows = [Window(chromium, demo.address, SIZES[request.param]) for _who in range(2)]
    for window, name in zip(windows, ("analyst", "leader"), strict=True):
        window.sign_in(name, PASSWORD)
    yield Journey(request.param, *windows, tmp_path)
    for window in windows:
        window.close()


def test_from_a_document_to_a_light_on_the_cockpit(journey: Journey) -> None:
    before = lights(journey, "before")
    take_in(journey)
    if journey.size == "office":
        review_by_keyboard(journey)
    else:
        review_by_hand(journey)
    add_by_selecting(journey)
    make(journey)
    break_down(journey)
    sign(journey)
    after = lights(journey, "after")
    assert sum(after.values()) == sum(before.values()) + 1
    assert journey.leader.page.locator("#targets").get_by_text(f"{journey.title}累计整治低效工业用地").count() == 1
    card(journey)
    papers(journey)
    assert [one for window in (journey.analyst, journey.leader) for one in window.mishaps] == []


def lights(journey: Journey, when: str) -> dict[str, int]:
    """The leader's first page: lights with how many targets have them; all of it on one office screen."""
    journey.leader.open("/cockpit/")
    page = journey.leader.page
    if journey.size == "office":
        high, inner = page.evaluate("() => [document.documentElement.scrollHeight, window.innerHeight]")
        assert high <= inner, f"the cockpit is {high} px high on a screen of {inner}"
        hidden = page.eval_on_selector_all(
            ".cockpit .part",
            "parts => parts.filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.id)",
        )
        assert not hidden, f"cut off: {hidden}"
    journey.picture(journey.leader, f"cockpit-{when}")
    tiles = page.locator(".tile:has(.light)").all()
    return {str(tile.get_attribute("class")): int(tile.locator(".figure").inner_text()) for tile in tiles}


def _today() -> dt.date:
    """The day in the county, which the site goes by; the machine of the tests may stand elsewhere."""
    return dt.datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai")).date()


def take_in(journey: Journey) -> None:
    """Upload the plan and see it read."""
    page, today = journey.page, _today()
    file = journey.folder / "计划.docx"
    file.write_bytes(plan(journey.title, today.year))
    journey.analyst.open("/targets/documents/")
    journey.picture(journey.analyst, "documents")
    page.get_by_role("link", name="收录文件").first.click()
    page.get_by_label("文件", exact=True).or_(page.locator("#id_file")).first.set_input_files(file)
    page.locator("#id_title").fill(journey.title)
    page.locator("#id_issuer").fill("青禾县政府")
    page.locator("#id_issued_on").fill(f"{today.year}-01-10")
    journey.picture(journey.analyst, "upload")
    page.get_by_role("button", name="收录").click()
    page.locator(".statement").first.wait_for(timeout=PATIENCE_MS)
    journey.document = re.sub(r"^.*?(/targets/documents/\d+/).*$", r"\1", page.url)
    page.wait_for_url(lambda url: url.endswith(journey.document))
    assert page.locator(".statement").count() == PROMISES
    assert page.locator(".quote").count() == PROMISES
    journey.picture(journey.analyst, "document")


def review_by_keyboard(journey: Journey) -> None:
    """Fifty-one statements decided by keys alone: confirmed, one mended, one refused, one taken back."""
    page, pressed = journey.page, 0

    def press(*keys: str) -> None:
        nonlocal pressed
        for key in keys:
            page.keyboard.press(key)
            pressed += 1

    press("Enter", "Enter")
    journey.settled(PROMISES - 2)
    press("u")
    journey.settled(PROMISES - 1)
    press("Enter", "e")
    value = page.locator("[data-mend] [name=value]")
    value.wait_for()
    journey.picture(journey.analyst, "mending", whole=False)
    value.fill("33000")
    press("Enter")
    page.locator(".statement.mended").wait_for()
    journey.settled(PROMISES - 3)
    page.wait_for_function("() => document.activeElement.matches('.statement[data-state=proposed]')")  # it leads on
    press("x")
    page.locator(".statement.refused").wait_for()
    for _turn in range(PROMISES - 4):
        press("Enter")
    journey.settled(0)
    assert pressed <= KEYS
    assert page.locator(".statement.confirmed").count() == PROMISES - 2
    journey.picture(journey.analyst, "decided")


def review_by_hand(journey: Journey) -> None:
    """The same by tapping, and the rest at once."""
    page = journey.page
    first = page.locator(".statement").first
    first.get_by_role("button", name="确认").click()
    page.locator(".statement.confirmed").wait_for()
    second = page.locator(".statement").nth(1)
    second.get_by_role("link", name="修正").click()
    page.locator("[data-mend] [name=value]").fill("33")
    page.get_by_role("button", name="保存修正").click()
    page.locator(".statement.mended").wait_for()
    page.locator(".statement").nth(2).get_by_role("button", name="不采纳").click()
    page.locator(".statement.refused").wait_for()
    page.get_by_role("button", name="确认这一部分其余各条").click()
    page.wait_for_load_state("load")
    journey.settled(0)
    journey.picture(journey.analyst, "decided")


def add_by_selecting(journey: Journey) -> None:
    """Select words on the original and add them."""
    page = journey.page
    page.evaluate(SELECT, OVERLOOKED)
    page.locator("[data-add][href*=start]").click()
    assert page.locator("#id_quote").input_value() == OVERLOOKED
    page.locator("#id_metric").fill("工业邻里")
    assert page.locator("#id_value").input_value() == "15"
    page.locator("#id_unit").fill("分钟")
    journey.picture(journey.analyst, "add")
    page.get_by_role("button", name="添加", exact=True).click()
    page.locator(".statement.added").wait_for()
    assert page.locator(".quote.added").inner_text() == OVERLOOKED


def make(journey: Journey) -> None:
    """Make a target of the first promise."""
    page = journey.page
    page.locator(".statement").first.get_by_role("link", name="立为目标").click()
    assert page.locator("#id_due_on").input_value() == f"{_today().year}-12-31"
    assert page.locator("#id_formula").input_value() == "freed_mu"
    page.locator("#id_owner_unit").fill("青禾县改造办")
    journey.picture(journey.analyst, "make")
    page.get_by_role("button", name="立为目标").click()
    page.locator("#parts").wait_for()
    journey.target = re.sub(r"^.*?(/targets/\d+/).*$", r"\1", page.url)
    journey.picture(journey.analyst, "draft")


def break_down(journey: Journey) -> None:
    """Break it down to towns; what does not add up is said at once."""
    page = journey.page
    page.get_by_role("link", name="分解", exact=True).click()
    values = page.locator("[name$='-value']")
    values.nth(0).fill("5000")
    values.nth(1).fill("3000")
    page.get_by_text("少1,000亩，分解对不上").wait_for()
    journey.picture(journey.analyst, "parts")
    values.nth(1).fill(str(LAND_MU - 5000))
    page.locator("#verdict.good").wait_for()
    page.get_by_role("button", name="保存分解").click()
    page.locator("#parts .notice.good").wait_for()


def sign(journey: Journey) -> None:
    """The leader puts it in force."""
    journey.leader.open(journey.target)
    page = journey.leader.page
    page.get_by_role("link", name="下达", exact=True).click()
    page.get_by_label("签字人密码").fill(PASSWORD)
    page.get_by_role("button", name="签字下达").click()
    page.locator(".light-notice").wait_for()


def card(journey: Journey) -> None:
    """From the cockpit to the card: sentence, arithmetic, forecast, gap as work, parts; and an order."""
    page = journey.leader.page
    page.locator("#targets").get_by_role("link", name=f"{journey.title}累计整治低效工业用地").click()
    assert f"{LAND_MU}亩以上" in page.locator(".said").inner_text()
    behind = page.locator(".light-notice .light.red, .light-notice .light.yellow").count()
    journey.picture(journey.leader, "card")
    if not behind and _today().month <= SPRING:
        return  # nothing of a year's promise need be there yet, and no order is due
    assert behind == 1
    page.get_by_role("link", name="签发督办单").click()
    page.get_by_role("button", name="签发", exact=True).click()
    page.get_by_role("link", name="打印督办单").click()
    page.locator(".sheet-form").wait_for()
    journey.picture(journey.leader, "order")


def papers(journey: Journey) -> None:
    """The ledger, the monthly table, promises beside results; and the cockpit at night."""
    for path, name in (
        ("/targets/", "ledger"), ("/targets/forms/", "forms"), ("/targets/forms/monthly/", "monthly"),
        ("/targets/orders/", "orders"), ("/targets/threads/", "threads"),
    ):  # fmt: skip
        journey.leader.open(path)
        journey.picture(journey.leader, name)
    journey.leader.open("/cockpit/")
    page = journey.leader.page
    page.evaluate("() => document.documentElement.setAttribute('data-theme', 'dark')")
    journey.picture(journey.leader, "cockpit-dark")
