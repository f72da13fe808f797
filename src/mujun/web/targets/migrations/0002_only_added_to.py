"""Let the database refuse to change or delete decisions, formulas, monthly reports and what was done about orders."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from mujun.web.audit import append_only

KEPT = ("targets_statementdecision", "targets_targetformula", "targets_monthlyreport", "targets_orderentry")


def install(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.install(schema_editor.connection, table)


def remove(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
