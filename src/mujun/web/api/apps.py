"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers :mod:`mujun.web.api` with Django."""

    name = "mujun.web.api"
    verbose_name = "接口"
