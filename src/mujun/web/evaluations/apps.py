"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    """Registers :mod:`mujun.web.evaluations` with Django."""

    name = "mujun.web.evaluations"
    verbose_name = "评价"

    def ready(self) -> None:
        """Tell the import which runs rest on what, and which grades firms hold."""
        from mujun.web.evaluations import dependence

        dependence.connect()
