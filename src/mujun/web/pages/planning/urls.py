"""Addresses of the planning desk."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.planning import acts, cards, making, pairs, phasing, printing, signing, views

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/new/", making.new, name="plan_new"),
    path("plans/pairs/", pairs.decisions, name="pair_decisions"),
    path("plans/pairs/one/", pairs.decision, name="pair_decision"),
    path("plans/<int:pk>/", views.desk, name="plan"),
    path("plans/<int:pk>/adjacency.json", pairs.lines, name="plan_adjacency"),
    path("plans/<int:pk>/pair/", pairs.pair, name="plan_pair"),
    path("plans/<int:pk>/now/", views.now, name="plan_now"),
    path("plans/<int:pk>/map.json", views.map_table, name="plan_map"),
    path("plans/<int:pk>/solve/", making.solve, name="plan_solve"),
    path("plans/<int:pk>/discard/", making.discard, name="plan_discard"),
    path("plans/<int:pk>/lock/", acts.lock, name="plan_lock"),
    path("plans/<int:pk>/choose/", acts.choose, name="plan_choose"),
    path("plans/<int:pk>/adopt/", acts.adopt, name="plan_adopt"),
    path("plans/<int:pk>/front/", cards.front_point, name="plan_front"),
    path("plans/<int:pk>/compare/<int:number>/", cards.compare, name="plan_compare"),
    path("plans/<int:pk>/parcels/<path:parcel_id>/", cards.parcel, name="plan_parcel"),
    path("plans/<int:pk>/phase/", phasing.phase, name="plan_phase"),
    path("plans/<int:pk>/moves/", phasing.moves, name="plan_moves"),
    path("plans/<int:pk>/sign/", signing.sign, name="plan_sign"),
    path("plans/<int:pk>/replay/", acts.replay, name="plan_replay"),
    path("plans/<int:pk>/print/", printing.paper, name="plan_print"),
]
