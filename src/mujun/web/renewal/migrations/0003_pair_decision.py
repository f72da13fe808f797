"""Decisions about single pairs of parcels; the database refuses to change them."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from mujun.web.audit import append_only

TABLE = "renewal_pairdecision"


def install(apps: Any, schema_editor: Any) -> None:
    append_only.install(schema_editor.connection, TABLE)


def remove(apps: Any, schema_editor: Any) -> None:
    append_only.remove(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("renewal", "0002_only_added_to"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PairDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.CharField(max_length=40, verbose_name="宗地")),
                ("second", models.CharField(max_length=40, verbose_name="宗地")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("joins", "认定相邻"), ("separates", "认定不相邻"), ("withdrawn", "撤回决定")],
                        max_length=10,
                        verbose_name="决定",
                    ),
                ),
                ("on", models.DateField(verbose_name="决定日期")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["first", "second"], name="pair_decision_pair")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True), name="pair_decision_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="pair_decision_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
