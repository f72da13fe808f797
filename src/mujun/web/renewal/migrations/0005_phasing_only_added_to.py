"""Let the database refuse to change an order over periods."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from mujun.web.audit import append_only

TABLE = "renewal_planphasing"


def install(apps: Any, schema_editor: Any) -> None:
    append_only.install(schema_editor.connection, TABLE)


def remove(apps: Any, schema_editor: Any) -> None:
    append_only.remove(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("renewal", "0004_planphasing")]

    operations = [migrations.RunPython(install, remove)]
