"""The map as people use it: it draws, opens cards, flies to what was searched, and does without WebGL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
DRAWN = (
    "() => new Set(Object.keys(mujunMap.getStyle().sources).flatMap((source) =>"
    " mujunMap.querySourceFeatures(source, {sourceLayer: 'parcels'}).map((one) => one.id))).size"
)


def ready(page: Any) -> Any:
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    return page


@pytest.mark.parametrize("size", ["office", "phone"])
def test_every_parcel_is_drawn(size: str, county: Any, visit: Visit, picture: Any) -> None:
    page = ready(visit("analyst", "/", size=size))
    assert page.evaluate(DRAWN) == len(county["parcels"])
    assert page.locator("#map-legend label").count() >= 4
    page.wait_for_selector(".town-label")
    picture(page, f"map-{size}")


def test_a_cadre_gets_his_towns_parcels(county: Any, visit: Visit, picture: Any) -> None:
    page = ready(visit("town", "/"))
    town = county["parcels"]["town"].iloc[0]
    assert page.evaluate(DRAWN) == (county["parcels"]["town"] == town).sum()
    assert page.locator("#map-town-list li").count() == 1
    assert page.locator("#map-face option", has_text="亩均税收").count() == 0
    picture(page, "map-town")


def test_a_firm_gets_its_own_parcels(county: Any, visit: Visit, picture: Any) -> None:
    page = ready(visit("firm", "/"))
    assert 0 < page.evaluate("() => mujunMap.querySourceFeatures('own').length") < 20
    picture(page, "map-firm")


def test_a_click_opens_the_card_with_an_address(county: Any, visit: Visit, picture: Any) -> None:
    parcel_id = str(county["parcels"]["parcel_id"].iloc[0])
    page = ready(visit("analyst", f"/?parcel={parcel_id}"))
    page.wait_for_selector(f"#map-card h2:has-text('{parcel_id}')")
    picture(page, "map-card")
    page.click("#map-back")
    page.wait_for_url(lambda url: "parcel=" not in url)
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#map-card article")
    page.wait_for_url(lambda url: "parcel=" in url)
    page.click("#map-card .button.main")
    page.wait_for_url("**/parcels/**")
    assert page.locator("h1").inner_text().startswith("宗地")


def test_the_search_box_flies(county: Any, visit: Visit) -> None:
    page = ready(visit("analyst", "/"))
    zoom = page.evaluate("() => mujunMap.getZoom()")
    page.keyboard.press("/")
    page.keyboard.type(str(county["parcels"]["parcel_id"].iloc[5]))
    page.wait_for_selector("#search-results [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#map-card article")
    page.wait_for_function("(zoom) => mujunMap.getZoom() > zoom", arg=zoom)


def test_initials_lead_to_a_firm(county: Any, visit: Visit) -> None:
    from mujun.web.maps.models import SearchEntry

    firm = SearchEntry.objects.filter(kind="firm").first()
    page = visit("analyst", "/parcels/")
    page.keyboard.press("/")
    page.keyboard.type(firm.initials)
    page.wait_for_selector(f"#search-results >> text={firm.name}")


def test_colours_change_with_the_measure_and_the_ticks(county: Any, visit: Visit) -> None:
    page = ready(visit("analyst", "/"))
    colour = "() => JSON.stringify(mujunMap.getPaintProperty('set0-fill', 'fill-color'))"
    before = page.evaluate(colour)
    page.select_option("#map-face", "use")
    assert page.evaluate(colour) != before
    page.select_option("#map-face", "grade")
    page.locator("#map-legend input").first.uncheck()
    assert page.evaluate(colour) != before


def test_dark(county: Any, visit: Visit, picture: Any) -> None:
    page = ready(visit("analyst", "/", theme="light"))
    ground = "() => mujunMap.getPaintProperty('ground', 'background-color')"
    light = page.evaluate(ground)
    page.locator("[data-theme-switch]:visible").click()
    assert page.evaluate(ground) != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    picture(ready(page), "map-dark")


def test_without_webgl_the_lists_lead_on(county: Any, visit: Visit, picture: Any) -> None:
    page = visit("analyst", "/", webgl=False)
    page.wait_for_selector("#map[data-state=failed]")
    assert "WebGL 2" in page.locator("#map-note").inner_text()
    page.locator("#map-town-list a").first.click()
    page.wait_for_selector("table tbody tr")
    picture(page, "map-without-webgl")
