"""One person's window that notes everything which should not happen in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.camera import take

OFFICE, PHONE = (1366, 768), (390, 844)
FINGER_PX = 44
SMALL = """(least) => [...document.querySelectorAll("main button, main summary, main select, main textarea, main a.button, "
    + "main input:not([type=hidden], [type=checkbox], [type=radio], [type=range]), main label:has([type=checkbox], [type=radio])")]
    .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .town-label, .origin"))
    .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height < least - 0.5).map(([html, box]) => `${box.height} px: ${html}`)"""
"""What is to be tapped and lower than a finger needs."""


class Window:
    """A browser window of one person on one installation, with pictures and a list of mishaps."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int] = OFFICE) -> None:
        self.address = address
        self.size = size
        self.mishaps: list[str] = []
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai",
            accept_downloads=True, reduced_motion="reduce",
        )  # fmt: skip
        self._context.set_default_timeout(60_000)
        self.page = self._context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.mishaps.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.mishaps.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        # A request given up because its page was left, or because the map moved on, is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.mishaps.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.mishaps.append(f"{response.status}: {response.url}")

    def open(self, path: str) -> Any:
        """Go to an address of the installation."""
        return self.page.goto(self.address + path)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in on the sign-in page and leave it."""
        self.open("/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码或一次性密码").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def must_fit(self, what: str) -> None:
        """Wait until the page stands; it must fit the screen, and on a phone the finger."""
        self.page.wait_for_load_state("load")
        if self.page.locator("#map").count():
            self.page.locator("#map[data-state=ready]").wait_for()
        width, inner = self.page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= inner, f"{what} is {width} px wide on a screen of {inner}"
        if self.size == PHONE:
            small = self.page.evaluate(SMALL, FINGER_PX)
            assert not small, f"{what}: {small}"

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """Take a picture of the page as it stands."""
        self.page.evaluate("() => window.scrollTo(0, 0)")
        take(self.page, file, whole=whole)

    def close(self) -> None:
        """Close the window with its cookies."""
        self._context.close()
