"""Decisions on rows without a credit code: which firm a name and an address mean."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class DoubtfulPair(models.Model):
    """A name in a file that may be a firm of the register; a person decides, and the decision is remembered."""

    batch = models.ForeignKey("register.ImportBatch", models.CASCADE, related_name="pairs")
    table = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    address = models.CharField(max_length=500, blank=True)
    firm_id = models.CharField(max_length=64, help_text="candidate")
    candidate_name = models.CharField(max_length=300, blank=True)
    candidate_address = models.CharField(max_length=500, blank=True)
    score = models.FloatField()
    rows = models.IntegerField(default=1, help_text="how many rows of the batch carry this name")
    same = models.BooleanField(null=True, help_text="the decision: is it this firm? null = open")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-score", "id")
        indexes = (models.Index(fields=["name", "address"], name="pair_name"),)
        constraints = (
            models.UniqueConstraint(
                fields=["batch", "table", "name", "address", "firm_id"], name="one_pair_per_batch_and_name"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ~ {self.firm_id}"
