"""Am I inside the line? A certain answer for one parcel on one day, with what it rests on.

Only what has been published counts: a block that nobody has announced yet is no line, whoever asks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from mujun.web.campaign.models import Block, BlockParcel, BlockState, Party
from mujun.web.campaign.queries.lineage import lineage_around
from mujun.web.people.rights import Scope
from mujun.web.people.visible import visible

MOST = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """``block`` None: outside every published block on ``day``. ``via``: the earlier or later code in the block."""

    parcel_id: str
    town: str
    holder_name: str
    day: dt.date
    block: Block | None
    since: dt.date | None = None
    via: str = ""
    left: tuple[BlockParcel, ...] = ()
    parties: tuple[Party, ...] = ()

    @property
    def inside(self) -> bool:
        """Whether the parcel lies inside a published block."""
        return self.block is not None


def asked_parcels(scope: Scope, text: str) -> list[str]:
    """The parcels inside ``scope`` that ``text`` means: a code, else part of the holder's or a firm's name.

    Without a text: a firm's own parcels, and nothing for anybody else.
    """
    rows = visible("parcels", scope).order_by("parcel_id")
    text = text.strip()
    if not text:
        return list(rows.values_list("parcel_id", flat=True)[:MOST]) if scope.firms is not None else []
    exact = list(rows.filter(parcel_id=text).values_list("parcel_id", flat=True))
    if exact:
        return exact
    firms = visible("firms", scope).filter(Q(name__icontains=text) | Q(firm_id=text.upper())).values("firm_id")
    used = visible("occupancy", scope).filter(firm_id__in=firms).values("parcel_id")
    held = Q(holder_name__icontains=text) | Q(holder_id__in=firms) | Q(parcel_id__in=used)
    return list(rows.filter(held).values_list("parcel_id", flat=True)[:MOST])


def answers(parcel_ids: Sequence[str], scope: Scope, day: dt.date) -> list[Answer]:
    """Answer for each of ``parcel_ids`` (the caller has checked that they lie inside ``scope``) as of ``day``."""
    lineage = lineage_around(parcel_ids)
    families = {code: lineage.family(code) for code in parcel_ids}
    every = sorted({one for family in families.values() for one in family})
    published = Block.objects.filter(published_on__lte=day)
    rows = BlockParcel.objects.filter(parcel_id__in=every, block__in=published).select_related("block")
    held = list(rows.order_by("from_day", "id"))
    facts = {row["parcel_id"]: row for row in visible("parcels", scope).filter(parcel_id__in=list(parcel_ids)).values(
        "parcel_id", "town", "holder_name")}  # fmt: skip
    parties = _parties(scope, {row.block_id for row in held}, every)
    return [_answer(code, facts.get(code, {}), families[code], held, parties, day) for code in parcel_ids]


def _answer(
    code: str,
    facts: dict[str, str],
    family: set[str],
    held: Sequence[BlockParcel],
    parties: Sequence[Party],
    day: dt.date,
) -> Answer:
    mine = sorted((row for row in held if row.parcel_id in family), key=lambda row: row.parcel_id != code)
    left = tuple(row for row in mine if row.to_day is not None and row.to_day <= day)
    inside = next((row for row in mine if _holds(row, day)), None)
    base = Answer(code, facts.get("town", ""), facts.get("holder_name", ""), day, None, left=left)
    if inside is None:
        return base
    published = inside.block.published_on
    since = max(inside.from_day, published) if published else inside.from_day
    own = tuple(one for one in parties if one.block_id == inside.block_id and one.parcel_id == inside.parcel_id)
    via = "" if inside.parcel_id == code else inside.parcel_id
    return dataclasses.replace(base, block=inside.block, since=since, via=via, parties=own)


def _holds(row: BlockParcel, day: dt.date) -> bool:
    gone = row.to_day is not None and row.to_day <= day
    closed = row.block.state == BlockState.CLOSED and row.block.closed_on is not None and row.block.closed_on <= day
    return row.from_day <= day and not gone and not closed


def _parties(scope: Scope, blocks: set[int], parcel_ids: Sequence[str]) -> list[Party]:
    """The own consent entries of a firm's account; nobody else's, and nobody else asks for them here."""
    if scope.firms is None or not blocks:
        return []
    return list(Party.objects.filter(block__in=blocks, parcel_id__in=parcel_ids, firm_id__in=scope.firms,
                                     struck_on=None))  # fmt: skip
