"""Which database an installation uses: SQLite in its home, or PostgreSQL named by ``MUJUN_DATABASE_URL``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def databases_from_environment(home: Path) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES; ``MUJUN_DATABASE_URL`` is ``postgresql://user:password@host:port/name``."""
    url = os.environ.get("MUJUN_DATABASE_URL", "")
    return {"default": _postgresql(url) if url else _sqlite(home)}


def _sqlite(home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "mujun.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
