"""On PostgreSQL with PostGIS: a geometry column that follows the register, and views that nobody can write to."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.web.register.test_knowledge import parcels, square

pytestmark = pytest.mark.django_db


def has_postgis() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")
        return bool(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def postgis() -> None:
    if connection.vendor != "postgresql" or not has_postgis():
        pytest.skip("needs PostgreSQL with PostGIS")


def test_the_views_show_the_current_shapes(take) -> None:
    take(parcels(("P1", square(121.0)), ("P2", square(121.01))))
    take(
        parcels(
            ("P1", square(121.0, 0.001)),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT parcel_id, ST_SRID(geom), ST_XMax(geom) - ST_XMin(geom) FROM gis_parcels ORDER BY 1")
        rows = cursor.fetchall()
    assert [(name, srid) for name, srid, _width in rows] == [("P1", 4490), ("P2", 4490)]
    assert [width for *_rest, width in rows] == pytest.approx([0.001, 0.002])


@pytest.mark.parametrize("sql", ["DELETE FROM gis_parcels", "UPDATE gis_parcels SET town = 'x'"])
def test_the_views_cannot_be_written_to(take, sql: str) -> None:
    take(
        parcels(
            ("P1", square(121.0)),
        )
    )
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
