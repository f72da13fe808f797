"""Revisions: the register's clock. Each change of the register is one revision, and revisions only ever grow."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class RevisionKind(models.TextChoices):
    """What made a revision."""

    IMPORT = "import", "导入"
    CORRECTION = "correction", "更正"
    UNDO = "undo", "撤销"
    LINEAGE = "lineage", "沿革"


class Revision(models.Model):
    """One moment at which the register's knowledge changed. Its id is the register's time."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=RevisionKind)
    batch = models.ForeignKey("register.ImportBatch", models.PROTECT, null=True, related_name="revisions")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"r{self.pk} {self.kind}"


class Correction(models.Model):
    """One cell that the office corrected: what it was, what it is, why, and the document that says so."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="corrections")
    source = models.ForeignKey("register.SourceSheet", models.PROTECT, related_name="+")
    table = models.CharField(max_length=20)
    key = models.JSONField(help_text="values of the key columns, as text, in the order of the schema")
    key_text = models.CharField(max_length=300, db_index=True, help_text="the same, joined with |, for look-ups")
    column = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField()
    document = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["table", "key_text"], name="correction_key"),)

    def __str__(self) -> str:
        return f"{self.table}.{self.column} {self.key_text}"
