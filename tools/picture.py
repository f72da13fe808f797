"""Take the pictures of the README from a running demo: ``python tools/picture.py http://127.0.0.1:8000/``.

Needs Playwright and a Chromium, as the browser tests do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LANGUAGES = {"en": "map.png", "zh-hans": "map.zh-CN.png"}
PASSWORD = "mujun-demo-2026"  # noqa: S105 - the demo's, see mujun.cli.demo_county


def main() -> int:
    """Sign in as the demo's analyst and picture the map, once per language."""
    from playwright.sync_api import sync_playwright

    from tools.system import browser

    address = sys.argv[1]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader"]
        )
        for language, name in LANGUAGES.items():
            context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale=language)
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
            page = context.new_page()
            page.goto(address)
            page.fill("input[name=username]", "analyst")
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_load_state("networkidle")
            page.click("text=紫砂镇 >> nth=0")
            page.wait_for_timeout(int(os.environ.get("PICTURE_WAIT_MS", "6000")))
            page.screenshot(path=IMAGES / name)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(IMAGES.parents[1]))
    sys.exit(main())
