"""Consent of a block: how many heads and how much land have signed, against the double two thirds."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping

from mujun.web.campaign.models import BlockParcel, Consent, Party, PartyKind

TWO_THIRDS = (2, 3)


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """``signed`` of ``all``, in heads or in mu."""

    signed: float
    all: float

    @property
    def part(self) -> float | None:
        """The share (0–1), None of nothing."""
        return self.signed / self.all if self.all else None

    @property
    def two_thirds(self) -> bool:
        """Whether two thirds are reached."""
        part, whole = TWO_THIRDS
        return bool(self.all) and self.signed * whole >= self.all * part * (1 - 1e-12)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Consent of one block. Owners count by heads and by land; tenants by heads; ``counts`` are parties by answer."""

    owners: Share
    land_mu: Share
    tenants: Share
    counts: Mapping[str, int]

    @property
    def double(self) -> bool:
        """Whether the double two thirds (owners' heads and land) are reached."""
        return self.owners.two_thirds and self.land_mu.two_thirds

    @property
    def unsigned(self) -> int:
        """Parties, owners and tenants alike, that have not signed."""
        return sum(number for answer, number in self.counts.items() if answer != Consent.SIGNED)


def consent_of(parcels: Iterable[BlockParcel], parties: Iterable[Party]) -> Standing:
    """Count the consent of one block from its open parcels and their parties.

    An owner of several parcels is one head and has signed when every parcel is signed; a parcel's land has signed
    when all its owners have, and a parcel without an owner has not.
    """
    heads: dict[tuple[str, str], list[bool]] = defaultdict(list)
    owners_of: dict[str, list[bool]] = defaultdict(list)
    counts = dict.fromkeys(Consent.values, 0)
    open_parcels = {parcel.parcel_id: parcel.area_mu for parcel in parcels if parcel.to_day is None}
    for party in parties:
        if party.parcel_id not in open_parcels or party.struck_on is not None:
            continue
        signed = party.consent == Consent.SIGNED
        heads[party.kind, party.identity].append(signed)
        counts[party.consent] += 1
        if party.kind == PartyKind.OWNER:
            owners_of[party.parcel_id].append(signed)
    land = sum(area for code, area in open_parcels.items() if owners_of[code] and all(owners_of[code]))
    return Standing(
        _heads(heads, PartyKind.OWNER),
        Share(land, sum(open_parcels.values())),
        _heads(heads, PartyKind.TENANT),
        counts,
    )


def _heads(heads: Mapping[tuple[str, str], list[bool]], kind: PartyKind) -> Share:
    mine = [all(signed) for (which, _identity), signed in heads.items() if which == kind]
    return Share(sum(mine), len(mine))
