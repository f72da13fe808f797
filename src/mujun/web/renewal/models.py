"""Tables of the planning desk. All but :class:`Plan` are only ever added to; a signed plan never changes either."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mujun.web.findings.models import FindingsRun

USER = settings.AUTH_USER_MODEL


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("草稿")
    SOLVING = "solving", _("求解中")
    READY = "ready", _("待签")
    UNFINISHED = "unfinished", _("未完成")
    SIGNED = "signed", _("已签")
    SUPERSEDED = "superseded", _("已被接替")
    DISCARDED = "discarded", _("已放弃")


AT_WORK = (PlanState.DRAFT, PlanState.SOLVING, PlanState.READY, PlanState.UNFINISHED)
"""States in which a plan may still be changed."""


class FrozenInstance(models.Model):
    """One block problem as bytes: nodes, edges and terms, and what was said when it was built. Never changed."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the problem as text")
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.digest[:12]


class Plan(models.Model):
    """A plan of blocks from its wishes to its signature.

    ``wishes`` are the figures of the form (budget_wan, min_block_mu, max_block_mu, max_blocks, gap_m, front_m, seconds,
    seed, together, objective); ``rehearsal`` what building the problem gave. ``chosen`` is the choice that would be
    signed now, ``round`` counts the searches.
    """

    title = models.CharField(_("名称"), max_length=100)
    findings = models.ForeignKey(FindingsRun, models.PROTECT, related_name="plans")
    revision = models.PositiveBigIntegerField(_("数据版本"))
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    wishes = models.JSONField(default=dict)
    rehearsal = models.JSONField(default=dict)
    instance = models.ForeignKey(FrozenInstance, models.PROTECT, null=True, related_name="plans")
    state = models.CharField(max_length=12, choices=PlanState.choices, default=PlanState.DRAFT, db_index=True)
    round = models.PositiveIntegerField(default=0)
    chosen = models.ForeignKey("PlanChoice", models.PROTECT, null=True, related_name="+")
    problem = models.TextField(blank=True, help_text="why nothing was found, one sentence a line")
    code_version = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "superseded"])
                | Q(signed_by__isnull=False, chosen__isnull=False, instance__isnull=False),
                name="signed_plans_have_a_signature",
            ),
        )

    def __str__(self) -> str:
        return str(self.title)

    @property
    def reference(self) -> str:
        """What its blocks say they come from."""
        return f"plan:{self.pk}"

    @property
    def open(self) -> bool:
        """Whether it may still be changed."""
        return self.state in AT_WORK


class ChoiceKind(models.TextChoices):
    """How a choice came about."""

    UNFINISHED = "unfinished", _("未完成")
    BEST = "best", _("最好方案")
    ALTERNATIVE = "alternative", _("备选")
    RELOCKED = "relocked", _("锁定后重算")
    FRONT = "front", _("另一预算")


class PlanChoice(models.Model):
    """Blocks that one search found, with the figures of the whole. Never changed.

    ``bound`` is proven for the problem of its own round (budget and locks); ``loss`` the part of the best objective of
    the round that it gives up, ``different`` the part of its area that the best does not have.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="choices")
    round = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ChoiceKind.choices)
    number = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=12, blank=True)
    blocks = models.JSONField(help_text="codes of the parcels, block by block")
    objective = models.FloatField()
    bound = models.FloatField(null=True)
    seconds = models.FloatField(default=0.0)
    seed = models.IntegerField(default=1)
    asked = models.JSONField(
        default=dict, help_text="time limit, gap, budget and locks of the search; number asked for"
    )
    start = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="choice the search began from"
    )
    parcels = models.PositiveIntegerField()
    area_mu = models.FloatField()
    cost_wan = models.FloatField()
    benefit = models.FloatField()
    floor_m2 = models.FloatField(default=0.0)
    loss = models.FloatField(default=0.0)
    different = models.FloatField(default=0.0)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("round", "id")
        indexes = (models.Index(fields=["plan", "round"], name="plan_choice_round"),)

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.round} {self.label}"

    @property
    def label(self) -> str:
        """What people call it."""
        kind = str(self.get_kind_display())
        return f"{kind} {self.number}" if self.number else kind

    @property
    def gap(self) -> float | None:
        """|bound − objective| ÷ |objective|; None where nothing is proven."""
        if self.bound is None:
            return None
        distance = abs(self.bound - self.objective)
        return distance / abs(self.objective) if self.objective else (0.0 if distance == 0 else None)

    @property
    def codes(self) -> set[str]:
        """Every parcel in it."""
        return {code for block in self.blocks for code in block}

    @property
    def locks(self) -> dict[str, str]:
        """Parcel → in or out, as the search was asked."""
        return dict(self.asked.get("locks", {}))

    @property
    def budget_wan(self) -> float | None:
        """The budget of the search."""
        budget: float | None = self.asked.get("budget_wan")
        return budget


class FrontPoint(models.Model):
    """The best that one budget buys, and what no plan of that budget exceeds. Never changed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="front")
    round = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    budget_wan = models.FloatField()
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    area_mu = models.FloatField(null=True)
    blocks = models.JSONField(default=list)

    class Meta:
        ordering = ("round", "number")
        constraints = (models.UniqueConstraint(fields=["plan", "round", "number"], name="one_front_point_each"),)

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.round}/{self.number}"

    @property
    def gap(self) -> float | None:
        """As of a choice."""
        if self.objective is None or self.bound is None:
            return None
        distance = abs(self.bound - self.objective)
        return distance / abs(self.objective) if self.objective else (0.0 if distance == 0 else None)


