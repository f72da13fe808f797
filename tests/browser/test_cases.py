"""A firm's request from the phone to the rating and back again, and a cadre's draft that waits for the network."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mujun.cli.demo_county import PASSWORD
from mujun.cli.demo_plan import photograph
from tests.browser.installation import PICTURES, Site
from tests.browser.watching import OFFICE, PHONE, Window

FOLDER = PICTURES / "cases"
SIZES = {"office": OFFICE, "phone": PHONE}
PATIENCE_MS = 120_000
PLACE_TAKEN = "() => /^\\d+\\.\\d+,\\d+\\.\\d+$/.test(document.querySelector('[data-place-text]').value)"
KEPT = """async () => new Promise((done) => {
  const asked = indexedDB.open("mujun-drafts", 1);
  asked.onsuccess = () => {
    const rows = asked.result.transaction("drafts").objectStore("drafts").getAll();
    rows.onsuccess = () => done(rows.result.map((draft) => draft.parts.filter((part) => part.bytes).map((part) => part.bytes.byteLength)));
  };
})"""
"""What lies on the device: for each draft, how many bytes each of its files has."""


class People:
    """Windows of one size, one for each person, that keep pictures in order."""

    def __init__(self, chromium: Any, site: Site, size: str) -> None:
        self.chromium, self.site, self.size = chromium, site, size
        self.windows: dict[str, Window] = {}
        self.count = 0

    def __getitem__(self, name: str) -> Window:
        if name not in self.windows:
            window = Window(self.chromium, self.site.address, SIZES[self.size])
            window.sign_in(name, PASSWORD)
            self.windows[name] = window
        return self.windows[name]

    def picture(self, name: str, what: str) -> None:
        """Keep a picture; the page must fit the screen, and on a phone the finger."""
        self[name].must_fit(what)
        self.count += 1
        self[name].picture(FOLDER / self.size / f"{self.count:02}-{what}.png")


@pytest.fixture(params=SIZES)
def people(request: pytest.FixtureRequest, demo: Site, chromium: Any) -> Iterator[People]:
    """Everybody of the demo county before screens of one size."""
    held = People(chromium, demo, request.param)
    lists_are_there(held["analyst"])
    yield held
    for window in held.windows.values():
        window.close()


def lists_are_there(window: Window) -> None:
    """The worker takes in the shipped lists within its first minute."""
    for _attempt in range(60):
        window.open("/cases/")
        if window.page.locator(".case-lists li").count():
            return
        window.page.wait_for_timeout(2000)
    raise AssertionError("no list was taken in")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A picture as a phone takes it."""
    file = tmp_path / "现场.png"
    file.write_bytes(photograph().read())
    return str(file)


def test_a_request_from_the_phone_to_the_rating_with_a_reopening(people: People, photo: str) -> None:
    firm, office = people["firm"], people["analyst"]
    address = raise_request(people, photo)
    assign(people, address)
    close(people, address, "已联系施工单位修好")
    rate(people, address, 2, "第二天又漏了")
    reopen(people, address)
    assign(people, address)
    close(people, address, "重新做了防水，企业确认")
    rate(people, address, 5, "")
    assert firm.page.locator(".case-stars").count() == 2
    people.picture("firm", "trail")
    office.open("/cases/board/request/statistics/")
    assert "重开率" in office.page.locator(".case-rates").inner_text()
    people.picture("analyst", "statistics")
    office.open("/cases/board/request/")
    people.picture("analyst", "board")
    office.open("/cases/board/request/?by=light")
    people.picture("analyst", "board-by-clock")
    mishaps = [one for window in people.windows.values() for one in window.mishaps]
    assert [one for one in mishaps if "422" not in one] == []  # closing without evidence was refused, as it should be


def raise_request(people: People, photo: str) -> str:
    """The firm raises its request with a photograph; returns the address of its case."""
    page = people["firm"].page
    people["firm"].open("/cases/mine/")
    people.picture("firm", "mine-empty")
    people["firm"].open("/cases/raise/request/")
    page.locator("main input[type=file]").first.set_input_files(photo)
    page.get_by_label("事由").fill(f"厂房屋面漏水（{people.size}）")
    page.get_by_label("详细情况").fill("二号厂房东北角，下雨时滴水。")
    if page.locator("#map").count():
        page.locator("#map[data-state=ready]").wait_for()
    people.picture("firm", "raise")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    people.picture("firm", "raised")
    return re.sub(r"^.*?(/cases/\d+/)$", r"\1", page.url)


def assign(people: People, address: str) -> None:
    """The office says who works on it."""
    page = people["analyst"].page
    people["analyst"].open(address)
    people.picture("analyst", "card-of-the-office")
    page.get_by_role("link", name="转办", exact=True).click()
    page.get_by_label("责任单位").fill("住房和建设局")
    category = page.get_by_label("类别")
    if not category.input_value():
        category.select_option("land")
    people.picture("analyst", "assign")
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: url.endswith(address))
    assert "住房和建设局" in page.locator("main").inner_text()
    assert "已转办" in page.locator(".lead").inner_text()
    page.get_by_role("link", name="联系企业", exact=True).click()
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: url.endswith(address))
    assert "已联系" in page.locator(".lead").inner_text()


def close(people: People, address: str, result: str) -> None:
    """Closing without evidence is refused; with it, it is closed."""
    page = people["analyst"].page
    people["analyst"].open(f"{address}act/close/")
    page.get_by_label("办理结果").fill(result)
    page.locator("main form button.main").click()
    page.locator("[role=alert]", has_text="至少要有一种材料").wait_for()
    people.picture("analyst", "refused-without-evidence")
    page.locator("input[name=e_record]").set_input_files(
        {"name": "走访记录.png", "mimeType": "image/png", "buffer": photograph().read()}
    )
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: url.endswith(address))
    assert "已办结" in page.locator(".lead").inner_text()


