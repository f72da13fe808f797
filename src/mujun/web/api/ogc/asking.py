"""What a request for features asks: box, part of the list, time. Unknown or broken parameters are refused."""

from __future__ import annotations

import dataclasses
import math
import re

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from shapely import Geometry, box, union_all

from mujun.web.api.errors import broken
from mujun.web.api.ogc.collections import CRS84, Collection

STANDARD_LIMIT = 100
LARGEST_LIMIT = 10_000
LARGEST_OFFSET = 2_147_483_647
CORE = frozenset({"limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "f"})
_INSTANT = r"(\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?|\.\.|)"
_DATETIME = re.compile(rf"{_INSTANT}(/{_INSTANT})?")


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A request for features, understood."""

    limit: int
    offset: int
    area: Geometry | None
    filters: dict[str, str]


def understand(request: HttpRequest, collection: Collection) -> Asked:
    """Read the parameters; raise ApiError 400 with a sentence where one is unknown or broken."""
    query = request.GET
    known = CORE | set(filters_of(collection))
    unknown = sorted(set(query) - known)
    if unknown:
        raise broken(_("没有这个参数：{names}。").format(names="、".join(unknown)), known=sorted(known))
    _check_words(query)
    return Asked(
        limit=min(_whole(query, "limit", STANDARD_LIMIT, 1), LARGEST_LIMIT),
        offset=_whole(query, "offset", 0, 0),
        area=_area(query["bbox"]) if query.get("bbox") else None,
        filters={name: query[name] for name in filters_of(collection) if name in query},
    )


def filters_of(collection: Collection) -> list[str]:
    """The properties one may filter by, exactly: those that are text."""
    return [name for name in collection.properties if str(collection.table.column(name).kind) in ("code", "text")]


def _check_words(query: QueryDict) -> None:
    for name in ("crs", "bbox-crs"):
        if query.get(name, CRS84) != CRS84:
            raise broken(_("只提供 CRS84 坐标（经度、纬度）。"), supported=[CRS84])
    if query.get("f", "json") not in ("json", "geojson"):
        raise broken(_("只提供 JSON。"))
    if not _DATETIME.fullmatch(query.get("datetime", "..")):
        raise broken(_("datetime 不是一个时刻或时段。"))


def _whole(query: QueryDict, name: str, standard: int, least: int) -> int:
    text = query.get(name, str(standard))
    if not re.fullmatch(r"[0-9]{1,10}", text) or not least <= int(text) <= LARGEST_OFFSET:
        raise broken(_("{name} 应是不小于{least}的整数。").format(name=name, least=least))
    return int(text)


def _area(text: str) -> Geometry:
    """The box; with six numbers the heights are left aside; west > east crosses the 180th meridian."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(math.isfinite(number) and abs(number) < 1e6 for number in numbers):
        raise broken(_("bbox 应是4个或6个以逗号分开的数：西、南、东、北。"))
    west, south, east, north = numbers
    if south > north:
        raise broken(_("bbox 的南边不能大于北边。"))
    if west > east:
        return union_all([box(west, south, 180.0, north), box(-180.0, south, east, north)])
    return box(west, south, east, north)
