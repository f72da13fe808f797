"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/part/", views.part, name="job_part"),
    path("jobs/<int:pk>/stop/", views.stop, name="job_stop"),
]
