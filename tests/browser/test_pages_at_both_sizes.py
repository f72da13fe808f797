"""Every page of every role on an office screen and on a phone: looked at, pictured, and walked with the keyboard."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from mujun.cli.demo_county import PASSWORD
from mujun.web.people.rights import Role
from tests.browser.installation import PICTURES, Site
from tests.browser.watching import OFFICE, PHONE, Window

FAULTS = Path(__file__).with_name("accessible.js").read_text(encoding="utf-8")
FOCUS = Path(__file__).with_name("focus.js").read_text(encoding="utf-8")
SIZES = {"office": OFFICE, "phone": PHONE}
USERS = {Role.ADMINISTRATOR: "admin", Role.DEPARTMENT: "bureau"}
KINDS = re.compile(r"/\d+(?=/)|(?<=/firms/)[^/]+(?=/)|(?<=/parcels/)[^/]+(?=/)")
"""What makes two addresses two pages of one kind: a number, a firm, a parcel."""
PARTS = re.compile(r"(/imports/N)/\w+/\w+/$")
"""The rows of a batch: one page for every table and what became of it."""
NO_PAGES = re.compile(
    r"\.xlsx|\.csv|\.yaml|\.zip|/document/|/files/\d+/$|/report/\d+/$|/(?:file|text|returned)/$|format=|/static/|/map/table|/api/|/ogc/"
)
ALIKE = 3
"""So many further addresses of each kind must open too; they are not looked at."""
TABS = 8
"""How many times the tabulator is pressed on each page."""


def _links(window: Window) -> list[str]:
    found = window.page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    return [link.split("#")[0] for link in found if not NO_PAGES.search(link)]


def _kind(path: str) -> str:
    return PARTS.sub(r"\1/part/", KINDS.sub("/N", path.split("?")[0]))


def _settle(page: Any) -> None:
    """Wait for what draws itself: the map and the charts of the part that is shown."""
    page.wait_for_load_state("load")
    if page.locator("#map").count():
        page.locator("#map[data-state=ready]").wait_for()
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-chart]')].every("
        "one => one.closest('[hidden]') || one.offsetParent === null || one.querySelector('canvas, svg, table'))"
    )


def _walk(page: Any) -> list[str]:
    """Press the tabulator; every stop must be on the page and show that it is there."""
    faults = []
    stops = set()
    for _press in range(TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            continue
        stops.add(stop["what"])
        if not stop["ring"]:
            faults.append(f"focus does not show: {stop['what']}")
        if not stop["inside"]:
            faults.append(f"focus is off the page: {stop['what']}")
    return faults if stops else ["the keyboard reaches nothing"]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_a_role(chromium: Any, demo: Site, role: Role) -> None:
    for size in SIZES:
        shutil.rmtree(PICTURES / "pages" / size / role.value, ignore_errors=True)
    window = Window(chromium, demo.address)
    window.sign_in(USERS.get(role, role.value), PASSWORD)
    waiting, seen, faults = ["/", "/password/", "/tokens/", "/jobs/"], {}, []
    alike: dict[str, set[str]] = defaultdict(set)
    while waiting:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen[_kind(path)] = path
        answer = window.open(path)
        if answer is None or answer.status != 200:
            faults.append(f"{path}: {answer and answer.status}")
            continue
        for link in _links(window):
            if _kind(link) not in seen:
                waiting.append(link)
            elif link.split("?")[0] != seen[_kind(link)].split("?")[0] and len(alike[_kind(link)]) < ALIKE:
                alike[_kind(link)].add(link.split("?")[0])
        faults += [f"{path} {fault}" for size in SIZES for fault in _look(window, path, role, size)]
    for path in sorted(set().union(*alike.values())):
        if (status := window.page.request.get(demo.address + path).status) != 200:
            faults.append(f"{path}: {status}")
    mishaps = list(window.mishaps)
    window.close()
    assert not faults + mishaps, "\n".join(faults + mishaps)
    assert len(seen) >= LEAST[role], sorted(seen)


def _look(window: Window, path: str, role: Role, size: str) -> list[str]:
    """Look at the page as it stands at one size, behind each of its tabs too."""
    page, name = window.page, _file_name(path)
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    album = PICTURES / "pages" / size / role.value
    faults = []
    for number, tab in enumerate([*page.get_by_role("tab").all()] or [None], 1):
        if tab is not None:
            tab.click()
        _settle(page)
        window.picture(album / f"{name}{f'-{number}' if number > 1 else ''}.png", whole=name != "map")
        faults += page.evaluate(FAULTS)
    return [f"({size}): {fault}" for fault in [*faults, *_walk(page)]]


def _file_name(path: str) -> str:
    return re.sub(r"[^\w-]+", "_", _kind(path)).strip("_") or "map"


LEAST = {
    Role.ANALYST: 25, Role.LEADER: 18, Role.TOWN: 10, Role.FIRM: 10, Role.AUDITOR: 20, Role.ADMINISTRATOR: 12,
    Role.DEPARTMENT: 10,
}  # fmt: skip
"""How many kinds of pages each role can open at least: fewer would mean that the walk ended early."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/login/", "/no-such-page/"])
def test_pages_before_signing_in(chromium: Any, demo: Site, path: str, size: str) -> None:
    window = Window(chromium, demo.address, SIZES[size])
    window.open(path)
    window.picture(PICTURES / "pages" / size / "nobody" / f"{_file_name(path)}.png")
    faults = [*window.page.evaluate(FAULTS), *_walk(window.page)]
    mishaps = [mishap for mishap in window.mishaps if path == "/login/" or "404" not in mishap]
    window.close()
    assert not faults + mishaps


def test_a_phone_opens_the_menu_and_closes_it(chromium: Any, demo: Site) -> None:
    window = Window(chromium, demo.address, PHONE)
    window.sign_in("town", PASSWORD)
    page = window.page
    entry = page.get_by_role("navigation", name="主导航").get_by_role("link", name="企业", exact=True)
    assert not entry.is_visible()
    page.get_by_role("button", name="菜单").click()
    entry.wait_for()
    window.picture(PICTURES / "pages" / "phone" / "menu.png", whole=False)
    entry.click()
    page.get_by_role("heading", name="企业", level=1).wait_for()
    window.close()
    assert not window.mishaps
