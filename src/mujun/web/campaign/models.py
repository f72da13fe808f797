"""Tables of the campaign: blocks and their parcels, parties and consent, stages, decisions, files, accepted land."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Mode(models.TextChoices):
    """What is to become of a block."""

    UPGRADE = "upgrade", _("提升发展")
    MERGE = "merge", _("兼并重组")
    PURCHASE = "purchase", _("政府收储")
    CLOSE = "close", _("关停淘汰")


class BlockState(models.TextChoices):
    """Whether a block is still at work."""

    OPEN = "open", _("推进中")
    REACHED = "reached", _("已达标")
    CLOSED = "closed", _("已撤销")


class Stage(models.TextChoices):
    """The ten stages in their order."""

    SURVEY = "survey", _("摸底")
    SCHEME = "scheme", _("方案")
    SIGN = "sign", _("签约")
    VACATE = "vacate", _("腾空")
    DEMOLISH = "demolish", _("拆除")
    SUPPLY = "supply", _("供地")
    START = "start", _("开工")
    FINISH = "finish", _("竣工")
    PRODUCE = "produce", _("投产")
    REACH = "reach", _("达标")


class Block(models.Model):
    """Parcels treated together under one leader, from the plan that chose them to the goal it promised."""

    number = models.CharField(_("编号"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    mode = models.CharField(_("整治方式"), max_length=10, choices=Mode.choices)
    plan_ref = models.CharField(max_length=80, blank=True, db_index=True, help_text="plan and version; blank: by hand")
    basis = models.CharField(_("依据"), max_length=200, help_text="plan version or document, as people name it")
    published_on = models.DateField(_("公布日期"), null=True)
    benefit = models.FloatField(null=True, help_text="as the plan valued it")
    cost_wan = models.FloatField(_("计划成本"), null=True)
    leader = models.ForeignKey(USER, models.PROTECT, null=True, related_name="led_blocks")
    team: models.ManyToManyField[Any, Any] = models.ManyToManyField(USER, related_name="team_blocks")
    state = models.CharField(max_length=8, choices=BlockState.choices, default=BlockState.OPEN, db_index=True)
    opened_on = models.DateField(_("建立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True)
    close_reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="closed_blocks_have_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class BlockParcel(models.Model):
    """One parcel in one block, with town and area as they were when it came in; ``to_day`` is its first day outside."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="parcels")
    parcel_id = models.TextField()
    town = models.CharField(max_length=100, blank=True)
    holder_name = models.CharField(max_length=300, blank=True)
    area_mu = models.FloatField()
    from_day = models.DateField()
    to_day = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was released")

    class Meta:
        ordering = ["parcel_id", "id"]
        indexes = [
            models.Index(fields=["town", "block"], name="block_parcel_town"),
            models.Index(fields=["parcel_id"], name="block_parcel_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["parcel_id"], condition=Q(to_day__isnull=True), name="parcel_in_one_open_block"
            ),
            models.CheckConstraint(condition=Q(area_mu__gt=0), name="block_parcels_have_area"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | (Q(to_day__gte=F("from_day")) & ~Q(reason="")),
                name="released_parcels_say_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id}:{self.parcel_id}"


class Consent(models.TextChoices):
    """How a party stands to the block."""

    TALKING = "talking", _("协商中")
    SIGNED = "signed", _("已签约")
    REFUSING = "refusing", _("不同意")


class PartyKind(models.TextChoices):
    """What the party has to do with the parcel."""

    OWNER = "owner", _("权利人")
    TENANT = "tenant", _("承租人")


class Attachment(models.Model):
    """A photograph or document, kept as it came. ``parcel_id`` and ``town`` blank: of the block as a whole."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="attachments")
    parcel_id = models.TextField(blank=True)
    town = models.CharField(max_length=100, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    picture = models.BooleanField()
    path = models.CharField(max_length=120, help_text="path under MEDIA_ROOT")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    note = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["block", "parcel_id", "sha256"], name="one_file_once_per_place"),
        ]

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """An owner or tenant of one parcel of a block, and its consent. ``struck_on``: entered in error, counts no more."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="parties")
    parcel_id = models.TextField()
    town = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=8, choices=PartyKind.choices)
    firm_id = models.CharField(max_length=40, blank=True, db_index=True)
    name = models.CharField(max_length=300, blank=True, help_text="blank: the register does not know who it is")
    floor_area_m2 = models.FloatField(null=True)
    consent = models.CharField(max_length=8, choices=Consent.choices, default=Consent.TALKING)
    consent_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    struck_on = models.DateField(null=True)
    struck_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["parcel_id", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["block", "parcel_id", "kind", "firm_id", "name"],
                condition=Q(struck_on__isnull=True),
                name="one_party_once_per_parcel",
            ),
            models.CheckConstraint(
                condition=Q(consent="talking") | Q(consent_on__isnull=False), name="answers_have_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.firm_id or str(_("权利人不详"))

    @property
    def identity(self) -> str:
        """One head is one head, on however many parcels: by code, else by name, else unknown on this parcel."""
        return self.firm_id or self.name or f"?{self.parcel_id}"


class StageRecord(models.Model):
    """What is said of a stage from here on: planned and real day. Only added to; a correction is another record."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="records")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    planned_on = models.DateField(null=True)
    real_on = models.DateField(null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["block", "stage", "id"], name="stage_record_newest")]

    def __str__(self) -> str:
        return f"{self.block_id}:{self.stage} {self.planned_on} {self.real_on}"


class DecisionKind(models.TextChoices):
    """What a leader may decide against the usual order."""

    UNSIGNED = "unsigned", _("未全部签约先行推进")
    SKIP = "skip", _("跳过阶段")


class Decision(models.Model):
    """A leader's decision with its document. Only added to."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    reason = models.CharField(max_length=500)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["block", "kind", "stage"], name="one_decision_per_question")]

    def __str__(self) -> str:
        return f"{self.block_id}:{self.kind}:{self.stage}"


class Acceptance(models.Model):
    """Land accepted as freed. One that stands per parcel; what relatives by lineage have counted is not counted again."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="acceptances")
    parcel_id = models.TextField()
    town = models.CharField(max_length=100, blank=True)
    area_mu = models.FloatField()
    accepted_on = models.DateField()
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    revoked_on = models.DateField(null=True)
    revoked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    revoke_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-accepted_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parcel_id"], condition=Q(revoked_on__isnull=True), name="parcel_accepted_once"
            ),
            models.CheckConstraint(condition=Q(area_mu__gt=0), name="accepted_area_is_some"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id}: {self.area_mu}"


def stage_label(stage: str) -> Any:
    """The name of a stage for people."""
    return Stage(stage).label
