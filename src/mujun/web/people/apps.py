"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers :mod:`mujun.web.people` with Django."""

    name = "mujun.web.people"
    verbose_name = "账号与权限"
