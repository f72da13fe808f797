"""Parcels split, merge and are cut anew: which came from which is kept with the import that says so."""

from __future__ import annotations

from mujun.web.register.imports.compare import TableChange
from mujun.web.register.imports.lineage import derived
from mujun.web.register.models import ParcelLineage, Revision


def keep_lineage(change: TableChange | None, revision: Revision) -> None:
    """Keep what an import of parcels says about where parcels came from; call it before the old versions end."""
    if change is None:
        return
    found = derived(change)
    pairs = list(zip(found["parent"], found["child"], strict=True))
    known = set(
        ParcelLineage.objects.filter(until=None, child__in=sorted({child for _parent, child in pairs})).values_list(
            "parent", "child"
        )
    )
    ParcelLineage.objects.bulk_create(
        ParcelLineage(**{name: row[name] for name in ("parent", "child", "kind", "share")}, since=revision)
        for row in found.to_dict("records")
        if (row["parent"], row["child"]) not in known
    )


def undo_lineage(done: Revision, revision: Revision) -> None:
    """End what ``done`` said about lineage."""
    ParcelLineage.objects.filter(since=done, until=None).update(until=revision)
