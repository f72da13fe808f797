"""What happened to a case, what was handed in, and what was told to whom. Only added to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mujun.web.cases.models.case import Case

USER = settings.AUTH_USER_MODEL


class CaseEntry(models.Model):
    """One line of the trail (:class:`mujun.cases.state.Entry`). ``role``: the party as which ``by`` acted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    unit = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=20, blank=True)
    round = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    part = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True)
    approval = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=list, help_text="kinds handed in with it")
    proof = models.TextField(blank=True)
    stars = models.PositiveSmallIntegerField(null=True)
    fields = models.JSONField(default=dict)
    owner_unit = models.CharField(max_length=100, blank=True, help_text="made responsible by it")
    units = models.JSONField(default=list, help_text="departments that got a part by it")
    clocks = models.JSONField(default=list, help_text="changes of clocks, as the engine tells them")

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["case", "id"], name="case_entry_order"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.label}"


class CaseFile(models.Model):
    """A photograph or document, kept as it came. ``evidence``: which kind of the definition's evidence it is."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    entry = models.ForeignKey(CaseEntry, models.PROTECT, related_name="files")
    evidence = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    picture = models.BooleanField()
    path = models.CharField(max_length=120, help_text="path under MEDIA_ROOT")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["entry", "evidence", "sha256"], name="one_file_per_entry"),)

    def __str__(self) -> str:
        return self.name


class CaseAlert(models.Model):
    """A reminder, the end of a time, or an escalation; each step of each turn of a clock is told once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="alerts")
    clock = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    to = models.JSONField(default=list, help_text="parties")
    sentence = models.CharField(_("提醒"), max_length=300)
    at = models.DateTimeField(help_text="when it was to be told")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["case", "clock", "turn", "step"], name="each_step_is_told_once"),
        )

    def __str__(self) -> str:
        return self.sentence


class AlertSeen(models.Model):
    """Somebody has seen an alert."""

    alert = models.ForeignKey(CaseAlert, models.CASCADE, related_name="seen")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["alert", "by"], name="an_alert_is_seen_once"),)

    def __str__(self) -> str:
        return f"{self.alert_id}: {self.by_id}"


class DeductionLevel(models.TextChoices):
    """Whose points: the own level's or those of supervised units."""

    OWN = "own", _("本级")
    SUPERVISED = "supervised", _("下级")


class Deducted(models.Model):
    """An event that takes or gives points in the index of a list. ``times``: 0, 0.5, 1 or 2 (found, told, usual, hidden)."""

    list_name = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=DeductionLevel.choices, default=DeductionLevel.OWN)
    times = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    unit = models.CharField(_("单位"), max_length=100)
    on = models.DateField(_("日期"))
    note = models.CharField(_("情况"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-on", "-id")
        indexes = (models.Index(fields=["list_name", "on"], name="deducted_list_on"),)

    def __str__(self) -> str:
        return f"{self.unit}: {self.key}"
