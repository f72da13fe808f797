"""Addresses of the log."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.audit import views

urlpatterns = [
    path("audit/", views.log, name="audit"),
    path("audit/<int:pk>/", views.event, name="audit_event"),
]
