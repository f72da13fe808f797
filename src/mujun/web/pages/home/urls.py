"""Addresses of the map and its tiles."""

from __future__ import annotations

from django.urls import path, register_converter

from mujun.web.pages.home import views


class Digest:
    """64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """The digits as they stand."""
        return value

    def to_url(self, value: str) -> str:
        """The digits as they stand."""
        return value


register_converter(Digest, "digest")

urlpatterns = [
    path("", views.home, name="home"),
    path("map/table.json", views.table, name="map_table"),
    path("map/names.json", views.names, name="map_names"),
    path("map/build/", views.build, name="map_build"),
    path("tiles/<digest:digest>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
]
