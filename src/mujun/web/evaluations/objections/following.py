"""What follows an accepted objection in other apps: each may draft its own run of what the cell was read for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FOLLOWERS: list[Callable[..., Any]] = []
"""Called with (objection, by=) inside the action that accepts; returns the run it drafted, or None."""
