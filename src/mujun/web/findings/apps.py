"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """Registers :mod:`mujun.web.findings` with Django."""

    name = "mujun.web.findings"
    verbose_name = "低效用地"

    def ready(self) -> None:
        """Tell the import which runs rest on what, and objections which run follows them."""
        from mujun.web.findings import dependence

        dependence.connect()
