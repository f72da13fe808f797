"""Who may sign in: open accounts, and one-time codes only while they are valid."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone


def code_expired(user: Any) -> bool:
    """Whether ``user`` still has a one-time code for a password, and it is out of date."""
    return bool(user.must_change_password and user.code_expires_at and user.code_expires_at <= timezone.now())


class AccountBackend(ModelBackend):
    """Password sign-in; an expired one-time code no longer opens an account, nor a session begun with it."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account is open and its code, if it has one, still valid."""
        return bool(super().user_can_authenticate(user)) and not code_expired(user)
