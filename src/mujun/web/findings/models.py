"""Tables of the findings. A run and its rows never change once it is rehearsed; only its state does."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mujun.web.evaluations.models import RunState

USER = settings.AUTH_USER_MODEL


class FindingsRuleSet(models.Model):
    """One text of one findings rule set. A changed text is another version; an unusable one is kept with its faults."""

    name = models.CharField(_("规则集"), max_length=80)
    title = models.CharField(_("名称"), max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    valid = models.BooleanField(default=False)
    shipped = models.BooleanField(default=False)
    faults = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["name", "digest"], name="findings_rules_text_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class FindingsRun(models.Model):
    """(revision of the register, rule set version, year, run whose grades are read) → rows, frozen once computed."""

    rules = models.ForeignKey(FindingsRuleSet, models.PROTECT, related_name="runs")
    rule_name = models.CharField(max_length=80, help_text="name of the rule set: its versions replace each other")
    year = models.PositiveSmallIntegerField(_("年度"))
    revision = models.PositiveBigIntegerField(_("数据版本"))
    grades = models.ForeignKey(
        "evaluations.Run", models.PROTECT, null=True, related_name="+", help_text="published run whose grades are read"
    )
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.DRAFT, db_index=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    folder = models.CharField(max_length=100, blank=True, help_text="name under RUNS_ROOT; blank until rehearsed")
    digests = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 over all rows in order")
    code_version = models.CharField(max_length=40, blank=True)
    summary = models.JSONField(default=dict, help_text="counts per criterion, parcels, notes")
    changes = models.JSONField(
        default=dict, help_text="against the published run: counts, and the findings that differ"
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    problem = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    rehearsed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    objections_until = models.DateTimeField(
        _("异议截止"), null=True, help_text="objections are taken before this moment"
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["year", "rule_name"], condition=Q(state="published"), name="one_published_findings_run"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "rehearsed", "discarded"])
                | Q(signed_by__isnull=False, objections_until__isnull=False),
                name="published_findings_are_signed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_name} {self.year} #{self.pk}"

    @property
    def has_results(self) -> bool:
        """Whether rows exist."""
        return self.state not in (RunState.DRAFT, RunState.DISCARDED)


class Finding(models.Model):
    """One criterion that a parcel meets (``found``), or that cannot be decided (then ``sentence`` says why).

    ``cells`` are the values the criterion read, as :func:`mujun.renewal.findings.sources.Sources.behind` gives them.
    ``amounts`` tells whether value and sentence rest on protected figures, ``firms`` of which firms.
    """

    run = models.ForeignKey(FindingsRun, models.PROTECT, related_name="rows")
    found = models.BooleanField(default=True)
    parcel_id = models.CharField(max_length=40)
    town = models.CharField(max_length=60, blank=True)
    holder_id = models.CharField(max_length=40, blank=True)
    holder_name = models.CharField(max_length=200, blank=True)
    area_mu = models.FloatField(null=True)
    criterion = models.CharField(max_length=60)
    label = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    value_text = models.CharField(max_length=40, blank=True)
    threshold_text = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    distance = models.FloatField(null=True)
    since = models.DateField(null=True)
    stage = models.CharField(max_length=60, blank=True)
    fee_wan = models.FloatField(null=True)
    clause = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=20, blank=True)
    sentence = models.TextField(blank=True)
    cells = models.JSONField(default=list)
    amounts = models.BooleanField(default=False)
    firms = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "parcel_id", "criterion"], name="one_finding_per_parcel_criterion"),
        )
        indexes = (
            models.Index(fields=["parcel_id", "run"], name="finding_parcel_run"),
            models.Index(fields=["run", "found", "criterion"], name="finding_run_criterion"),
            models.Index(fields=["run", "found", "town"], name="finding_run_town"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}:{self.parcel_id}:{self.criterion}"

    @property
    def rule_clause(self) -> dict[str, str]:
        """The clause as the template of clauses takes it."""
        return {"text": self.clause, "origin": self.origin}
