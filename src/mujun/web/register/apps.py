"""The app: finds the ``jobs`` module of every app so that a worker knows all jobs."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegisterConfig(AppConfig):
    """Register of land and firms."""

    name = "mujun.web.register"
    label = "register"
    verbose_name = "一本账"

    def ready(self) -> None:
        """Let every installed app register its jobs."""
        autodiscover_modules("jobs")
