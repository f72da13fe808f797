"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Registers :mod:`mujun.web.maps` with Django."""

    name = "mujun.web.maps"
    verbose_name = "地图"

    def ready(self) -> None:
        """Keep the map up to date with the register."""
        from mujun.web.maps.hooks import connect

        connect()
