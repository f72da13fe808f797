"""What opening a block would take in: parcels, owners, tenants, and every reason why it cannot be."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from mujun.web.campaign.models import Block, BlockParcel, Party, PartyKind
from mujun.web.campaign.queries.lineage import lineage_around
from mujun.web.register.models import Building, Firm, Occupancy, Parcel
from mujun.web.register.queries import current_revision

M2_PER_MU = 2000 / 3
MOST = 2_000
CODES = re.compile(r"[\s,，;；、]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Land:
    """One parcel as the register has it now."""

    parcel_id: str
    town: str
    holder_id: str
    holder_name: str
    area_mu: float
    floor_area_m2: float
    tenants: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would be taken in. ``obstacles`` are sentences; where there is one, nothing can be opened."""

    lands: list[Land]
    parties: list[Party]
    obstacles: list[str]
    notes: list[str]
    revision: int

    @property
    def area_mu(self) -> float:
        """All land."""
        return sum(land.area_mu for land in self.lands)

    @property
    def towns(self) -> list[str]:
        """The towns it lies in."""
        return sorted({land.town for land in self.lands if land.town})

    def heads(self, kind: str) -> int:
        """How many different owners or tenants."""
        return len({party.identity for party in self.parties if party.kind == kind})

    @property
    def owners(self) -> int:
        """Different owners."""
        return self.heads(PartyKind.OWNER)

    @property
    def tenants(self) -> int:
        """Different tenants."""
        return self.heads(PartyKind.TENANT)


def codes_in(text: str) -> list[str]:
    """Return the codes in a text pasted from anywhere, in order, each once."""
    return list(dict.fromkeys(part for part in CODES.split(text) if part))


def rehearse(parcel_ids: Sequence[str], day: dt.date) -> Rehearsal:
    """Read what the register knows of ``parcel_ids`` on ``day`` and what stands against taking them in."""
    wanted = list(dict.fromkeys(parcel_ids))
    obstacles = [] if wanted else [_("还没有宗地代码。")]
    if len(wanted) > MOST:
        obstacles.append(_("一次最多 {limit} 宗，请分成几个区块。").format(limit=MOST))
        wanted = wanted[:MOST]
    rows = {row["parcel_id"]: row for row in _rows(Parcel, "parcel_id", wanted, PARCEL_FIELDS)}
    missing = [code for code in wanted if code not in rows]
    if missing:
        obstacles.append(_("登记簿里没有这些宗地：{codes}。").format(codes=_listed(missing)))
    protected = [code for code in wanted if code in rows and rows[code]["protected"]]
    if protected:
        obstacles.append(_("这些宗地登记为保留，不能划入：{codes}。").format(codes=_listed(protected)))
    empty = [code for code in wanted if code in rows and not (rows[code]["registered_area_m2"] or 0) > 0]
    if empty:
        obstacles.append(_("这些宗地没有登记面积，请先更正：{codes}。").format(codes=_listed(empty)))
    obstacles += conflicts(wanted)
    known = [code for code in wanted if code in rows and code not in empty]
    lands, parties = _lands(known, rows, day)
    unknown = [land.parcel_id for land in lands if not (land.holder_id or land.holder_name)]
    notes = [_("这些宗地没有登记权利人，请核实：{codes}。").format(codes=_listed(unknown))] if unknown else []
    return Rehearsal(lands, parties, obstacles, notes, current_revision())


PARCEL_FIELDS = ("parcel_id", "town", "holder_id", "holder_name", "registered_area_m2", "protected")


def conflicts(parcel_ids: Sequence[str]) -> list[str]:
    """Return one sentence per parcel that is in an open block already, itself or as a relative by lineage."""
    lineage = lineage_around(parcel_ids)
    family = {code: lineage.family(code) for code in parcel_ids}
    every = sorted({relative for one in family.values() for relative in one})
    held: dict[str, Block] = {}
    for first in range(0, len(every), 500):
        rows = BlockParcel.objects.filter(to_day=None, parcel_id__in=every[first : first + 500])
        held |= {row.parcel_id: row.block for row in rows.select_related("block")}
    found = []
    for code in parcel_ids:
        for relative in sorted(family[code] & held.keys()):
            sentence = (
                _("宗地 {code} 已在区块 {block}。")
                if relative == code
                else _("宗地 {code} 与区块 {block} 的宗地 {relative} 有分割或合并关系。")
            )
            found.append(sentence.format(code=code, block=held[relative], relative=relative))
    return found


