"""Tables of the evaluation. Scores are integers of 1/10,000 point (``_e4``); areas are mu; nothing here is rounded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mujun.base.exact import SCORE_UNIT
from mujun.web.evaluations.wording import cause, cell_label

USER = settings.AUTH_USER_MODEL


class RuleSetVersion(models.Model):
    """One text of one rule set. A changed text is another version; an unusable text is kept with its faults."""

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
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["name", "digest"], name="rule_set_text_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class RunState(models.TextChoices):
    """What has become of a run."""

    DRAFT = "draft", _("待试算")
    REHEARSED = "rehearsed", _("已试算")
    PUBLISHED = "published", _("已发布")
    SUPERSEDED = "superseded", _("已被替代")
    DISCARDED = "discarded", _("已放弃")


class Run(models.Model):
    """(revision of the register, rule set version, year, code version) → results. Results never change afterwards."""

    rules = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="runs")
    rule_name = models.CharField(max_length=80, help_text="name of the rule set: its versions replace each other")
    year = models.PositiveSmallIntegerField(_("年度"))
    revision = models.PositiveBigIntegerField(_("数据版本"))
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.DRAFT, db_index=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    policies = models.JSONField(default=list, help_text="names of the measures that follow the grade in this county")
    folder = models.CharField(max_length=100, blank=True, help_text="name under RUNS_ROOT; blank until rehearsed")
    digests = models.JSONField(default=dict)
    code_version = models.CharField(max_length=40, blank=True)
    frame = models.JSONField(default=dict, help_text="groups, indicators, baselines, sources: what all rows share")
    summary = models.JSONField(default=dict, help_text="counts per group and grade, per town, what is missing")
    moves = models.JSONField(default=dict, help_text="rehearsal against the published run: id, counts per move")
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="followers")
    problem = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    rehearsed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "year"], name="run_state_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "rule_name"],
                condition=Q(state="published"),
                name="one_published_run_per_year_and_rules",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "rehearsed", "discarded"]) | Q(signed_by__isnull=False),
                name="published_runs_are_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_name} {self.year} #{self.pk}"

    @property
    def has_results(self) -> bool:
        """Whether rows and a frozen folder exist."""
        return self.state not in (RunState.DRAFT, RunState.DISCARDED)


class RunResult(models.Model):
    """One firm in one run, with everything its account sheet needs besides the run's ``frame``.

    ``sheet`` is compact: ``items`` (one array per indicator), ``area`` parts, ``steps`` and ``cells``.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="results")
    firm_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=60, blank=True)
    group = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    before = models.CharField(max_length=4, blank=True, help_text="grade in the published run it was rehearsed against")
    total_e4 = models.BigIntegerField(null=True)
    bonus_e4 = models.BigIntegerField(default=0)
    penalty_e4 = models.BigIntegerField(default=0)
    gap_e4 = models.BigIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    area_mu = models.FloatField(null=True)
    moved = models.BooleanField(default=False)
    sheet = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "firm_id"], name="one_result_per_run_and_firm")]
        indexes = [
            models.Index(fields=["firm_id", "run"], name="result_firm_run"),
            models.Index(fields=["run", "group", "rank"], name="result_run_group_rank"),
            models.Index(fields=["run", "town", "grade"], name="result_run_town_grade"),
            models.Index(fields=["run", "moved"], name="result_run_moved"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.firm_id}"

    @property
    def total(self) -> float | None:
        """The total in points."""
        return None if self.total_e4 is None else self.total_e4 / SCORE_UNIT


class MeasureResult(models.Model):
    """What follows from a grade for one firm: a price added, a multiplier, a right kept or lost."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="measures")
    firm_id = models.CharField(max_length=40)
    measure = models.CharField(max_length=60)
    label = models.CharField(max_length=120, blank=True)
    years_running = models.PositiveSmallIntegerField(default=1)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    base = models.FloatField(null=True, help_text="yearly quantity that the value applies to")
    amount_fen = models.BigIntegerField(null=True, help_text="base × value")
    text = models.CharField(max_length=200, blank=True)
    clause = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "firm_id", "measure"], name="one_measure_per_run_firm")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.firm_id}:{self.measure}"

    @property
    def yuan(self) -> float | None:
        """The yearly amount in yuan."""
        return None if self.amount_fen is None else self.amount_fen / 100


class Comparison(models.Model):
    """Two runs held side by side once; ``summary`` counts the moves and what they are due to."""

    before = models.ForeignKey(Run, models.PROTECT, related_name="+")
    after = models.ForeignKey(Run, models.PROTECT, related_name="comparisons")
    summary = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["before", "after"], name="compared_once"),)

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"


class Move(models.Model):
    """One firm whose grade differs between two runs. ``due_to`` joins rules, data and others; or new, gone."""

    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="moves")
    firm_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=60, blank=True)
    grade_before = models.CharField(max_length=4, blank=True)
    grade_after = models.CharField(max_length=4, blank=True)
    rank_before = models.PositiveIntegerField(null=True)
    rank_after = models.PositiveIntegerField(null=True)
    total_before = models.FloatField(null=True)
    total_after = models.FloatField(null=True)
    due_to = models.CharField(max_length=40, blank=True)
    by_rules = models.FloatField(null=True)
    by_data = models.FloatField(null=True)
    by_others = models.FloatField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["comparison", "firm_id"], name="one_move_per_firm"),)

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.grade_before} → {self.grade_after}"

    @property
    def cause(self) -> str:
        """What the move is due to, for people."""
        return cause(self.due_to)


class AreaNotice(models.Model):
    """The list of evaluated areas, shown to the firms before any score."""

    title = models.CharField(_("标题"), max_length=200)
    year = models.PositiveSmallIntegerField(_("年度"))
    day = models.DateField(_("截止日"))
    revision = models.PositiveBigIntegerField(_("数据版本"))
    starts = models.DateTimeField(_("公示开始"))
    ends = models.DateTimeField(_("公示结束"))
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class AreaRow(models.Model):
    """One firm in an area notice, frozen; m² throughout."""

    notice = models.ForeignKey(AreaNotice, models.CASCADE, related_name="rows")
    firm_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=60, blank=True)
    own_m2 = models.FloatField(default=0)
    leased_m2 = models.FloatField(default=0)
    let_out_m2 = models.FloatField(default=0)
    excluded_m2 = models.FloatField(default=0)
    net_m2 = models.FloatField(default=0)
    cells = models.JSONField(default=list, help_text="[part, parcel_id, area_m2, key, address of the cell]")

    class Meta:
        ordering = ["firm_id"]
        constraints = [models.UniqueConstraint(fields=["notice", "firm_id"], name="one_area_row_per_notice_firm")]
        indexes = [models.Index(fields=["firm_id", "notice"], name="area_firm_notice")]

    def __str__(self) -> str:
        return f"{self.notice_id}:{self.firm_id}"


class ResultNotice(models.Model):
    """The public notice (公示) of a published run; objections are taken while it is open."""

    run = models.OneToOneField(Run, models.PROTECT, related_name="notice")
    title = models.CharField(_("标题"), max_length=200)
    starts = models.DateTimeField(_("公示开始"))
    ends = models.DateTimeField(_("公示结束"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    FILED = "filed", _("已提交")
    UNDER_REVIEW = "under_review", _("核查中")
    ACCEPTED = "accepted", _("已采纳")
    REJECTED = "rejected", _("不予采纳")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_STATES = (ObjectionState.FILED, ObjectionState.UNDER_REVIEW)


class Objection(models.Model):
    """Somebody says that one cell is wrong: table, key and column name it; a document supports it.

    It answers a run's public notice, an area notice, or one finding (``finding_run``, ``parcel_id``, ``criterion``);
    ``firm_id`` is blank where a town objects for land that no firm holds. It is handled as a ``case`` of the list
    ``objection``; ``state`` repeats the case's and is written in the same transaction.
    """

    case = models.OneToOneField("cases.Case", models.PROTECT, null=True, related_name="objection")
    firm_id = models.CharField(max_length=40, db_index=True)
    firm_name = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=60, blank=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="objections")
    area_notice = models.ForeignKey(AreaNotice, models.PROTECT, null=True, related_name="objections")
    finding_run = models.ForeignKey("findings.FindingsRun", models.PROTECT, null=True, related_name="objections")
    parcel_id = models.CharField(max_length=40, blank=True)
    criterion = models.CharField(max_length=60, blank=True)
    table = models.CharField(max_length=40)
    key = models.JSONField(help_text="values of the key columns as text, in the order of the schema")
    column = models.CharField(max_length=40)
    current = models.CharField(_("现值"), max_length=200, blank=True)
    claimed = models.CharField(_("主张值"), max_length=200)
    text = models.TextField(_("理由"))
    document = models.CharField(max_length=120, blank=True, help_text="path under MEDIA_ROOT")
    document_name = models.CharField(max_length=200, blank=True)
    document_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, choices=ObjectionState.choices, default=ObjectionState.FILED, db_index=True)
    filed_at = models.DateTimeField(auto_now_add=True)
    filed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("处理意见"), blank=True)
    settled = models.CharField(_("核定值"), max_length=200, blank=True)
    revision = models.PositiveBigIntegerField(null=True, help_text="revision that holds the correction")
    new_run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="from_objections")
    new_finding_run = models.ForeignKey(
        "findings.FindingsRun", models.PROTECT, null=True, related_name="from_objections"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(revision__isnull=False), name="accepted_objections_are_corrected"
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=False) | Q(area_notice__isnull=False) | Q(finding_run__isnull=False),
                name="objections_answer_a_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.firm_id} {self.table}.{self.column}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state in OPEN_STATES

    @property
    def label(self) -> str:
        """The cell for people."""
        return cell_label(self.table, self.key, self.column)
