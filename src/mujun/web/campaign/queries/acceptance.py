"""How much of a parcel may still be accepted."""

from __future__ import annotations

import dataclasses

from mujun.web.campaign.counting import Counted, already_counted, still_free
from mujun.web.campaign.models import Acceptance, BlockParcel
from mujun.web.campaign.queries.lineage import lineage_around


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
    counted = already_counted(parcel.parcel_id, parcel.area_mu, lineage, accepted)
    return Room(still_free(parcel.area_mu, counted), None, tuple(counted))
