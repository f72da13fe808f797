"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the browser: what the outermost trusted proxy saw, or the peer where there is no proxy."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    seen = [*forwarded, peer]
    proxies = settings.TRUSTED_PROXIES
    return seen[-1 - min(proxies, len(seen) - 1)][:45]
