"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Registers :mod:`mujun.web.maps` with Django."""

    name = "mujun.web.maps"
    verbose_name = "地图"
