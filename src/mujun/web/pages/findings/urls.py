"""Addresses of findings."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.findings import acts, objecting, rules, views

urlpatterns = [
    path("findings/", views.findings, name="findings"),
    path("findings/runs/", views.runs, name="finding_runs"),
    path("findings/runs/new/", acts.new, name="finding_run_new"),
    path("findings/runs/<int:pk>/", views.run, name="finding_run"),
    path("findings/runs/<int:pk>/publish/", acts.publish, name="finding_run_publish"),
    path("findings/runs/<int:pk>/discard/", acts.discard, name="finding_run_discard"),
    path("findings/runs/<int:pk>/replay/", acts.replay, name="finding_run_replay"),
    path("findings/runs/<int:pk>/again/", acts.again, name="finding_run_again"),
    path("findings/rules/", rules.rule_sets, name="finding_rule_sets"),
    path("findings/rules/upload/", rules.upload, name="finding_rules_upload"),
    path("findings/rules/<int:pk>/", rules.rule_set, name="finding_rules"),
    path("findings/rules/<int:pk>/rules.yaml", rules.text, name="finding_rules_text"),
    path("findings/<int:pk>/object/", objecting.new, name="finding_object"),
]
