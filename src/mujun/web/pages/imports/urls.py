"""Addresses of the import."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.imports import batches, corrections, mapping, pairs, parts, upload

urlpatterns = [
    path("imports/", batches.imports, name="imports"),
    path("imports/new/", upload.new, name="import_new"),
    path("imports/templates/", upload.templates, name="import_templates"),
    path("imports/templates/<slug:table>.xlsx", upload.template, name="import_template"),
    path("imports/pairs/", pairs.pairs, name="pairs"),
    path("imports/pairs/<int:pk>/", pairs.decide, name="pair_decide"),
    path("imports/corrections/", corrections.corrections, name="corrections"),
    path("imports/corrections/new/", corrections.correct, name="correct"),
    path("imports/<int:pk>/", batches.batch, name="import_batch"),
    path("imports/<int:pk>/rehearse/", batches.rehearse, name="import_rehearse"),
    path("imports/<int:pk>/commit/", batches.commit, name="import_commit"),
    path("imports/<int:pk>/answer/", batches.answer, name="import_answer"),
    path("imports/<int:pk>/undo/", batches.undo, name="import_undo"),
    path("imports/<int:pk>/discard/", batches.discard, name="import_discard"),
    path("imports/<int:pk>/returned/", batches.returned, name="import_returned"),
    path("imports/<int:pk>/mapping/", mapping.mapping, name="import_mapping"),
    path("imports/<int:pk>/firms/", parts.firms, name="import_firms"),
    path("imports/<int:pk>/defects/", parts.defects, name="import_defects"),
    path("imports/<int:pk>/<slug:table>/<slug:part>/", parts.part, name="import_part"),
]
