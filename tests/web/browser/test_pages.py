"""Every list and card at both sizes: no sideways scrolling, reachable by keyboard, focus in sight, in two languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

Visit = Callable[..., Any]
PAGES = {
    "parcels": "/parcels/",
    "firms": "/firms/",
    "search": "/search/?q=" + quote("示范"),
    "imports": "/imports/",
    "runs": "/runs/",
    "objections": "/objections/",
    "jobs": "/jobs/",
}
TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, input, select, a.button, .nav a")]
    .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden"))
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 16 || box.height < 16)).map(([html]) => html)"""


@pytest.mark.parametrize("size", ["office", "phone"])
def test_pages_fit_the_screen(size: str, county: Any, visit: Visit, picture: Any) -> None:
    parcel_id = county["parcels"]["parcel_id"].iloc[0]
    page = visit("analyst", "/parcels/", size=size)
    root = page.url.removesuffix("/parcels/")
    for name, address in {**PAGES, "parcel": f"/parcels/{parcel_id}/"}.items():
        page.goto(root + address)
        picture(page, f"{name}-{size}")
        assert page.evaluate(TOO_WIDE) <= 0, name
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.locator("h1").count() == 1, name


def test_the_keyboard_reaches_everything_and_one_sees_where_it_is(county: Any, visit: Visit) -> None:
    page = visit("analyst", "/firms/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    seen = []
    for _step in range(14):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.textContent.trim() || document.activeElement.name"))
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen[-1]
    assert {"地图", "企业", "宗地", "q"} <= set(seen)


def test_the_phone_menu_opens_and_closes(county: Any, visit: Visit, picture: Any) -> None:
    page = visit("town", "/firms/", size="phone")
    assert not page.locator("#nav").is_visible()
    page.click(".menu-button")
    assert page.locator("#nav").is_visible()
    picture(page, "menu-phone")
    page.keyboard.press("Escape")
    assert not page.locator("#nav").is_visible()


def test_english_is_a_switch_away(county: Any, visit: Visit, picture: Any) -> None:
    page = visit("analyst", "/firms/")
    page.click("form[action='/language/'] button")
    page.wait_for_selector("html[lang=en]")
    assert page.locator("h1").inner_text() == "Firms 2022"
    assert page.locator(".nav a").all_inner_texts()[:2] == ["Cockpit", "Map"]
    picture(page, "firms-english")


def test_a_filter_acts_at_once_and_sorting_stays(county: Any, visit: Visit) -> None:
    page = visit("analyst", "/parcels/")
    town = (
        page.locator("#f-town option").nth(1).get_attribute("value")
        or page.locator("#f-town option").nth(1).inner_text()
    )
    page.select_option("#f-town", town)
    page.wait_for_url("**town=**")
    assert set(page.locator("tbody tr td:nth-child(2)").all_inner_texts()) == {town}
    page.click("thead a:has-text('登记面积')")
    page.wait_for_url("**sort=-registered_area_m2**")
    assert "town=" in page.url


def test_a_value_opens_to_its_cell(county: Any, visit: Visit) -> None:
    page = visit("analyst", f"/parcels/{county['parcels']['parcel_id'].iloc[0]}/")
    origin = page.locator(".facts .origin").first
    origin.locator("summary").click()
    assert "宗地.xlsx / Sheet1" in origin.inner_text()


def test_paper_looks_like_an_official_table(county: Any, visit: Visit, picture: Any) -> None:
    page = visit("leader", "/firms/")
    page.emulate_media(media="print")
    assert page.locator(".print-line").is_visible()
    assert not page.locator(".bar").is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.evaluate("() => getComputedStyle(document.querySelector('td')).borderTopStyle") == "solid"
    picture(page, "firms-paper")
