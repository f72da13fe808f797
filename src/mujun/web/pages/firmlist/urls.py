"""Address of the firm list; the card of a firm is :mod:`mujun.web.pages.firms`."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.firmlist import views

urlpatterns = [path("firms/", views.firms, name="firms")]
