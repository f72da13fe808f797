"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    """Registers :mod:`mujun.web.targets`, its jobs and its measures with Django."""

    name = "mujun.web.targets"
    verbose_name = "目标台账"

    def ready(self) -> None:
        """Make the jobs and the measures known."""
        from mujun.web.targets import jobs  # noqa: F401
        from mujun.web.targets.measures import shipped  # noqa: F401
