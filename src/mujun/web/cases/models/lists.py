"""Definitions of lists as they were taken in, and days whose work was moved after the calendar was printed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class ListVersion(models.Model):
    """One text of one list. A case keeps the version it was raised under; a new one holds for new cases.

    ``text`` is the file as it came; ``bases`` the texts that it extends by name, as they were then, so that a version
    never changes. ``digest`` is the definition's (of all these texts). ``for_firms``: a firm is a party in it, so firms
    see the cases that are about them; those of other lists they never see.
    """

    name = models.CharField(_("清单"), max_length=40)
    title = models.CharField(_("名称"), max_length=100, blank=True)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    bases = models.JSONField(default=dict)
    for_firms = models.BooleanField(default=False)
    valid = models.BooleanField(default=False)
    in_force = models.BooleanField(default=False, help_text="new cases are raised under it")
    shipped = models.BooleanField(default=False)
    faults = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name", "-id")
        constraints = (
            models.UniqueConstraint(fields=["name", "digest"], name="list_text_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(in_force=True), name="one_list_in_force"),
            models.CheckConstraint(condition=Q(in_force=False) | Q(valid=True), name="lists_in_force_are_valid"),
        )

    def __str__(self) -> str:
        return self.title or self.name


class Serial(models.Model):
    """The last number given to a case of a list in a year."""

    list_name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["list_name", "year"], name="one_serial_per_list_year"),)

    def __str__(self) -> str:
        return f"{self.list_name}-{self.year}-{self.last}"


class DayMoved(models.Model):
    """A day that is worked or not, other than the calendar says; the newest row of a day holds."""

    day = models.DateField(_("日期"), db_index=True)
    worked = models.BooleanField(_("上班"))
    reason = models.CharField(_("依据"), max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("day", "id")

    def __str__(self) -> str:
        return f"{self.day}: {self.worked}"
