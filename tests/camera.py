"""Pictures of pages for people to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TRIES = 4
# Chromium on a busy machine now and then refuses one picture and takes the same one when asked again
# (MarketSquare/robotframework-browser#5237): no fault of the page, and nothing else is tried twice.
REFUSED_ONCE = "Unable to capture screenshot"


def take(page: Any, file: Path, *, whole: bool = False) -> None:
    """Keep a picture of the page in sight, or of the whole page, in ``file``."""
    from playwright.sync_api import Error  # where there is no browser, its tests are skipped, not broken

    file.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        try:
            page.screenshot(path=file, full_page=whole)
            return
        except Error as refusal:
            if not left or REFUSED_ONCE not in refusal.message:
                raise
            page.wait_for_timeout(500)
