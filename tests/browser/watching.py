"""One person's window that notes everything which should not happen in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

OFFICE, PHONE = (1366, 768), (390, 844)


class Window:
    """A browser window of one person on one installation, with pictures and a list of mishaps."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int] = OFFICE) -> None:
        self.address = address
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

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """Take a picture of the page as it stands."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("() => window.scrollTo(0, 0)")
        self.page.screenshot(path=file, full_page=whole)

    def close(self) -> None:
        """Close the window with its cookies."""
        self._context.close()
