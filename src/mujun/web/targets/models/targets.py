"""Targets with owner, formula and breakdown; their monthly reports; supervision orders and their replies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mujun.web.campaign.models import Block
from mujun.web.targets.models.documents import DIGITS, PLACES, DocumentStatement, StatementBound, StatementChange

USER = settings.AUTH_USER_MODEL


class TargetState(models.TextChoices):
    """Where a target stands."""

    DRAFT = "draft", _("草稿")
    IN_FORCE = "in_force", _("已下达")
    CLOSED = "closed", _("已结束")
    WITHDRAWN = "withdrawn", _("已撤销")


class TargetLevel(models.TextChoices):
    """Who carries a target: the county, a town, a block, a person."""

    COUNTY = "county", _("县")
    TOWN = "town", _("镇街")
    BLOCK = "block", _("区块")
    PERSON = "person", _("责任人")


class BreakdownRule(models.TextChoices):
    """How parts make up the whole."""

    SUM = "sum", _("合计相等")
    MEAN = "mean", _("加权平均")
    EACH = "each", _("每项都达到")


class Target(models.Model):
    """What is to be reached by ``due_on``: from a confirmed sentence, or a part of another target (``parent``).

    ``value`` in ``unit`` as promised; where ``change`` is a rate it is one on ``base_value`` (the figure of the
    comparison period, in the unit of the formula), or the formula's own rate where there is no base. ``weight``: its
    weight where the parent's rule is a weighted mean, and its base where the parent has one.
    """

    number = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("目标"), max_length=200)
    statement = models.ForeignKey(DocumentStatement, models.PROTECT, null=True, related_name="targets")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    level = models.CharField(_("层级"), max_length=8, choices=TargetLevel.choices, default=TargetLevel.COUNTY)
    town = models.CharField(_("镇街"), max_length=100, blank=True, db_index=True)
    block = models.ForeignKey(Block, models.PROTECT, null=True, related_name="targets")
    owner = models.ForeignKey(USER, models.PROTECT, null=True, related_name="owned_targets")
    owner_unit = models.CharField(_("责任单位"), max_length=100, blank=True)
    value = models.DecimalField(_("目标值"), max_digits=DIGITS, decimal_places=PLACES)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    bound = models.CharField(_("界限"), max_length=8, choices=StatementBound.choices, default=StatementBound.GE)
    change = models.CharField(_("性质"), max_length=8, choices=StatementChange.choices, default=StatementChange.LEVEL)
    base_value = models.DecimalField(_("基数"), null=True, max_digits=DIGITS, decimal_places=PLACES)
    base_note = models.CharField(_("基数来源"), max_length=200, blank=True)
    starts_on = models.DateField(_("起算日期"))
    due_on = models.DateField(_("完成期限"))
    rule = models.CharField(_("分解规则"), max_length=8, choices=BreakdownRule.choices)
    weight = models.DecimalField(_("权重"), null=True, max_digits=DIGITS, decimal_places=PLACES)
    place = models.PositiveIntegerField(default=0, help_text="order among its parent's parts")
    state = models.CharField(max_length=10, choices=TargetState.choices, default=TargetState.DRAFT, db_index=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="target_due_after_start"),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | Q(parent__isnull=False), name="target_comes_from_a_sentence"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(signed_by__isnull=False), name="targets_in_force_are_signed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def on_base(self) -> bool:
        """Whether the real figure is a level, held against what the rate makes of the base."""
        return self.change != StatementChange.LEVEL and self.base_value is not None

    @property
    def holder(self) -> str:
        """Who answers for it, for people."""
        person = self.owner.display_name if self.owner is not None else ""
        return " ".join(part for part in (self.owner_unit or self.town, person) if part)


class TargetFormula(models.Model):
    """How the real figure of a target is computed, from here on; the newest version holds. Only added to.

    ``text`` is an expression of :mod:`mujun.rulebook.expressions` over the figures of :mod:`mujun.web.targets.measures`.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="formulas")
    version = models.PositiveIntegerField()
    text = models.CharField(_("算式"), max_length=500)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("target", "version")
        constraints = (models.UniqueConstraint(fields=["target", "version"], name="one_formula_version_each"),)

    def __str__(self) -> str:
        return self.text


class MonthlyReport(models.Model):
    """What the owner reported for a month: the figure since the start of the target, or its level at the month's end.

    ``month`` is the first day of the month. A correction is another row that ``corrects`` the one before and says why;
    the newest of a month holds. Only added to.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="reports")
    month = models.DateField(_("月份"))
    value = models.DecimalField(_("数值"), max_digits=DIGITS, decimal_places=PLACES)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    path = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("target", "month", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["target", "month"], condition=Q(corrects__isnull=True), name="one_first_report_per_month"
            ),
            models.CheckConstraint(condition=Q(corrects__isnull=True) | ~Q(note=""), name="corrected_reports_say_why"),
        )

    def __str__(self) -> str:
        return f"{self.target_id} {self.month:%Y-%m}: {self.value}"


class OrderState(models.TextChoices):
    """Where a supervision order stands."""

    ISSUED = "issued", _("已签发")
    REPLIED = "replied", _("已回复")
    RETURNED = "returned", _("退回重办")
    CLOSED = "closed", _("已销号")


class SupervisionOrder(models.Model):
    """A 督办单 to the owner of a target that falls behind, with the light and sentence of the day it was issued."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    target = models.ForeignKey(Target, models.PROTECT, related_name="orders")
    colour = models.CharField(max_length=8)
    sentence = models.TextField(help_text="why the light had that colour")
    demand = models.TextField(_("督办要求"))
    owner = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    owner_unit = models.CharField(_("责任单位"), max_length=100, blank=True)
    issued_on = models.DateField(_("签发日期"))
    due_on = models.DateField(_("办理期限"))
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.ISSUED, db_index=True)
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["target"], condition=~Q(state="closed"), name="one_open_order_per_target"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_by__isnull=False), name="closed_orders_say_by_whom"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="order_due_after_issue"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def open(self) -> bool:
        """Whether it is not closed yet."""
        return self.state != OrderState.CLOSED


class OrderStep(models.TextChoices):
    """What was done about an order."""

    REPLY = "reply", _("回复")
    RETURN = "return", _("退回")
    CLOSE = "close", _("销号")


class OrderEntry(models.Model):
    """One reply, return or closing of an order, with its evidence. Only added to."""

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="entries")
    step = models.CharField(max_length=8, choices=OrderStep.choices)
    text = models.TextField(_("内容"))
    path = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.order_id} {self.step}"
