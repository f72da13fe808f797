"""Addresses of runs."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.runs import acts, comparing, views

urlpatterns = [
    path("runs/", views.runs, name="runs"),
    path("runs/new/", acts.new, name="run_new"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/results.csv", views.results_csv, name="run_csv"),
    path("runs/<int:pk>/publish/", acts.publish, name="run_publish"),
    path("runs/<int:pk>/discard/", acts.discard, name="run_discard"),
    path("runs/<int:pk>/again/", acts.again, name="run_again"),
    path("runs/<int:pk>/replay/", acts.replay, name="run_replay"),
    path("runs/<int:pk>/notice/", acts.notice, name="run_notice"),
    path("runs/compare/", comparing.choose, name="run_compare_choose"),
    path("runs/<int:before>/compare/<int:after>/", comparing.compare, name="run_compare"),
]
