"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RenewalConfig(AppConfig):
    """Registers :mod:`mujun.web.renewal` and its jobs with Django."""

    name = "mujun.web.renewal"
    verbose_name = "连片方案"

    def ready(self) -> None:
        """Make the jobs known."""
        from mujun.web.renewal import jobs  # noqa: F401
