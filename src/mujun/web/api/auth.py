"""Who asks: the holder of a token, or somebody signed in on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer

from mujun.web.api.errors import not_signed_in, right_missing
from mujun.web.pages.addresses import client_address
from mujun.web.people.actions import note_token_use
from mujun.web.people.models import User
from mujun.web.people.queries import user_of_token
from mujun.web.people.rights import Right, Scope, has_right, scope_of

NOTED_EVERY = timedelta(hours=1)


def token_user(request: HttpRequest, token: str) -> User | None:
    """The user of a token; its use is noted in the log at most once an hour."""
    found = user_of_token(token)
    if found is None:
        return None
    user, kept = found
    if kept.last_used_at is None or kept.last_used_at < timezone.now() - NOTED_EVERY:
        note_token_use(token=kept, by=user, address=client_address(request))
    return user


def bearer(request: HttpRequest) -> str:
    """The token of the header ``Authorization: Bearer …``, or nothing."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def identify(request: HttpRequest) -> User:
    """Who asks; a token goes before a session. Raises ApiError 401."""
    token = bearer(request)
    user: Any = token_user(request, token) if token else request.user
    if user is None or not user.is_authenticated or user.must_change_password:
        raise not_signed_in()
    request.user = user
    return user  # type: ignore[no-any-return]


def allow(request: HttpRequest, right: Right) -> Scope:
    """The scope of the user, who must have ``right``; raises ApiError 401 or 403."""
    user: Any = request.user
    if not has_right(user, right):
        raise right_missing(right)
    return scope_of(user)


class Token(HttpBearer):
    """``Authorization: Bearer …`` with a token made on the page for tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Let the token's user in."""
        user = token_user(request, token)
        if user is not None:
            request.user = user
        return user


class Session(APIKeyCookie):
    """The cookie of somebody signed in on the pages."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Let in who is signed in and has a password of their own; a wrong token is not forgiven by a cookie."""
        user: Any = request.user
        if bearer(request) or not user.is_authenticated or user.must_change_password:
            return None
        return user  # type: ignore[no-any-return]
