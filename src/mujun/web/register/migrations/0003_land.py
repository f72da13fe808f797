"""Land and what it yields: projects, parcels, occupancy, measures, marks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_job_attempts")]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("project_id", models.TextField(blank=True, default="")),
                ("name", models.TextField(blank=True, default="")),
                ("industry", models.TextField(blank=True, default="")),
                ("invest_wan", models.FloatField(null=True)),
                ("land_need_mu", models.FloatField(null=True)),
                ("tax_promise_wan_per_mu", models.FloatField(null=True)),
                ("energy_tce", models.FloatField(null=True)),
                ("far_min", models.FloatField(null=True)),
                ("min_block_mu", models.FloatField(null=True)),
                ("load_kn_m2", models.FloatField(null=True)),
                ("power_kva", models.FloatField(null=True)),
                ("stage", models.TextField(blank=True, default="")),
                ("leader", models.TextField(blank=True, default="")),
                ("team", models.TextField(blank=True, default="")),
                ("contacted_on", models.DateField(null=True)),
                ("negotiating_on", models.DateField(null=True)),
                ("signed_on", models.DateField(null=True)),
                ("landing_on", models.DateField(null=True)),
                ("started_on", models.DateField(null=True)),
                ("completed_on", models.DateField(null=True)),
                ("producing_on", models.DateField(null=True)),
                ("above_scale_on", models.DateField(null=True)),
                ("full_output_on", models.DateField(null=True)),
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
                "verbose_name": "项目",
                "db_table": "register_projects",
                "indexes": [
                    models.Index(fields=["project_id", "until"], name="projects_key_until"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="projects_closed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("project_id",), name="projects_one_current"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("parcel_id", models.TextField(blank=True, default="")),
                ("geometry", models.BinaryField(editable=True, null=True)),
                ("town", models.TextField(blank=True, default="")),
                ("village", models.TextField(blank=True, default="")),
                ("registered_area_m2", models.FloatField(null=True)),
                ("taxed_area_m2", models.FloatField(null=True)),
                ("land_use", models.TextField(blank=True, default="")),
                ("right_type", models.TextField(blank=True, default="")),
                ("holder_id", models.TextField(blank=True, default="")),
                ("holder_name", models.TextField(blank=True, default="")),
                ("approved_on", models.DateField(null=True)),
                ("supplied_on", models.DateField(null=True)),
                ("handed_over_on", models.DateField(null=True)),
                ("start_due", models.DateField(null=True)),
                ("finish_due", models.DateField(null=True)),
                ("started_on", models.DateField(null=True)),
                ("finished_on", models.DateField(null=True)),
                ("produced_on", models.DateField(null=True)),
                ("stopped_on", models.DateField(null=True)),
                ("far_min", models.FloatField(null=True)),
                ("far_max", models.FloatField(null=True)),
                ("land_price_wan", models.FloatField(null=True)),
                ("invest_due_wan", models.FloatField(null=True)),
                ("invested_wan", models.FloatField(null=True)),
                ("tax_due_wan_per_mu", models.FloatField(null=True)),
                ("illegal_use", models.BooleanField(null=True)),
                ("protected", models.BooleanField(null=True)),
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
                "verbose_name": "宗地",
                "db_table": "register_parcels",
                "indexes": [
                    models.Index(fields=["parcel_id", "until"], name="parcels_key_until"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="parcels_closed"),
                    models.Index(fields=["town", "until"], name="parcels_town"),
                    models.Index(fields=["holder_id", "until"], name="parcels_holder_id"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("parcel_id",), name="parcels_one_current"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("firm_id", models.TextField(blank=True, default="")),
                ("firm_name", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("parcel_id", models.TextField(blank=True, default="")),
                ("kind", models.TextField(blank=True, default="")),
                ("area_m2", models.FloatField(null=True)),
                ("floor_area_m2", models.FloatField(null=True)),
                ("from", models.DateField(null=True)),
                ("to", models.DateField(null=True)),
                ("lessor_id", models.TextField(blank=True, default="")),
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
                "verbose_name": "用地关系",
                "db_table": "register_occupancy",
                "indexes": [
                    models.Index(fields=["firm_id", "parcel_id", "from", "until"], name="occupancy_key_until"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="occupancy_closed"
                    ),
                    models.Index(fields=["parcel_id", "until"], name="occupancy_parcel_id"),
                    models.Index(fields=["lessor_id", "until"], name="occupancy_lessor_id"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("firm_id", "parcel_id", "from"),
                        name="occupancy_one_current",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("firm_id", models.TextField(blank=True, default="")),
                ("firm_name", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("year", models.IntegerField()),
                ("tax_wan", models.FloatField(null=True)),
                ("value_added_wan", models.FloatField(null=True)),
                ("revenue_wan", models.FloatField(null=True)),
                ("rd_wan", models.FloatField(null=True)),
                ("energy_tce", models.FloatField(null=True)),
                ("electricity_kwh", models.FloatField(null=True)),
                ("emission_t", models.FloatField(null=True)),
                ("employees", models.FloatField(null=True)),
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
                "verbose_name": "年度指标",
                "db_table": "register_measures",
                "indexes": [
                    models.Index(fields=["firm_id", "year", "until"], name="measures_key_until"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="measures_closed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("firm_id", "year"),
                        name="measures_one_current",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.IntegerField(null=True)),
                ("origins", models.JSONField(null=True)),
                ("firm_id", models.TextField(blank=True, default="")),
                ("firm_name", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("year", models.IntegerField()),
                ("code", models.TextField(blank=True, default="")),
                ("points", models.FloatField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("document", models.TextField(blank=True, default="")),
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
                "verbose_name": "标记",
                "db_table": "register_marks",
                "indexes": [
                    models.Index(fields=["firm_id", "year", "code", "until"], name="marks_key_until"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="marks_closed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("firm_id", "year", "code"),
                        name="marks_one_current",
                    )
                ],
            },
        ),
    ]
