"""A live server with a small county, people of every role, and Chromium at the sizes of an office PC and a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mujun.web.people.rights import Role
from tests.camera import take
from tests.filling import PASSWORD, fill, grade, make_user

SIZES = {"office": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PICTURES = Path(__file__).resolve().parents[3] / "output" / "pictures" / "map"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder drive Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _django_may_be_asked_beside_a_browser() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, which Django would take for asynchronous code."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One Chromium for the tests of a file (two Playwrights cannot be open in one thread); skipped where there is none or the scripts are not built."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("MUJUN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    from mujun.web.pages.built import BUNDLES, folder

    missing = [name for name in BUNDLES if not (folder() / name).exists()]
    if not program or missing:
        if os.environ.get("MUJUN_EXPECT_ALL"):
            pytest.fail(f"no Chromium, or not built: {missing}")
        pytest.skip("needs Chromium and the built scripts (npm run build)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def county(transactional_db: None, settings: Any, tmp_path: Path) -> Any:
    """The county, its run and map, and people: analyst, leader, town, firm, auditor, administrator."""
    from mujun.web.maps import archives, classes, queries
    from mujun.web.maps.jobs import build_tiles
    from mujun.web.pages.home import views

    for remembered in (archives.reader, archives.numbers, classes._frame, queries.towns_of_set, views._names):
        remembered.cache_clear()
    views._TABLES.clear()
    settings.TILES_ROOT = tmp_path / "tiles"
    register, revision = fill(firms=240)
    parcels = register["parcels"]
    people = {role: make_user(role, role.value) for role in Role if role not in (Role.TOWN, Role.FIRM)}
    people[Role.TOWN] = make_user(Role.TOWN, "town", towns=[str(parcels["town"].iloc[0])])
    people[Role.FIRM] = make_user(Role.FIRM, "firm", firm_id=str(register["occupancy"]["firm_id"].iloc[0]))
    grade(register, revision, people[Role.ANALYST])
    build_tiles()
    return register


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open a page as somebody: ``visit("analyst", "/parcels/", size="phone", theme="dark", language="en")``.

    What the page complains about (script errors, refused addresses, answers over 400) fails the test.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(
        username: str, address: str, *, size: str = "office", theme: str = "light", language: str = "zh-hans",
        webgl: bool = True,
    ) -> Any:  # fmt: skip
        context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", reduced_motion="reduce")
        contexts.append(context)
        cookies = {"theme": theme, "django_language": language}
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page = context.new_page()
        if not webgl:
            page.add_init_script(
                "const get = HTMLCanvasElement.prototype.getContext;"
                "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
                " return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };"
            )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("response", lambda one: complaints.append(f"{one.status} {one.url}") if one.status >= 400 else None)
        page.on(
            "request", lambda one: None if one.url.startswith((live_server.url, "data:", "blob:"))
            else complaints.append(f"outside: {one.url}"),
        )  # fmt: skip
        if username:
            page.goto(f"{live_server.url}/login/?next={address}")
            page.fill("#id_username", username)
            page.fill("#id_password", PASSWORD)
            page.click("main button.main")
            page.wait_for_url(lambda url: "/login/" not in url)
        if not page.url.endswith(address):
            page.goto(f"{live_server.url}{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep a picture of a page under ``output/pictures`` for people to look at."""

    def keep(page: Any, name: str) -> None:
        take(page, PICTURES / f"{name}.png")

    return keep
