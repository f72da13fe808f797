"""Password rules beyond Django's own, and one-time codes."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters, none that is read for another on paper (0/O, 1/I)."""

CODE_LENGTH = 12
"""Twelve of 32 characters: 60 bits of chance, so that a light hash is enough for the days a code lives."""

_CODE_ITERATIONS = 10_000


class VarietyValidator:
    """A password needs two kinds of characters: letters, digits, others."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with a sentence where the password has one kind only."""
        kinds = {"letter" if char.isalpha() else "digit" if char.isdigit() else "other" for char in password}
        if len(kinds) < 2:
            raise ValidationError(self.get_help_text(), code="password_one_kind")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("密码须至少包含字母、数字、符号中的两种。")


def new_code() -> str:
    """Return a fresh one-time code such as ``K7QF-3MPD-XW2A``."""
    return _in_fours("".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH)))


def setup_code() -> str:
    """Return the code that the first page asks for: who may read what the server prints may set it up, nobody else.

    It follows from the secret key, so that every process of an installation knows the same one and none is kept.
    """
    digest = salted_hmac("mujun.web.people.setup_code", "first administrator", algorithm="sha256").digest()
    return _in_fours("".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH]))


def is_setup_code(written: str) -> bool:
    """Tell whether ``written`` is the set-up code; blanks, dashes and case do not count."""
    plain = "".join(written.split()).replace("-", "").upper()
    return constant_time_compare(plain, setup_code().replace("-", ""))


def _in_fours(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def hash_code(code: str) -> str:
    """Hash a one-time code; far fewer rounds than a password needs, since a code is pure chance."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(code, hasher.salt(), iterations=_CODE_ITERATIONS)
