"""What GIS staff see on PostgreSQL: a PostGIS shape beside the stored one, and views of the register as it is now.

Application code never reads any of it: geometry is a value in the row, on every database alike.
"""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)

LAYERS = {
    "parcels": "parcel_id, town, village, land_use, right_type, registered_area_m2, taxed_area_m2, holder_id, holder_name",
    "buildings": "building_id, parcel_id, floor_area_m2, storeys, built_year, legal",
    "barriers": "barrier_id, kind, effect",
}
"""Table of the register → the columns that its view shows besides the shape."""

SHAPE = "geom"

_REFUSE = """CREATE OR REPLACE FUNCTION gis_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the gis_* views are read-only: the register changes through mujun only'; END $$"""


def install(connection: Any) -> None:
    """Add shapes, their indexes and the views on PostgreSQL with PostGIS; do nothing anywhere else."""
    if connection.vendor != "postgresql" or not _postgis(connection):
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFUSE)
        for name, columns in LAYERS.items():
            table, view = f"register_{name}", f"gis_{name}"
            cursor.execute(
                f"ALTER TABLE {table} ADD COLUMN {SHAPE} geometry "
                "GENERATED ALWAYS AS (ST_GeomFromWKB(geometry, 4490)) STORED"
            )
            cursor.execute(f"CREATE INDEX {view}_shape ON {table} USING gist ({SHAPE})")
            cursor.execute(
                f"CREATE VIEW {view} AS SELECT id, {columns}, {SHAPE} FROM {table} WHERE until IS NULL"  # noqa: S608
            )
            cursor.execute(
                f"CREATE TRIGGER {view}_refuse INSTEAD OF INSERT OR UPDATE OR DELETE ON {view} "
                "FOR EACH ROW EXECUTE FUNCTION gis_refuse()"
            )


def remove(connection: Any) -> None:
    """Take views and shapes away again."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in LAYERS:
            cursor.execute(f"DROP VIEW IF EXISTS gis_{name}")
            cursor.execute(f"ALTER TABLE register_{name} DROP COLUMN IF EXISTS {SHAPE}")
        cursor.execute("DROP FUNCTION IF EXISTS gis_refuse")


def _postgis(connection: Any) -> bool:
    """Tell whether PostGIS is there, after trying to switch it on; without it everything else works."""
    from django.db import DatabaseError, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis')")
        if cursor.fetchone()[0]:
            return True
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION postgis")
    except DatabaseError as error:
        logger.warning("no views for GIS staff: %s", str(error).splitlines()[0])
        return False
    return True
