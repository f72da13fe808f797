"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    """Registers :mod:`mujun.web.evaluations` with Django."""

    name = "mujun.web.evaluations"
    verbose_name = "评价"
