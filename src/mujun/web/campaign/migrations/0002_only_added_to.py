"""Let the database refuse to change or delete what was said of stages and what was decided."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from mujun.web.audit import append_only

KEPT = ("campaign_stagerecord", "campaign_decision")


def install(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.install(schema_editor.connection, table)


def remove(apps: Any, schema_editor: Any) -> None:
    for table in KEPT:
        append_only.remove(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("campaign", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