def rate(people: People, address: str, stars: int, reason: str) -> None:
    """The firm rates; a low rating asks for its reason."""
    page = people["firm"].page
    people["firm"].open("/cases/mine/")
    page.get_by_text("请评价").first.wait_for()
    people["firm"].open(address)
    page.locator(f"#rate input[value='{stars}']").check()
    page.get_by_label("理由").fill(reason)
    people.picture("firm", f"rate-{stars}")
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("谢谢您的评价").wait_for()


def reopen(people: People, address: str) -> None:
    """Not solved: the firm opens it again."""
    page = people["firm"].page
    page.get_by_role("link", name="重新打开").click()
    page.get_by_label("理由").fill("修好第二天又漏")
    people.picture("firm", "reopen")
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: url.endswith(address))
    assert "重开 1 次" in page.locator(".lead").inner_text()
    people.picture("firm", "reopened")


def test_a_draft_with_its_photograph_waits_for_the_network(demo: Site, chromium: Any, photo: str) -> None:
    people = People(chromium, demo, "phone")
    lists_are_there(people["analyst"])
    window = people["town"]
    page = window.page
    window.open("/cases/mine/")
    people.picture("town", "cadre-mine")
    page.get_by_role("link", name="提出安全隐患").click()
    page.locator("#map[data-state=ready]").wait_for()
    # Three taps: the photograph, the place, send.
    page.locator("main input[type=file]").first.set_input_files(photo)
    page.locator("#map").click()
    page.wait_for_function(PLACE_TAKEN)
    people.picture("town", "cadre-raise")
    page.context.set_offline(True)
    page.get_by_role("button", name="发送").click()
    page.locator("[data-kept]:not([hidden])").wait_for()
    people.picture("town", "cadre-kept")
    assert page.evaluate(KEPT) == [[len(photograph().read())]]
    page.context.set_offline(False)
    page.locator("[data-drafts] a").wait_for(timeout=PATIENCE_MS)
    assert page.evaluate(KEPT) == []
    page.locator("[data-drafts] a").click()
    page.locator(".case-thumbs img").first.wait_for()
    page.wait_for_function("() => document.querySelector('.case-thumbs img').naturalWidth > 0")
    people.picture("town", "cadre-card")
    window.mishaps[:] = [one for one in window.mishaps if "ERR_INTERNET_DISCONNECTED" not in one]
    assert window.mishaps == []
    window.close()


def test_a_place_is_taken_while_the_names_of_parcels_wait_for_the_network(demo: Site, chromium: Any) -> None:
    window = Window(chromium, demo.address, PHONE)
    window.sign_in("town", PASSWORD)
    lists_are_there(window)
    page, held = window.page, []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/map/names*", hold)
    window.open("/cases/mine/")
    page.get_by_role("link", name="提出安全隐患").click()
    page.locator("#map[data-state=ready]").wait_for()
    page.locator("#map").click()
    page.wait_for_function(PLACE_TAKEN)
    page.context.set_offline(True)
    with page.expect_console_message(lambda said: said.text.startswith("names")):
        held[0].abort("internetdisconnected")
    page.unroute("**/map/names*")
    with page.expect_response("**/map/names*") as asked_again:
        page.context.set_offline(False)
    assert asked_again.value.ok
    assert [one for one in window.mishaps if "ERR_INTERNET_DISCONNECTED" not in one] == []
    window.close()


def test_open_cases_are_points_of_the_map(demo: Site, chromium: Any) -> None:
    window = Window(chromium, demo.address, OFFICE)
    window.sign_in("analyst", PASSWORD)
    window.open("/")
    page = window.page
    page.locator("#map[data-state=ready]").wait_for()
    page.get_by_label("显示闭环事项").check()
    page.locator("#cases-layer[data-drawn]").wait_for()
    assert int(page.locator("#cases-layer").get_attribute("data-drawn")) >= 1
    page.wait_for_timeout(1000)
    window.picture(FOLDER / "office" / "map.png", whole=False)
    assert window.mishaps == []
    window.close()


@pytest.fixture(scope="module")
def busy(demo: Site, chromium: Any) -> Site:
    """The demo county with requests at many stages."""
    window = Window(chromium, demo.address, OFFICE)
    window.sign_in("analyst", PASSWORD)
    lists_are_there(window)
    window.close()
    script = str(Path(__file__).with_name("case_filling.py"))
    told = subprocess.run([sys.executable, script], env=demo.environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return demo


@pytest.mark.parametrize("size", SIZES)
def test_the_other_pages(busy: Site, chromium: Any, size: str) -> None:
    people = People(chromium, busy, size)
    window = people["analyst"]
    window.open("/cases/")
    people.picture("analyst", "overview")
    for path in ("?", "?by=light", "statistics/"):
        window.open(f"/cases/board/request/{path}")
        people.picture("analyst", f"full-{path.strip('?/').replace('=', '-') or 'board'}")
    window.page.locator("[data-theme-switch]").first.dispatch_event("click")
    window.open("/cases/board/request/")
    people.picture("analyst", "board-in-the-other-theme")
    for path in ("alerts", "all", "matters", "unsolved", "lists", "calendar", "lists/upload", "board/audit/deduct"):
        window.open(f"/cases/{path}/")
        people.picture("analyst", path.replace("/", "-"))
    window.open("/cases/lists/")
    window.page.locator(".case-lists a", has_text="企业诉求").click()
    people.picture("analyst", "definition")
    assert window.mishaps == []
    window.close()
