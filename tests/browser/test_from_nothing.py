"""From an empty installation to published grades and one objection, by the pages alone, with a picture of each step."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mujun.demo.county import write_county
from tests.browser.installation import PICTURES, SCALE, Site
from tests.browser.watching import Window

PASSWORDS = {who: f"Fangcun-{number}-qingdan" for number, who in enumerate(("admin", "analyst", "leader", "firm"), 31)}
RULES, YEAR = "HY2022", 2022
EVIDENCE = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


class Journey:
    """The people of one office with a window each, and the album of what they saw."""

    def __init__(self, browser: Any, site: Site) -> None:
        self.browser, self.site = browser, site
        self.album = PICTURES / "from_nothing"
        shutil.rmtree(self.album, ignore_errors=True)
        self._taken = 0
        self._windows: dict[str, Window] = {}

    def of(self, who: str) -> Any:
        """The page in front of ``who``; the window opens when first asked for."""
        if who not in self._windows:
            self._windows[who] = Window(self.browser, self.site.address)
        return self._windows[who].page

    def picture(self, who: str, what: str, *, whole: bool = True) -> None:
        """Take the next picture of the album."""
        self._taken += 1
        self._windows[who].picture(self.album / f"{self._taken:02d}-{what}.png", whole=whole)

    def go(self, who: str, entry: str) -> Any:
        """Choose an entry of the main navigation."""
        page = self.of(who)
        page.get_by_role("navigation", name="主导航").get_by_role("link", name=entry, exact=True).click()
        return page

    def close(self) -> list[str]:
        """Close every window; return what went wrong in them."""
        mishaps = [f"{who}: {what}" for who, window in self._windows.items() for what in window.mishaps]
        for window in self._windows.values():
            window.close()
        return mishaps


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw folder that a county hands over."""
    folder = tmp_path_factory.mktemp("county") / "county"
    write_county(folder, scale=SCALE)
    return folder


def test_from_nothing_to_grades_and_an_objection(chromium: Any, make_site: Callable[..., Site], county: Path) -> None:
    site = make_site("mujun.cli.main", "serve")
    case = site.witness("pick", str(county), RULES, str(YEAR))
    journey = Journey(chromium, site)
    _set_up(journey)
    _open_accounts(journey, case["firm_id"])
    _import(journey, county)
    _publish_areas(journey)
    first = _rehearse(journey)
    _sign(journey, first)
    _open_notice(journey)
    _see_the_map(journey)
    _object(journey, case)
    second = _accept(journey)
    listed = _moves_listed(journey)
    expected = site.witness("moves", str(first), str(second))
    assert len(expected["moved"]) > 1, "the case must move somebody else too"
    assert case["firm_id"] in expected["moved"]
    assert listed == expected["moved"]
    assert expected["revisions"][0] < expected["revisions"][1]
    assert expected["states"] == ["published", "rehearsed"]
    _sign_the_new_run(journey, first, second)
    after = site.witness("moves", str(first), str(second))
    assert after["states"] == ["superseded", "published"]
    assert after["same"] == [True, True]
    assert after["moved"] == expected["moved"]
    _the_firm_sees_its_new_grade(journey, expected["moved"][case["firm_id"]][1], second)
    assert journey.close() == []


def _set_up(journey: Journey) -> None:
    page = journey.of("admin")
    page.goto(journey.site.address)
    page.get_by_role("heading", name="首次设置").wait_for()
    code = re.search(r"首次设置码：(\S+?)（", journey.site.log())
    assert code, journey.site.log()
    page.locator("[name=code]").fill(code[1])
    page.locator("[name=username]").fill("admin")
    page.locator("[name=display_name]").fill("示范管理员")
    page.locator("[name=new_password]").fill(PASSWORDS["admin"])
    page.locator("[name=repeated]").fill(PASSWORDS["admin"])
    journey.picture("admin", "first-page")
    page.get_by_role("button", name="建立管理员账号").click()
    page.get_by_text("管理员账号已建立").wait_for()
    journey.picture("admin", "accounts-empty")


def _open_accounts(journey: Journey, firm_id: str) -> None:
    for who, name, role in (
        ("analyst", "示范业务员", "业务人员"),
        ("leader", "示范领导", "领导"),
        ("firm", "示范会计", "企业用户"),
    ):
        page = journey.go("admin", "账号")
        page.get_by_role("link", name="开设账号").click()
        page.locator("[name=username]").fill(who)
        page.locator("[name=display_name]").fill(name)
        page.locator("[name=role]").select_option(label=role)
        if who == "firm":
            page.locator("[name=firm_id]").fill(firm_id)
            journey.picture("admin", "new-account")
        page.get_by_role("button", name="开设账号").click()
        code = page.locator(".slip dd.code strong").inner_text()
        journey.picture("admin", f"code-{who}")
        _first_sign_in(journey, who, code)


