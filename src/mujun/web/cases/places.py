"""Where a case lies and whom it is about, as the register says it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import shapely
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.cases.definition import Definition, FieldKind
from mujun.web.cases.models import Case
from mujun.web.people.places import places
from mujun.web.people.rights import Role, scope_of
from mujun.web.people.visible import known, sees_firm, sees_parcel
from mujun.web.register.queries import firm_names


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Town, firm, parcel and point (degrees) of a case; ``town_said``: the town was said, not found."""

    town: str = ""
    firm_id: str = ""
    firm_name: str = ""
    parcel_id: str = ""
    lon: float | None = None
    lat: float | None = None
    town_said: bool = False


def place_of(definition: Definition, fields: Mapping[str, Any], town: str, by: Any) -> Place:
    """Return where a case lies; refuse a firm, parcel or town that ``by`` may not act for.

    The town is the one said, else the parcel's, that of the parcel that was tapped, the firm's, or a cadre's only one.
    """
    firm_id = _value(definition, fields, FieldKind.FIRM) or (by.firm_id if by.role == Role.FIRM else "")
    parcel_id = _value(definition, fields, FieldKind.PARCEL)
    _check_seen(firm_id, parcel_id, by)
    name, firm_town = _firm(firm_id)
    parcel_town, point = _parcel(parcel_id)
    tapped = _point(definition, fields)
    lies_in = town.strip() or parcel_town or _town_at(tapped, by) or firm_town or _only_town(by)
    if by.role == Role.TOWN and not lies_in:
        raise Refused(
            _("您负责几个镇街，请选择这件事在哪一个。"), next_step=_("也可以在图上点宗地，或写明宗地、企业。")
        )
    if by.role == Role.TOWN and lies_in not in by.towns:
        raise Refused(_("“{town}”不在您负责的镇街之内。").format(town=lies_in))
    return Place(lies_in[:60], firm_id[:40], name[:200], parcel_id[:40], *(tapped or point), bool(town.strip()))


def moved_place(definition: Definition, case: Case, before: Mapping[str, Any], by: Any) -> Place | None:
    """Return where a case lies now that its fields are no longer those of ``before``; None where nothing of it changed.

    A firm, parcel or point that was cleared takes with it what came from it. A parcel or point that is named now says
    the town; else the one said at the beginning stays, and one that was found is found anew.
    """
    changed = {
        field.kind
        for field in definition.fields
        if field.kind in PLACED and (before.get(field.key) or None) != (case.fields.get(field.key) or None)
    }
    if not changed:
        return None
    firm_id, parcel_id = case.firm_id, case.parcel_id
    if FieldKind.FIRM in changed:
        firm_id = _value(definition, case.fields, FieldKind.FIRM)
    if FieldKind.PARCEL in changed:
        parcel_id = _value(definition, case.fields, FieldKind.PARCEL)
    _check_seen(firm_id if FieldKind.FIRM in changed else "", parcel_id if FieldKind.PARCEL in changed else "", by)
    name, firm_town = _firm(firm_id)
    parcel_town, point = _parcel(parcel_id)
    tapped = _point(definition, case.fields)
    tapped_town = "" if parcel_town else _town_at(tapped, by)
    named = (parcel_town if FieldKind.PARCEL in changed else "") or (tapped_town if FieldKind.PLACE in changed else "")
    said = case.town if case.town_said else ""
    lies_in = (
        named or said or parcel_town or tapped_town or firm_town or _only_town(case.raiser) or _kept_town(case, by)
    )
    return Place(
        lies_in[:60], firm_id[:40], (name if firm_id else "")[:200], parcel_id[:40], *(tapped or point),
        case.town_said and lies_in == case.town,
    )  # fmt: skip


PLACED = (FieldKind.FIRM, FieldKind.PARCEL, FieldKind.PLACE)


def _check_seen(firm_id: str, parcel_id: str, by: Any) -> None:
    scope = scope_of(by)
    if firm_id and not (sees_firm(firm_id, scope) or firm_id == by.firm_id):
        raise Refused(_("登记簿里没有企业 {code}，或它不在您的范围内。").format(code=firm_id))
    if parcel_id and not sees_parcel(parcel_id, scope):
        raise Refused(_("登记簿里没有宗地 {code}，或它不在您的范围内。").format(code=parcel_id))


def _value(definition: Definition, fields: Mapping[str, Any], kind: FieldKind) -> str:
    found = (str(fields.get(field.key) or "").strip() for field in definition.fields if field.kind is kind)
    return next((value for value in found if value), "")


def _point(definition: Definition, fields: Mapping[str, Any]) -> tuple[float, float] | None:
    """The point that was tapped, in degrees; a place in words is none."""
    said = (fields.get(field.key) for field in definition.fields if field.kind is FieldKind.PLACE)
    points = [place for place in said if isinstance(place, list | tuple) and len(place) == 2]
    # What no number is the engine refuses with its own sentence.
    held = [(place[0], place[1]) for place in points if all(type(part) in (int, float) for part in place)]
    return held[0] if held else None


def _firm(firm_id: str) -> tuple[str, str]:
    return firm_names([firm_id]).get(firm_id, ("", "")) if firm_id else ("", "")


def _only_town(by: Any) -> str:
    """The town of a cadre who has one; which of several it is nobody can know."""
    return str(by.towns[0]) if by.role == Role.TOWN and len(by.towns) == 1 else ""


def _kept_town(case: Case, by: Any) -> str:
    """The town that a cadre works in keeps the case where no other is known."""
    return case.town if by.role == Role.TOWN and case.town in by.towns else ""


def _town_at(point: tuple[float, float] | None, by: Any) -> str:
    """The town of the parcel that was tapped; a cadre's only among the own ones."""
    if point is None:
        return ""
    inside = places("parcels").inside(shapely.Point(point))
    rows = known("parcels").filter(pk__in=inside.tolist()).order_by("parcel_id", "pk")
    rows = rows.filter(town__in=by.towns) if by.role == Role.TOWN else rows
    return str(rows.values_list("town", flat=True).first() or "")


def _parcel(parcel_id: str) -> tuple[str, tuple[float | None, float | None]]:
    row = known("parcels").filter(parcel_id=parcel_id).values_list("town", "geometry").first() if parcel_id else None
    if row is None:
        return "", (None, None)
    shape = shapely.from_wkb(bytes(row[1]), on_invalid="ignore") if row[1] else None
    if shape is None or shape.is_empty:
        return row[0], (None, None)
    point = shapely.point_on_surface(shape if shape.is_valid else shapely.envelope(shape))
    return row[0], (round(point.x, 6), round(point.y, 6))