class PlanReasons(models.Model):
    """Why each parcel is in or out, for one choice: standing and price by position of the parcel. Never changed."""

    choice = models.OneToOneField(PlanChoice, models.PROTECT, related_name="reasons")
    standing = models.JSONField(help_text="in, out or open for each parcel of the problem")
    forcing = models.JSONField(help_text="what forcing it the other way costs at least; null where not known")
    budget_price = models.FloatField(null=True, help_text="objective for one more 万元")
    block_price = models.FloatField(null=True, help_text="objective for one more block")

    def __str__(self) -> str:
        return str(self.choice_id)


class PlanPhasing(models.Model):
    """The order of a choice over periods: tables as the library gives them, periods from 1. Never changed."""

    choice = models.ForeignKey(PlanChoice, models.PROTECT, related_name="phasings")
    wishes = models.JSONField(default=dict)
    status = models.CharField(max_length=12)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    seconds = models.FloatField(default=0.0)
    parcels = models.JSONField(default=list)
    gantt = models.JSONField(default=list)
    moves = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.choice_id}: {self.status}"

    @property
    def gap(self) -> float | None:
        """|bound − objective| ÷ |objective|; None where nothing is proven."""
        if self.objective is None or self.bound is None or not self.objective:
            return None
        return abs(self.bound - self.objective) / abs(self.objective)


class LockKind(models.TextChoices):
    """What was decided about a parcel; ``FREE`` takes an earlier decision back."""

    IN = "in", _("锁定在内")
    OUT = "out", _("锁定在外")
    FREE = "free", _("解除锁定")


class PlanLock(models.Model):
    """One decision about one parcel; the newest holds. Only added to."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="locks")
    parcel_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=LockKind.choices)
    why = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["plan", "parcel_id"], name="plan_lock_parcel"),)

    def __str__(self) -> str:
        return f"{self.plan_id}:{self.parcel_id} {self.kind}"


class PairVerdict(models.TextChoices):
    """What was decided about two parcels; ``WITHDRAWN`` leaves it to the rule again."""

    JOINS = "joins", _("认定相邻")
    SEPARATES = "separates", _("认定不相邻")
    WITHDRAWN = "withdrawn", _("撤回决定")


class PairDecision(models.Model):
    """One decision about two parcels, whatever the rule says of them; the newest holds for plans made later. Only added to.

    ``first`` and ``second`` in the order of their codes; ``on`` the day of the decision, which may be before it was
    entered (``at``).
    """

    first = models.CharField(_("宗地"), max_length=40)
    second = models.CharField(_("宗地"), max_length=40)
    verdict = models.CharField(_("决定"), max_length=10, choices=PairVerdict.choices)
    on = models.DateField(_("决定日期"))
    reason = models.CharField(_("理由"), max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="pair_decision_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="pair_decision_has_a_reason"),
        )
        indexes = (models.Index(fields=["first", "second"], name="pair_decision_pair"),)

    def __str__(self) -> str:
        return f"{self.first}+{self.second} {self.verdict}"
