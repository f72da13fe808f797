"""Keeps the map up to date: a revision that touches what is drawn or searched queues the job that draws it anew."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save

from mujun.web.register.models import Barrier, Firm, JobProgress, JobState, Occupancy, Parcel, Revision

DRAWN = (Parcel, Barrier, Firm, Occupancy)


def connect() -> None:
    """Watch for new revisions of the register."""
    post_save.connect(_revised, sender=Revision, dispatch_uid="mujun.map")


def _revised(sender: Any, instance: Revision, created: bool, **kwargs: Any) -> None:
    if created:
        transaction.on_commit(partial(_queue, instance))


def _queue(revision: Revision) -> None:
    from mujun.web.maps.jobs import build_tiles

    if not touches_map(revision.pk):
        return
    if JobProgress.objects.filter(kind=build_tiles.kind, state=JobState.WAITING).exists():
        return  # that one will read this revision too
    build_tiles.start(by=revision.by)


def touches_map(revision: int) -> bool:
    """Whether ``revision`` began or ended a version of anything that the map or the search shows."""
    changed = Q(since=revision) | Q(until=revision)
    return any(model._default_manager.filter(changed).exists() for model in DRAWN)