def _first_sign_in(journey: Journey, who: str, code: str) -> None:
    page = journey.of(who)
    page.goto(journey.site.address)
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="修改密码").wait_for()
    page.locator("[name=present]").fill(code)
    page.locator("[name=new_password]").fill(PASSWORDS[who])
    page.locator("[name=repeated]").fill(PASSWORDS[who])
    page.get_by_role("button", name="保存新密码").click()
    page.get_by_text("密码已修改").wait_for()
    journey.picture(who, f"signed-in-{who}")


def _import(journey: Journey, county: Path) -> None:
    files = sorted(path for path in county.iterdir() if path.is_file())
    page = journey.go("analyst", "数据导入")
    journey.picture("analyst", "imports-empty")
    page.get_by_role("link", name="导入文件").first.click()
    page.locator("[name=uploads]").set_input_files(files)
    page.locator("[name=source_name]").fill("示范县各部门")
    journey.picture("analyst", "files-chosen")
    page.get_by_role("button", name="上传并预演").click()
    _rehearsed(page)
    journey.picture("analyst", "import-rehearsal")
    mapping = page.get_by_role("link", name="对应表头")
    if mapping.count():
        _map_headings(journey, mapping)
    page.get_by_role("link", name=re.compile("^数据问题")).click()
    page.get_by_role("heading", level=1).wait_for()
    journey.picture("analyst", "defects", whole=False)
    page.go_back()
    page.get_by_role("button", name="确认入库").click()
    page.get_by_text(re.compile(r"入库（数据版本 \d+）")).wait_for()
    journey.picture("analyst", "import-committed")


def _rehearsed(page: Any) -> None:
    page.get_by_text("这是预演，登记簿还没有变化").wait_for()


def _map_headings(journey: Journey, mapping: Any) -> None:
    """Answer every heading that was asked: by the column of that name where there is one, else it is left out."""
    page = journey.of("analyst")
    mapping.click()
    for choice in page.locator("select[name^=column-]").all():
        heading = choice.locator("xpath=ancestor::tr/th").inner_text().strip()
        labels = choice.locator("option").all_inner_texts()
        alike = [label for label in labels if label and (label in heading or heading in label)]
        choice.select_option(label=alike[0] if alike else "不使用这一列")
    journey.picture("analyst", "headings")
    page.get_by_role("button", name="记住并重新预演").click()
    _rehearsed(page)
    journey.picture("analyst", "import-rehearsal-mapped")


