"""Let the database refuse to change or delete the trail of a case, its files and ratings, and moved days."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from mujun.web.audit import append_only

KEPT = ("cases_caseentry", "cases_casefile", "cases_caserating", "cases_daymoved", "cases_deducted")


def install(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.install(schema_editor.connection, table)


def remove(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
