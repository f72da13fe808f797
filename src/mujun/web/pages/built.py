"""Where the bundled scripts and styles are, and a check that somebody bundled them."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.templatetags.static import static

BUNDLES = ("app.js", "style.css", "map.js", "map-worker.js")


def folder() -> Path:
    """The folder that ``npm run build`` fills."""
    return Path(settings.WEB) / "static" / "built"


@functools.cache
def _digest(name: str, changed: float) -> str:
    return hashlib.sha256((folder() / name).read_bytes()).hexdigest()[:12]


def built_url(name: str) -> str:
    """Address of one bundle; it carries the digest of the content, so a browser may keep it for good."""
    name = "".join(["", name])  # plain text: pathlib refuses the SafeString that a template hands over
    file = folder() / name
    if not file.exists():
        return static(f"built/{name}")
    return f"{static(f'built/{name}')}?v={_digest(name, file.stat().st_mtime)}"


@register
def bundles_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where the pages would come without style and map."""
    missing = [name for name in BUNDLES if not (folder() / name).exists()]
    if not missing:
        return []
    return [
        Warning(
            f"The pages lack {', '.join(missing)}.",
            hint="Run: npm ci && npm run build",
            id="mujun.W001",
        )
    ]
