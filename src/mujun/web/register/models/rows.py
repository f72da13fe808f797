"""One model per table of the exchange format, built from its schema: same columns, same names, plus knowledge time."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from mujun.register.schema import TABLES, Column, Kind


class Version(models.Model):
    """A row as it was known from revision ``since`` until before revision ``until`` (null: it is current).

    ``source`` and ``row`` say where the row stands; ``origins`` names the columns that come from somewhere else:
    ``{column: [source, row]}``, or null where a value has no cell.
    """

    since = models.ForeignKey("register.Revision", models.PROTECT, db_column="since", related_name="+")
    until = models.ForeignKey(
        "register.Revision", models.PROTECT, db_column="until", related_name="+", null=True, db_index=False
    )
    batch = models.ForeignKey("register.ImportBatch", models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.ForeignKey("register.SourceSheet", models.PROTECT, null=True, related_name="+", db_index=False)
    row = models.IntegerField(null=True)
    origins = models.JSONField(null=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return "|".join(str(getattr(self, name)) for name in TABLES[self._meta.db_table.split("_", 1)[1]].key)


FIELDS: dict[Kind, Any] = {
    Kind.CODE: lambda: models.TextField(blank=True, default=""),
    Kind.TEXT: lambda: models.TextField(blank=True, default=""),
    Kind.NUMBER: lambda: models.FloatField(null=True),
    Kind.YEAR: lambda: models.IntegerField(null=True),
    Kind.DATE: lambda: models.DateField(null=True),
    Kind.TRUTH: lambda: models.BooleanField(null=True),
    Kind.GEOMETRY: lambda: models.BinaryField(null=True, editable=True),
}


def _field(column: Column, *, key: bool) -> models.Field[Any, Any]:
    field: models.Field[Any, Any] = FIELDS[column.kind]()
    field.verbose_name = column.label
    # A key must be known; but a share of land whose beginning is not known is still a share of land.
    field.null = field.null and not (key and column.kind is Kind.YEAR)
    return field


def _model(name: str, table_name: str, *look_ups: str) -> type[Version]:
    """Build the model ``name`` of a table; ``look_ups`` are further columns that pages look rows up by."""
    table = TABLES[table_name]
    key = list(table.key)
    short = table_name[:12]
    options = {
        "app_label": "register",
        "db_table": f"register_{table_name}",
        "verbose_name": table.label,
        "indexes": [
            models.Index(fields=[*key, "until"], name=f"{short}_key_until"),
            models.Index(fields=["until"], condition=Q(until__isnull=False), name=f"{short}_closed"),
            *(models.Index(fields=[column, "until"], name=f"{short}_{column}"[:30]) for column in look_ups),
        ],
        "constraints": [
            models.UniqueConstraint(fields=key, condition=Q(until__isnull=True), name=f"{short}_one_current")
        ],
    }
    attributes: dict[str, Any] = {column.name: _field(column, key=column.name in key) for column in table.columns}
    attributes |= {"__module__": __name__, "__doc__": f"Versions of rows of ``{table_name}`` ({table.label})."}
    attributes["Meta"] = type("Meta", (), options)
    return type(name, (Version,), attributes)


Parcel = _model("Parcel", "parcels", "town", "holder_id")
Building = _model("Building", "buildings", "parcel_id")
Firm = _model("Firm", "firms", "town")
Occupancy = _model("Occupancy", "occupancy", "parcel_id", "lessor_id")
Measure = _model("Measure", "measures")
Tax = _model("Tax", "taxes")
Mark = _model("Mark", "marks")
Barrier = _model("Barrier", "barriers")
Unit = _model("Unit", "units", "building_id")
Project = _model("Project", "projects")

MODELS: dict[str, type[Version]] = dict(
    zip(TABLES, (Parcel, Building, Firm, Occupancy, Measure, Tax, Mark, Barrier, Unit, Project), strict=True)
)
"""Model per table, by the English name of the table."""


class ParcelLineage(models.Model):
    """One parcel came, wholly or in part, from another; known since a revision like every row."""

    parent = models.TextField(db_index=True)
    child = models.TextField(db_index=True)
    kind = models.CharField(max_length=12, help_text="as mujun.register.lineage names it")
    share = models.FloatField(null=True, help_text="part of the parent's area that the child covers, 0 to 1")
    day = models.DateField(null=True, help_text="when the change took effect, where known")
    since = models.ForeignKey("register.Revision", models.PROTECT, db_column="since", related_name="+")
    until = models.ForeignKey("register.Revision", models.PROTECT, db_column="until", related_name="+", null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["parent", "child"], condition=Q(until__isnull=True), name="one_current_lineage"
            ),
        )

    def __str__(self) -> str:
        return f"{self.parent} → {self.child}"
