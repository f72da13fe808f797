"""Which tables are served as features, and with which properties."""

from __future__ import annotations

import dataclasses

from mujun.register.schema import TABLES, Kind, Table
from mujun.web.people.visible import PROTECTED

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclasses.dataclass(frozen=True, slots=True)
class Collection:
    """One collection: a table with geometry, its key, and the columns that are no amounts."""

    table: Table
    description: str

    @property
    def name(self) -> str:
        """Its id in addresses."""
        return self.table.name

    @property
    def key(self) -> str:
        """The column that names a feature."""
        return self.table.key[0]

    @property
    def properties(self) -> list[str]:
        """The columns given with each feature: neither geometry nor amounts."""
        hidden = PROTECTED.get(self.table.name, frozenset())
        return [c.name for c in self.table.columns if c.kind is not Kind.GEOMETRY and c.name not in hidden]


COLLECTIONS: dict[str, Collection] = {
    name: Collection(TABLES[name], description)
    for name, description in (
        ("parcels", "宗地"),
        ("buildings", "房屋"),
        ("barriers", "分隔与连接"),
    )
}
