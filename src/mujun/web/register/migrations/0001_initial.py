"""Imports, jobs, revisions, sources and lineage: what the tables of the register refer to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "已上传"),
                            ("mapping", "待对应表头"),
                            ("rehearsed", "已预演"),
                            ("committed", "已入库"),
                            ("undone", "已撤销"),
                            ("discarded", "已放弃"),
                        ],
                        db_index=True,
                        default="uploaded",
                        max_length=12,
                    ),
                ),
                (
                    "source_name",
                    models.CharField(
                        help_text="who handed it over, e.g. 税务局; headings are remembered for it", max_length=120
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "digest",
                    models.CharField(
                        db_index=True, help_text="SHA-256 over names and hashes of the files", max_length=64
                    ),
                ),
                (
                    "whole_tables",
                    models.JSONField(
                        default=list, help_text="tables of which the files are complete: rows missing are gone"
                    ),
                ),
                (
                    "clear_blanks",
                    models.BooleanField(
                        default=False, help_text="a blank cell clears the value held, instead of keeping it"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("counts", models.JSONField(default=dict, help_text="table → {new, changed, same, gone, defective}")),
                ("firms_touched", models.IntegerField(default=0)),
                (
                    "base_revision",
                    models.BigIntegerField(help_text="revision that the rehearsal compared with", null=True),
                ),
                (
                    "rehearsal",
                    models.CharField(
                        blank=True, help_text="key of the rehearsal kept under the home folder", max_length=64
                    ),
                ),
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
                    "repeats",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeated_by",
                        to="register.importbatch",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="JobProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(db_index=True, help_text="name under which the job is registered", max_length=80),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "about",
                    models.CharField(
                        blank=True, db_index=True, help_text="kind:identifier, as in the audit log", max_length=200
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("stopped", "已停止"),
                            ("interrupted", "被中断"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("doing", models.CharField(blank=True, max_length=200)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("stop_requested", models.BooleanField(default=False)),
                ("error", models.TextField(blank=True, help_text="one sentence for people")),
                ("result", models.JSONField(default=dict)),
                ("url", models.CharField(blank=True, help_text="page to go to when the job is done", max_length=300)),
                ("task_id", models.CharField(blank=True, max_length=64)),
                (
                    "worker",
                    models.CharField(
                        blank=True, help_text="name of the worker's lock file while it runs", max_length=64
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("started", models.DateTimeField(null=True)),
                ("phase_started", models.DateTimeField(help_text="since when it is doing what it is doing", null=True)),
                ("updated", models.DateTimeField(auto_now=True)),
                ("finished", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("import", "导入"), ("correction", "更正"), ("undo", "撤销"), ("lineage", "沿革")],
                        max_length=12,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="register.importbatch",
                    ),
                ),
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
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="register.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="importbatch",
            name="revision",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.revision"
            ),
        ),
        migrations.CreateModel(
            name="SourceSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(max_length=300)),
                ("sheet", models.CharField(blank=True, max_length=120)),
                ("columns", models.JSONField(default=dict)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="register.importbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoubtfulPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=300)),
                ("address", models.CharField(blank=True, max_length=500)),
                ("firm_id", models.CharField(help_text="candidate", max_length=64)),
                ("candidate_name", models.CharField(blank=True, max_length=300)),
                ("candidate_address", models.CharField(blank=True, max_length=500)),
                ("score", models.FloatField()),
                ("rows", models.IntegerField(default=1, help_text="how many rows of the batch carry this name")),
                ("same", models.BooleanField(help_text="the decision: is it this firm? null = open", null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs", to="register.importbatch"
                    ),
                ),
            ],
            options={
                "ordering": ("-score", "id"),
                "indexes": [models.Index(fields=["name", "address"], name="pair_name")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "table", "name", "address", "firm_id"), name="one_pair_per_batch_and_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="as uploaded; with folders where it came in a zip", max_length=255),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size", models.BigIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="register.importbatch"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=("batch", "name"), name="one_file_per_name")],
            },
        ),
        migrations.CreateModel(
            name="MappingProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_name", models.CharField(max_length=120)),
                ("table", models.CharField(max_length=20)),
                (
                    "mapping",
                    models.JSONField(
                        default=dict, help_text="heading → English column name; blank = ignore the column"
                    ),
                ),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("source_name", "table"),
                "constraints": [
                    models.UniqueConstraint(fields=("source_name", "table"), name="one_profile_per_source_and_table")
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelLineage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parent", models.TextField(db_index=True)),
                ("child", models.TextField(db_index=True)),
                ("kind", models.CharField(help_text="as mujun.register.lineage names it", max_length=12)),
                (
                    "share",
                    models.FloatField(help_text="part of the parent's area that the child covers, 0 to 1", null=True),
                ),
                ("day", models.DateField(help_text="when the change took effect, where known", null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("parent", "child"),
                        name="one_current_lineage",
                    )
                ],
            },
        ),
    ]
