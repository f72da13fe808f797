"""Addresses of the API: its explanation, the JSON API, OGC API - Features."""

from __future__ import annotations

from django.urls import include, path

from mujun.web.api.reference import reference
from mujun.web.api.v1 import api

urlpatterns = [
    path("api/", reference, name="api_reference"),
    path("api/v1/", api.urls),
    path("ogc/", include("mujun.web.api.ogc.urls")),
]
