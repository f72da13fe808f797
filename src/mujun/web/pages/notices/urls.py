"""Addresses of the area notices."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.notices import views

urlpatterns = [
    path("notices/areas/", views.area_notices, name="area_notices"),
    path("notices/areas/new/", views.new, name="area_notice_new"),
    path("notices/areas/<int:pk>/", views.area_notice, name="area_notice"),
]
