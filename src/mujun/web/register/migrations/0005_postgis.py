"""Geometry columns and read-only views for GIS staff, on PostgreSQL with PostGIS only."""

from typing import Any

from django.db import migrations

from mujun.web.register import gis


def install(apps: Any, schema_editor: Any) -> None:
    gis.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    gis.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("register", "0004_firms")]

    operations = [migrations.RunPython(install, remove)]
