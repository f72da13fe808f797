"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Registers :mod:`mujun.web.pages` with Django."""

    name = "mujun.web.pages"
    verbose_name = "页面"
