"""Addresses of the firm card. A code may hold anything that a county writes, so it stands last."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.firms import views

urlpatterns = [
    path("firms/<path:firm_id>/account.xlsx", views.account_workbook, name="firm_account"),
    path("firms/<path:firm_id>/", views.firm, name="firm"),
]
