"""What every request passes: a number of its own, an upload limit, and the headers that keep a browser honest."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from mujun.web.audit.actions import request_id
from mujun.web.pages import errors

Answer = Callable[[HttpRequest], HttpResponse]
_CLEAN_ID = re.compile(r"[0-9A-Za-z-]{8,36}")


def number_requests(get_response: Answer) -> Answer:
    """Give each request a number: in the log, in audit events, on error pages and in ``X-Request-ID``."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        number = given if _CLEAN_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(number)
        try:
            response = get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response

    return middleware


def content_security_policy() -> str:
    """The policy: nothing inline, nothing from elsewhere but the map service that the county itself names."""
    maps = " ".join(settings.MAP_ORIGINS)
    parts = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {maps}",
        "connect-src": f"'self' {maps}",
        "worker-src": "'self' blob:",
        "font-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}".strip() for name, value in parts.items())


def guard_browser(get_response: Answer) -> Answer:
    """Add the security headers; answers to signed-in people stay out of shared caches."""
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
    }

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def choose_language(get_response: Answer) -> Answer:
    """Chinese, or what the person chose; not what language the browser happens to be in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def refuse_broken(get_response: Answer) -> Answer:
    """Refuse a body over ``REQUEST_LIMIT_BYTES`` before a byte of it is read, and NUL in addresses.

    PostgreSQL keeps no NUL in text, so a question with one could only break.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return errors.bad_request(request)
        if length > settings.REQUEST_LIMIT_BYTES:
            return errors.too_large(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return get_response(request)

    return middleware


class FileLimit(FileUploadHandler):
    """Stops the upload of a single file over ``FILE_LIMIT_BYTES``; the others stay in charge of keeping it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and pass the bytes on."""
        self.received += len(raw_data)
        if self.received > settings.FILE_LIMIT_BYTES:
            raise RequestDataTooBig(f"file over {settings.FILE_LIMIT_BYTES} bytes")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        return None
