"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Registers :mod:`mujun.web.register` with Django."""

    name = "mujun.web.register"
    verbose_name = "台账"
