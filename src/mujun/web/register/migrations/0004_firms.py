"""Firms, corrections, and the tables beside them: buildings, barriers, taxes, units."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0003_land")]

    operations = [
        migrations.CreateModel(
            name="Firm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("firm_id", models.TextField(blank=True, default="")),
                ("name", models.TextField(blank=True, default="")),
                ("industry", models.TextField(blank=True, default="")),
                ("above_scale", models.BooleanField(null=True)),
                ("founded_on", models.DateField(null=True)),
                ("production_on", models.DateField(null=True)),
                ("status", models.TextField(blank=True, default="")),
                ("town", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.importbatch",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        db_column="since",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        db_column="until",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.sourcesheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业",
                "db_table": "register_firms",
                "indexes": [
                    models.Index(fields=["firm_id", "until"], name="firms_key_until"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="firms_closed"),
                    models.Index(fields=["town", "until"], name="firms_town"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("firm_id",), name="firms_one_current"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20)),
                ("key", models.JSONField(help_text="values of the key columns, as text, in the order of the schema")),
                (
                    "key_text",
                    models.CharField(db_index=True, help_text="the same, joined with |, for look-ups", max_length=300),
                ),
                ("column", models.CharField(max_length=40)),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                ("reason", models.TextField()),
                ("document", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="register.revision"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.sourcesheet"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["table", "key_text"], name="correction_key")],
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("building_id", models.TextField(blank=True, default="")),
                ("parcel_id", models.TextField(blank=True, default="")),
                ("floor_area_m2", models.FloatField(null=True)),
                ("storeys", models.FloatField(null=True)),
                ("built_year", models.IntegerField(null=True)),
                ("legal", models.BooleanField(null=True)),
                ("geometry", models.BinaryField(editable=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.importbatch",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        db_column="since",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        db_column="until",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.sourcesheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "房屋",
                "db_table": "register_buildings",
                "indexes": [
                    models.Index(fields=["building_id", "until"], name="buildings_key_until"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="buildings_closed"
                    ),
                    models.Index(fields=["parcel_id", "until"], name="buildings_parcel_id"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("building_id",),
                        name="buildings_one_current",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Barrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("barrier_id", models.TextField(blank=True, default="")),
                ("geometry", models.BinaryField(editable=True, null=True)),
                ("kind", models.TextField(blank=True, default="")),
                ("effect", models.TextField(blank=True, default="")),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.importbatch",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        db_column="since",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        db_column="until",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.sourcesheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "分隔与连接",
                "db_table": "register_barriers",
                "indexes": [
                    models.Index(fields=["barrier_id", "until"], name="barriers_key_until"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="barriers_closed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("barrier_id",), name="barriers_one_current"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tax",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("firm_id", models.TextField(blank=True, default="")),
                ("firm_name", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("year", models.IntegerField()),
                ("item", models.TextField(blank=True, default="")),
                ("amount_wan", models.FloatField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.importbatch",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        db_column="since",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.sourcesheet",
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        db_column="until",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "税收明细",
                "db_table": "register_taxes",
                "indexes": [
                    models.Index(fields=["firm_id", "year", "item", "until"], name="taxes_key_until"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="taxes_closed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("firm_id", "year", "item"),
                        name="taxes_one_current",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("unit_id", models.TextField(blank=True, default="")),
                ("building_id", models.TextField(blank=True, default="")),
                ("floor", models.FloatField(null=True)),
                ("floor_area_m2", models.FloatField(null=True)),
                ("load_kn_m2", models.FloatField(null=True)),
                ("height_m", models.FloatField(null=True)),
                ("power_kva", models.FloatField(null=True)),
                ("sector", models.TextField(blank=True, default="")),
                ("rent_wan", models.FloatField(null=True)),
                ("free_from", models.DateField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.importbatch",
                    ),
                ),
                (
                    "since",
                    models.ForeignKey(
                        db_column="since",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.sourcesheet",
                    ),
                ),
                (
                    "until",
                    models.ForeignKey(
                        db_column="until",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "厂房单元",
                "db_table": "register_units",
                "indexes": [
                    models.Index(fields=["unit_id", "until"], name="units_key_until"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="units_closed"),
                    models.Index(fields=["building_id", "until"], name="units_building_id"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("unit_id",), name="units_one_current"
                    )
                ],
            },
        ),
    ]