def _window_of_ten_days(page: Any) -> None:
    now = dt.datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai"))
    page.locator("[name=starts]").fill((now - dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=ends]").fill((now + dt.timedelta(days=10)).strftime("%Y-%m-%dT%H:%M"))


def _publish_areas(journey: Journey) -> None:
    page = journey.go("analyst", "评价")
    journey.picture("analyst", "runs-empty")
    page.get_by_role("link", name="面积公示").click()
    page.get_by_role("link", name="发布面积公示").click()
    page.locator("[name=year]").select_option(str(YEAR))
    _window_of_ten_days(page)
    journey.picture("analyst", "areas-new")
    page.get_by_role("button", name="发布", exact=True).click()
    listed = page.get_by_role("rowheader", name=f"{YEAR}年度企业评价用地面积公示").get_by_role("link")
    opened = page.get_by_text("公示进行中，")
    listed.or_(opened).first.wait_for()
    if listed.count():
        listed.click()
    opened.wait_for()
    assert page.locator("tbody tr").count() > 10
    journey.picture("analyst", "areas", whole=False)


def _rehearse(journey: Journey) -> int:
    page = journey.go("analyst", "评价")
    page.get_by_role("link", name="新建评价").first.click()
    version = page.locator("[name=version]")
    label = next(text for text in version.locator("option").all_inner_texts() if text.startswith(RULES))
    version.select_option(label=label)
    page.locator("[name=year]").select_option(str(YEAR))
    page.locator("[name=note]").fill("第一次试算")
    journey.picture("analyst", "run-new")
    page.get_by_role("button", name="开始试算").click()
    page.get_by_role("heading", name="发布后谁会变动").wait_for()
    journey.picture("analyst", "run-rehearsed")
    return _number(page)


def _number(page: Any) -> int:
    found = re.search(r"/runs/(\d+)/", page.url)
    assert found, page.url
    return int(found[1])


def _sign(journey: Journey, run: int) -> None:
    page = journey.go("leader", "评价")
    page.locator(f"a[href='/runs/{run}/']").click()
    page.get_by_role("heading", name="签字发布").wait_for()
    page.get_by_label("签字人密码").fill(PASSWORDS["analyst"])
    page.get_by_role("button", name="签字发布").click()
    page.get_by_text("密码不对，没有发布").wait_for()
    page.get_by_label("签字人密码").fill(PASSWORDS["leader"])
    page.get_by_role("button", name="签字发布").click()
    page.get_by_text(f"评价 #{run} 已签字发布").wait_for()
    journey.picture("leader", "run-published")


def _open_notice(journey: Journey) -> None:
    page = journey.of("leader")
    _window_of_ten_days(page)
    page.get_by_role("button", name="开启公示").click()
    page.get_by_text("公示已开启").wait_for()


def _see_the_map(journey: Journey) -> None:
    page = journey.go("analyst", "地图")
    refresh = page.get_by_role("link", name="刷新")
    page.locator("#map, .empty").first.wait_for()
    while refresh.count():
        refresh.click()
        page.locator("#map, .empty").first.wait_for()
    page.locator("#map[data-state=ready]").wait_for()
    legend = page.locator("#map-legend").inner_text()
    assert all(re.search(rf"\b{grade}\b", legend) for grade in "ABC"), legend
    journey.picture("analyst", "map", whole=False)


def _object(journey: Journey, case: dict[str, Any]) -> None:
    page = journey.go("firm", "企业")
    page.locator(f"a[href='/firms/{case['firm_id']}/']").first.click()
    page.get_by_role("tab", name="算账单").wait_for()
    page.get_by_role("heading", name="各项指标").wait_for()
    figure = page.locator("details.more", has=page.locator("a[href*='column=tax_wan']")).first
    figure.locator("summary").click()
    journey.picture("firm", "account-sheet")
    figure.get_by_role("link", name="对这个数提出异议").click()
    page.get_by_role("heading", name="提出异议", level=1).wait_for()
    page.locator("[name=claimed]").fill(f"{case['claimed']}")
    page.locator("[name=text]").fill("完税证明与系统中的数不一致，请核对。")
    page.locator("[name=document]").set_input_files(
        {"name": "完税证明.pdf", "mimeType": "application/pdf", "buffer": EVIDENCE}
    )
    journey.picture("firm", "objection-form")
    page.get_by_role("button", name="提交异议").click()
    page.get_by_text(re.compile(r"异议 #\d+ 已提交")).wait_for()
    journey.picture("firm", "objection-filed")


def _accept(journey: Journey) -> int:
    page = journey.go("analyst", "异议")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_role("button", name="开始核查").click()
    page.get_by_text("已开始核查").wait_for()
    with page.expect_download() as document:
        page.get_by_role("link", name="完税证明.pdf").click()
    assert Path(document.value.path()).read_bytes() == EVIDENCE
    form = page.locator("form[action$='/accept/']")
    form.locator("[name=reason]").fill("经核对完税证明，按证明更正。")
    journey.picture("analyst", "objection-review")
    form.get_by_role("button", name="采纳并更正").click()
    page.get_by_text(re.compile(r"重新计算后 \d+ 家企业的等级变动")).wait_for()
    journey.picture("analyst", "objection-moves")
    address = page.get_by_role("link", name="查看并签字发布").get_attribute("href")
    return int(re.sub(r"\D", "", address))


def _moves_listed(journey: Journey) -> dict[str, list[str]]:
    """Firm → grade before and after, as the page of the objection lists them."""
    page = journey.of("analyst")
    rows = page.locator("section", has=page.get_by_role("heading", name="因此变动的企业")).locator("tbody tr").all()
    listed = {}
    for row in rows:
        found = re.search(r"/firms/([^/?]+)/", row.locator("th a").get_attribute("href"))
        assert found
        grades = [row.locator("td").nth(place).inner_text().strip() for place in (1, 2)]
        listed[found[1]] = ["" if grade == "—" else grade for grade in grades]
    return listed


def _sign_the_new_run(journey: Journey, first: int, second: int) -> None:
    page = journey.go("leader", "评价")
    page.locator(f"a[href='/runs/{second}/']").click()
    journey.picture("leader", "second-run-rehearsed")
    page.get_by_label("签字人密码").fill(PASSWORDS["leader"])
    page.get_by_role("button", name="签字发布").click()
    page.get_by_text(f"评价 #{second} 已签字发布").wait_for()
    page = journey.go("analyst", "评价")
    page.locator(f"a[href='/runs/{first}/']").click()
    page.get_by_text("已被替代").first.wait_for()
    page.get_by_role("button", name="重算核对").click()
    page.get_by_text(re.compile("逐字节一致")).first.wait_for()
    journey.picture("analyst", "first-run-replayed")


def _the_firm_sees_its_new_grade(journey: Journey, grade: str, second: int) -> None:
    page = journey.go("firm", "企业")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.locator(".grade.large").wait_for()
    assert page.locator(".grade.large").inner_text() == grade
    journey.picture("firm", "account-sheet-after")
    journey.go("firm", "异议")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_text("经核对完税证明，按证明更正。").wait_for()
    journey.picture("firm", "objection-answered")
