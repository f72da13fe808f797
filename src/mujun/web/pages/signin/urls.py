"""Addresses of first page, sign-in, password and language."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.signin import views

urlpatterns = [
    path("setup/", views.setup, name="setup"),
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password, name="password"),
    path("language/", views.language, name="set_language"),
]
