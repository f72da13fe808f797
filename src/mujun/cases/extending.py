"""A definition that extends another: it says only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MERGED = (
    "documents", "parties", "evidence", "fields", "sources", "states", "transitions", "clocks", "deductions",
)  # fmt: skip
"""Keys whose entries are taken one by one: an entry replaces the one of the same key, ``null`` takes it away."""


def extended(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with what ``own`` says instead; other keys than :data:`MERGED` are replaced whole."""
    merged = {key: value for key, value in base.items() if key != "abstract"}
    for key, value in own.items():
        if key in MERGED and isinstance(value, dict) and isinstance(merged.get(key), dict):
            entries = {**merged[key], **value}
            merged[key] = {name: entry for name, entry in entries.items() if entry is not None}
        elif key != "extends":
            merged[key] = value
    return merged
