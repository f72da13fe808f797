"""Address of the cockpit."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.cockpit import views

urlpatterns = [path("cockpit/", views.cockpit, name="cockpit")]
