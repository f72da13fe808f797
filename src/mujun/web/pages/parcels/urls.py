"""Addresses of parcels. The code of a parcel may hold anything, so it stands last."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.parcels import views

urlpatterns = [
    path("parcels/", views.parcels, name="parcels"),
    path("parcels/<path:parcel_id>/", views.parcel, name="parcel"),
]
