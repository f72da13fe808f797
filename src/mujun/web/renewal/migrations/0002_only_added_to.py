"""Let the database refuse to change what was found, locked and frozen, and a plan once it is signed."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from mujun.web.audit import append_only
from mujun.web.renewal import signed

KEPT = (
    "renewal_frozeninstance",
    "renewal_planchoice",
    "renewal_planlock",
    "renewal_planreasons",
    "renewal_frontpoint",
)


def install(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.install(schema_editor.connection, table)
    signed.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    signed.remove(schema_editor.connection)
    for table in KEPT:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("renewal", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
