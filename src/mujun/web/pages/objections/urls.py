"""Addresses of objections."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.objections import views

urlpatterns = [
    path("objections/", views.objections, name="objections"),
    path("objections/new/", views.new, name="objection_new"),
    path("objections/<int:pk>/", views.objection, name="objection"),
    path("objections/<int:pk>/document/", views.document, name="objection_document"),
    path("objections/<int:pk>/review/", views.review, name="objection_review"),
    path("objections/<int:pk>/accept/", views.accept, name="objection_accept"),
    path("objections/<int:pk>/reject/", views.reject, name="objection_reject"),
    path("objections/<int:pk>/withdraw/", views.withdraw, name="objection_withdraw"),
]
