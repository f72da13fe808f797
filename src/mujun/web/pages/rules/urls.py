"""Addresses of rule sets."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.rules import views

urlpatterns = [
    path("rules/", views.rule_sets, name="rule_sets"),
    path("rules/upload/", views.upload, name="rule_set_upload"),
    path("rules/<int:pk>/", views.rule_set, name="rule_set"),
    path("rules/<int:pk>/rules.yaml", views.text, name="rule_set_text"),
]
