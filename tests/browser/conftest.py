"""A real Chromium on a real server: what every test of this folder starts from."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.installation import ROOT, SCALE, Site

ARGUMENTS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder drives a browser and takes its time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser that Debian brings; skipped without one, unless everything must be there.

    Open no longer than one file of tests: Playwright keeps an event loop in this thread, which others mind.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    program = os.environ.get("MUJUN_CHROMIUM") or shutil.which("chromium")
    built = (ROOT / "src" / "mujun" / "web" / "static" / "built" / "app.js").exists()
    if not program or not built:
        refuse = pytest.fail if os.environ.get("MUJUN_EXPECT_ALL") else pytest.skip
        refuse("needs Chromium and the built scripts (npm run build)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Serve an installation of its own: ``make_site(module, *arguments, like=home)``; ended after the file's tests."""
    made: list[Site] = []

    def make(module: str, *arguments: str, like: Path | None = None) -> Site:
        site = Site(tmp_path_factory.mktemp("installation") / "home")
        if like is not None:
            shutil.copytree(like, site.home)
        made.append(site)
        site.serve(module, *arguments)
        return site

    yield make
    for site in made:
        site.stop()


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a small demonstration county, built once for all workers of the run and never served itself."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    home = shared / "built-demo"
    with (shared / "built-demo.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not home.exists():
            draft = Site(tmp_path_factory.mktemp("draft") / "home")
            command = [sys.executable, "-m", "mujun.cli.demo_site", "--scale", str(SCALE), "--once"]
            told = subprocess.run(
                [*command, "--port", str(draft.port)],
                env=draft.environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert told.returncode == 0, told.stdout + told.stderr
            draft.home.rename(home)
    return home


@pytest.fixture(scope="module")
def demo(make_site: Callable[..., Site], built_demo: Path) -> Site:
    """The demonstration site of a small county, with a user of every role; each file of tests has its own."""
    return make_site("mujun.cli.demo_site", "--scale", str(SCALE), like=built_demo)
