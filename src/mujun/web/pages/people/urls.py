"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.people import bulk, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new, name="person_new"),
    path("people/import/", bulk.rehearse, name="people_import"),
    path("people/import/act/", bulk.act, name="people_import_act"),
    path("people/import/template.xlsx", bulk.template, name="people_template"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/code/", views.code, name="person_code"),
    path("people/<int:pk>/close/", views.close, name="person_close"),
    path("people/<int:pk>/reopen/", views.reopen, name="person_reopen"),
]
