"""How much of a parcel may still be accepted."""

from __future__ import annotations

import dataclasses

from mujun.web.campaign.counting import Counted, already_counted, still_free
from mujun.web.campaign.models import Acceptance, BlockParcel
from mujun.web.campaign.queries.lineage import lineage_around
from mujun.web.register.models import Parcel

M2_PER_MU = 2000 / 3


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """What is left of a parcel (mu), and who counted the rest: itself (``accepted``) or relatives (``counted``)."""

    left_mu: float
    accepted: Acceptance | None
    counted: tuple[Counted, ...]

    @property
    def others(self) -> str:
        """The relatives, for people."""
        return "、".join(one.parcel_id for one in self.counted)


def room_for(parcel: BlockParcel) -> Room:
    """Return what may still be accepted of a parcel of a block."""
    own = Acceptance.objects.filter(parcel_id=parcel.parcel_id, revoked_on=None).first()
    if own is not None:
        return Room(0.0, own, ())
    lineage = lineage_around([parcel.parcel_id])
    family = sorted(lineage.family(parcel.parcel_id) - {parcel.parcel_id})
    standing = Acceptance.objects.filter(revoked_on=None, parcel_id__in=family)
    accepted = dict(standing.values_list("parcel_id", "area_mu"))
    counted = already_counted(parcel.parcel_id, parcel.area_mu, lineage, accepted, _areas(sorted(accepted)))
    return Room(still_free(parcel.area_mu, counted), None, tuple(counted))


def _areas(parcel_ids: list[str]) -> dict[str, float]:
    """Whole area (mu) of parcels, also of those that are gone: as last known, else as when it came into its block."""
    if not parcel_ids:
        return {}
    found = dict(BlockParcel.objects.filter(parcel_id__in=parcel_ids).order_by("id").values_list("parcel_id", "area_mu"))
    rows = Parcel.objects.filter(parcel_id__in=parcel_ids, registered_area_m2__gt=0).order_by("since", "id")
    return found | {code: area / M2_PER_MU for code, area in rows.values_list("parcel_id", "registered_area_m2")}
