"""Imports: batches, their files as they were handed over, the sheets in them, and remembered headings."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models


class BatchState(models.TextChoices):
    """How far a batch has come."""

    UPLOADED = "uploaded", "已上传"
    MAPPING = "mapping", "待对应表头"
    REHEARSED = "rehearsed", "已预演"
    COMMITTED = "committed", "已入库"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


class ImportBatch(models.Model):
    """Files handed over together, read together and taken into the register together or not at all."""

    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.UPLOADED, db_index=True)
    source_name = models.CharField(
        max_length=120, help_text="who handed it over, e.g. 税务局; headings are remembered for it"
    )
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 over names and hashes of the files")
    whole_tables = models.JSONField(
        default=list, help_text="tables of which the files are complete: rows missing are gone"
    )
    clear_blanks = models.BooleanField(
        default=False, help_text="a blank cell clears the value held, instead of keeping it"
    )
    answers = models.JSONField(
        default=dict, help_text='what the clerk said: {"coordinates": "GCJ-02", "tables": {file: table}}'
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    counts = models.JSONField(default=dict, help_text="table → {new, changed, same, gone, defective}")
    firms_touched = models.IntegerField(default=0)
    base_revision = models.BigIntegerField(null=True, help_text="revision that the rehearsal compared with")
    rehearsal = models.CharField(max_length=64, blank=True, help_text="key of the rehearsal kept under the home folder")
    revision = models.OneToOneField("register.Revision", models.PROTECT, null=True, related_name="+")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated_by")

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"#{self.pk} {self.source_name}"

    @property
    def undoable(self) -> bool:
        """Whether the batch is in the register now."""
        return self.state == BatchState.COMMITTED


class ImportFile(models.Model):
    """One file as it was handed over, kept once per content under ``MEDIA_ROOT/imports`` by its hash."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255, help_text="as uploaded; with folders where it came in a zip")
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["batch", "name"], name="one_file_per_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return Path(settings.MEDIA_ROOT) / "imports" / self.sha256[:2] / self.sha256


class SourceSheet(models.Model):
    """One sheet that rows came from. ``columns`` maps English column names to ``[letter, heading]``.

    A correction is a sheet too: its file is the document and its row the number of the correction.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="sheets")
    file = models.CharField(max_length=300)
    sheet = models.CharField(max_length=120, blank=True)
    columns = models.JSONField(default=dict)

    def __str__(self) -> str:
        return " / ".join(part for part in (self.file, self.sheet) if part)


class MappingProfile(models.Model):
    """A source's own headings for one table, mapped once by a person and remembered."""

    source_name = models.CharField(max_length=120)
    table = models.CharField(max_length=20)
    mapping = models.JSONField(default=dict, help_text="heading → English column name; blank = ignore the column")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("source_name", "table")
        constraints = (
            models.UniqueConstraint(fields=["source_name", "table"], name="one_profile_per_source_and_table"),
        )

    def __str__(self) -> str:
        return f"{self.source_name} / {self.table}"
