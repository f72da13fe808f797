"""Addresses of OGC API - Features."""

from __future__ import annotations

from django.urls import path

from mujun.web.api.ogc import views

urlpatterns = [
    path("", views.landing, name="ogc"),
    path("conformance", views.conformance, name="ogc_conformance"),
    path("api", views.description, name="ogc_api"),
    path("collections", views.collections, name="ogc_collections"),
    path("collections/<str:name>", views.collection, name="ogc_collection"),
    path("collections/<str:name>/items", views.items, name="ogc_items"),
    path("collections/<str:name>/items/<path:key>", views.item, name="ogc_item"),
]
