"""The search index: what it holds, and what somebody may find in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from pypinyin import Style, lazy_pinyin

from mujun.web.maps import actions
from mujun.web.maps.models import SearchEntry, SearchKind
from mujun.web.people.rights import Scope
from mujun.web.register.queries import load_register

FIELDS = ("kind", "key", "name", "initials", "town", "firms", "longitude", "latitude")
PARTIES = ("firm_id", "lessor_id")
SHORTEST = 1
Place = tuple[float | None, float | None]


def initials(name: str) -> str:
    """First letters of the pinyin of ``name`` in lower case; letters and digits stand for themselves."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_apart)
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii()).lower()


def _apart(other: str) -> Any:
    return list(other)


def refresh_search(revision: int) -> None:
    """Bring the index to what the register holds at ``revision``; only what differs is written."""
    names = SearchEntry.objects.exclude(name="").values_list("name", "initials")
    known = dict(names.iterator(chunk_size=5000))  # pinyin of a hundred thousand names takes minutes; most stay
    wanted = {(row["kind"], row["key"]): row for row in _entries(revision, known)}
    gone: list[int] = []
    for held in SearchEntry.objects.values("pk", *FIELDS).iterator(chunk_size=5000):
        pk = held.pop("pk")
        if wanted.get((held["kind"], held["key"])) == held:
            del wanted[held["kind"], held["key"]]
        else:
            gone.append(pk)
    if gone or wanted:
        actions.change_search_index(gone, (SearchEntry(**row) for row in wanted.values()), by=None)


def _entries(revision: int, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    register = load_register(revision, ["parcels", "firms", "occupancy"])
    parcels = register["parcels"].drop_duplicates("parcel_id")
    places = _places(parcels)
    occupancy = register["occupancy"][["firm_id", "parcel_id", "area_m2", "lessor_id"]]
    yield from _town_entries(parcels, places, known)
    parties = pd.concat([occupancy[["parcel_id", name]].set_axis(["parcel_id", "firm"], axis=1) for name in PARTIES])
    users = parties[parties["firm"] != ""].groupby("parcel_id")["firm"].agg(set).to_dict()
    row: Any
    for row in parcels.itertuples(index=False):
        firms = users.get(row.parcel_id, set()) | ({row.holder_id} if row.holder_id else set())
        place = places.get(row.parcel_id, (None, None))
        yield _entry(SearchKind.PARCEL, row.parcel_id, row.holder_name, row.town, sorted(firms), place, known)
    main = occupancy.sort_values("area_m2", ascending=False, kind="stable").drop_duplicates("firm_id")
    parcel_of = dict(zip(main["firm_id"], main["parcel_id"], strict=True))
    for row in register["firms"].drop_duplicates("firm_id").itertuples(index=False):
        place = places.get(parcel_of.get(row.firm_id, ""), (None, None))
        yield _entry(SearchKind.FIRM, row.firm_id, row.name, row.town, [row.firm_id], place, known)


def _entry(
    kind: SearchKind, key: str, name: str, town: str, firms: Iterable[str], place: Place, known: dict[str, str]
) -> dict[str, Any]:
    if name[:300] not in known:
        known[name[:300]] = initials(name[:300])
    return {
        "kind": kind.value,
        "key": key[:120],
        "name": name[:300],
        "initials": known[name[:300]][:300],
        "town": town[:100],
        "firms": list(firms),
        "longitude": place[0],
        "latitude": place[1],
    }


def _places(parcels: pd.DataFrame) -> dict[str, tuple[float | None, float | None]]:
    shapes = shapely.from_wkb(parcels["geometry"].to_numpy(dtype=object), on_invalid="ignore")
    points = shapely.point_on_surface(np.where(shapely.is_valid(shapes), shapes, shapely.envelope(shapes)))
    x, y = np.round(shapely.get_x(points), 6), np.round(shapely.get_y(points), 6)
    return {
        parcel_id: (float(lon), float(lat))
        for parcel_id, lon, lat in zip(parcels["parcel_id"], x, y, strict=True)
        if lon == lon
    }


def _town_entries(parcels: pd.DataFrame, places: dict[str, Place], known: dict[str, str]) -> Iterator[dict[str, Any]]:
    for town, rows in parcels[parcels["town"] != ""].groupby("town"):
        points = np.array([places[p] for p in rows["parcel_id"] if p in places], dtype=float)
        middle = np.round(np.median(points, axis=0), 6).tolist() if len(points) else [None, None]
        yield _entry(SearchKind.TOWN, str(town), str(town), str(town), [], (middle[0], middle[1]), known)


def visible(scope: Scope) -> QuerySet[SearchEntry]:
    """The entries inside ``scope``: a town cadre's own towns, a firm's own firm and parcels."""
    entries = SearchEntry.objects.all()
    if scope.towns is not None:
        entries = entries.filter(town__in=scope.towns)
    if scope.firms is not None:
        mine = [pk for pk, firms in _with_firm(entries, scope.firms) if scope.firms & set(firms)]
        entries = entries.filter(pk__in=mine)
    return entries


def _with_firm(entries: QuerySet[SearchEntry], firms: frozenset[str]) -> Iterable[tuple[int, list[str]]]:
    """Entries that may name one of ``firms``; the text of the list is looked through, then the list itself."""
    some = Q(pk__in=[])
    for firm in firms:
        some |= Q(firms__icontains=firm)
    return entries.filter(some).values_list("pk", "firms")


def find(text: str, scope: Scope, limit: int = 12) -> list[SearchEntry]:
    """The best entries for ``text``: a code or a name that begins so, initials, then names that contain it."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    letters = wanted.lower().replace(" ", "")
    match = Q(name__icontains=wanted) | Q(key__istartswith=wanted) | Q(key__iendswith=wanted)
    if letters.isascii() and letters.isalnum():
        match |= Q(initials__contains=letters)
    rank = Case(
        When(Q(key__iexact=wanted) | Q(name__iexact=wanted), then=Value(0)),
        When(Q(key__istartswith=wanted) | Q(name__istartswith=wanted), then=Value(1)),
        When(Q(initials__startswith=letters), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    # Towns are few and lead farthest; parcels named after their holder come after the holder itself.
    sort = Case(
        When(kind=SearchKind.TOWN, then=Value(0)),
        When(kind=SearchKind.FIRM, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(
        visible(scope).filter(match).annotate(rank=rank, sort=sort).order_by("rank", "sort", "name", "key")[:limit]
    )