def _listed(codes: Sequence[str]) -> str:
    shown = "、".join(codes[:10])
    return shown if len(codes) <= 10 else _("{codes} 等 {count} 宗").format(codes=shown, count=len(codes))


def _rows(model: Any, column: str, values: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for first in range(0, len(values), 500):
        part = values[first : first + 500]
        found += list(model.objects.filter(until=None, **{f"{column}__in": part}).values(*fields))
    return found


def _lands(codes: Sequence[str], rows: dict[str, dict[str, Any]], day: dt.date) -> tuple[list[Land], list[Party]]:
    floors: dict[str, float] = defaultdict(float)
    for row in _rows(Building, "parcel_id", codes, ("parcel_id", "floor_area_m2")):
        floors[row["parcel_id"]] += row["floor_area_m2"] or 0.0
    shares = _shares(codes, day)
    firm_ids = {row["firm_id"] for row in shares} | {rows[code]["holder_id"] for code in codes}
    names = {
        row["firm_id"]: row["name"] for row in _rows(Firm, "firm_id", sorted(firm_ids - {""}), ("firm_id", "name"))
    }
    by_parcel: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for share in shares:
        by_parcel[share["parcel_id"]].append(share)
    lands, parties = [], []
    for code in codes:
        row = rows[code]
        people = _parties(row, by_parcel[code], names, floors[code])
        parties += people
        tenants = len({party.identity for party in people if party.kind == PartyKind.TENANT})
        holder = row["holder_name"] or names.get(row["holder_id"], "")
        area_mu = row["registered_area_m2"] / M2_PER_MU
        lands.append(Land(code, row["town"], row["holder_id"], holder, area_mu, floors[code], tenants))
    return lands, parties


def _shares(codes: Sequence[str], day: dt.date) -> list[dict[str, Any]]:
    """The shares of land in force on ``day``."""
    found: list[dict[str, Any]] = []
    for first in range(0, len(codes), 500):
        rows = Occupancy.objects.filter(until=None, parcel_id__in=codes[first : first + 500])
        rows = rows.filter(Q(**{"from": None}) | Q(from__lte=day), Q(to=None) | Q(to__gte=day)).order_by("id")
        found += list(rows.values("parcel_id", "firm_id", "firm_name", "kind", "floor_area_m2"))
    return found


def _parties(
    row: dict[str, Any], shares: Sequence[dict[str, Any]], names: dict[str, str], floor_area_m2: float
) -> list[Party]:
    """The owner (the holder, else who has it as own) and every tenant of one parcel, unsaved."""
    found: dict[tuple[str, str, str], Party] = {}

    def add(kind: str, firm_id: str, name: str, floor: float | None) -> None:
        key = (kind, firm_id, "" if firm_id else name)
        if key in found:
            found[key].floor_area_m2 = (found[key].floor_area_m2 or 0.0) + (floor or 0.0)
            return
        found[key] = Party(
            parcel_id=row["parcel_id"], town=row["town"][:100], kind=kind, firm_id=firm_id[:40],
            name=(name or names.get(firm_id, ""))[:300], floor_area_m2=floor,
        )  # fmt: skip

    if row["holder_id"] or row["holder_name"]:
        add(PartyKind.OWNER, row["holder_id"], row["holder_name"], floor_area_m2)
    else:
        for share in shares:
            if share["kind"] == "own":
                add(PartyKind.OWNER, share["firm_id"], share["firm_name"], share["floor_area_m2"])
    if not found:
        add(PartyKind.OWNER, "", "", floor_area_m2)
    for share in shares:
        if share["kind"] in ("lease", "sublease"):
            add(PartyKind.TENANT, share["firm_id"], share["firm_name"], share["floor_area_m2"])
    return list(found.values())
