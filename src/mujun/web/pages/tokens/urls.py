"""Addresses of API tokens."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.tokens import views

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke, name="token_revoke"),
]
