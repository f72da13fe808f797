"""A case, the parts of its departments, its clocks, its ratings, and the matter of policy that it belongs to."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mujun.cases.definition import StateKind
from mujun.web.cases.models.lists import ListVersion

USER = settings.AUTH_USER_MODEL


class MatterState(models.TextChoices):
    """What became of a matter of policy."""

    OFFERED = "offered", _("待研究")
    TAKEN_UP = "taken_up", _("已立项研究")
    SETTLED = "settled", _("已出台办法")
    DROPPED = "dropped", _("不作政策处理")


class Matter(models.Model):
    """The same problem of several cases of one list (``key``), offered as a matter of policy."""

    list_name = models.CharField(max_length=40)
    key = models.CharField(max_length=300)
    title = models.CharField(_("事由"), max_length=200)
    state = models.CharField(max_length=10, choices=MatterState.choices, default=MatterState.OFFERED, db_index=True)
    note = models.TextField(_("处理说明"), blank=True)
    at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["list_name", "key"], name="matter_once"),)

    def __str__(self) -> str:
        return self.title


class Case(models.Model):
    """One case as it stands now; how it came to stand so is in its entries.

    ``state_kind`` and ``closing`` repeat the definition's words for ``state``. What follows from the clocks is repeated
    so that a board of many cases is one index: ``due_at`` the earliest of its clocks that run, or were missed and rest;
    its light is red after ``red_at``, else yellow from ``yellow_at`` on, else ``calm`` (empty: green). ``missed``: some
    clock of this round was. ``done_at``: closed and no clock goes on, so nothing is left to do; a closed case whose clock
    goes on (what others learn from it) still lies before somebody. ``town_said``: its town was said, not found by firm or
    place. ``cause`` is the grouping key. ``draft``: what a phone called it before it was sent, so that sending twice
    raises once.
    """

    number = models.CharField(_("编号"), max_length=60, unique=True)
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="cases")
    list_name = models.CharField(max_length=40)
    title = models.CharField(_("事项"), max_length=200)
    state = models.CharField(max_length=40)
    state_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in StateKind])
    closing = models.CharField(max_length=10, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(default=dict)
    raiser = models.ForeignKey(USER, models.PROTECT, related_name="raised_cases")
    contact = models.CharField(_("联系人和电话"), max_length=100, blank=True)
    draft = models.CharField(max_length=40, null=True, unique=True)
    owner_unit = models.CharField(_("责任单位"), max_length=100, blank=True)
    town = models.CharField(_("镇街"), max_length=60, blank=True)
    town_said = models.BooleanField(default=False)
    firm_id = models.CharField(max_length=40, blank=True, db_index=True)
    firm_name = models.CharField(_("企业"), max_length=200, blank=True)
    parcel_id = models.CharField(max_length=40, blank=True, db_index=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    evidence = models.JSONField(default=list, help_text="kinds handed in this round")
    workers = models.JSONField(default=list, help_text="units that did the work of this round")
    raised_at = models.DateTimeField(db_index=True)
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    calm = models.CharField(max_length=6, default="grey", blank=True)
    missed = models.BooleanField(default=False)
    cause = models.CharField(max_length=300, blank=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="cases")

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["list_name", "state", "red_at"], name="case_list_state_red"),
            models.Index(fields=["list_name", "state", "-id"], name="case_list_state_newest"),
            models.Index(fields=["list_name", "-id"], name="case_list_newest"),
            models.Index(fields=["list_name", "red_at"], condition=Q(done_at__isnull=True), name="case_live_red"),
            models.Index(fields=["list_name", "yellow_at"], condition=Q(done_at__isnull=True), name="case_live_yellow"),
            models.Index(fields=["list_name", "calm", "-id"], condition=Q(done_at__isnull=True), name="case_live_calm"),
            models.Index(fields=["town", "list_name", "state"], name="case_town"),
            models.Index(fields=["owner_unit", "state_kind", "red_at"], name="case_owner_red"),
            models.Index(fields=["raiser", "state_kind"], name="case_raiser_kind"),
            models.Index(fields=["list_name", "cause", "matter"], name="case_cause"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state_kind="closed", closed_at__isnull=False)
                | (~Q(state_kind="closed") & Q(closed_at__isnull=True)),
                name="closed_cases_have_an_end",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(closed_at__isnull=False), name="what_is_done_is_closed"
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="case_places_are_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def reopened(self) -> int:
        """How often it was opened again."""
        return self.round - 1

    def light(self, now: dt.datetime) -> str:
        """Red, yellow, green or grey at ``now``."""
        return light_at(now, self.red_at, self.yellow_at, self.calm)


def light_at(now: dt.datetime, red_at: dt.datetime | None, yellow_at: dt.datetime | None, calm: str) -> str:
    """Red, yellow, green or grey at ``now``, from the columns of a case."""
    if red_at is not None and now > red_at:
        return "red"
    if yellow_at is not None and now >= yellow_at:
        return "yellow"
    return calm or "green"


class CasePart(models.Model):
    """The part of one department in a case that several handle at once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parts")
    unit = models.CharField(_("部门"), max_length=100)
    state = models.CharField(max_length=40)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["case", "unit"], name="one_part_per_unit"),)
        indexes = (models.Index(fields=["unit", "state"], name="case_part_unit"),)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.unit}"


class CaseClock(models.Model):
    """One turn of a clock (:class:`mujun.cases.state.ClockState`). ``amount``: ``[value, unit]`` with all extensions.

    ``runs``: ``[[start, end or null], …]`` as ISO instants; everything else follows from them and the calendar.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    clock = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField()
    amount = models.JSONField(null=True)
    until = models.DateField(null=True)
    runs = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    fired = models.JSONField(default=list)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["case", "clock", "turn"], name="one_clock_turn"),)
        indexes = (
            models.Index(fields=["next_at"], condition=Q(stopped_at__isnull=True), name="clock_next"),
            models.Index(fields=["clock"], condition=Q(stopped_at__isnull=True), name="clock_going"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.clock}:{self.turn}"


class CaseRating(models.Model):
    """What the one who raised a case said of its end, once per round."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("round",)
        constraints = (
            models.UniqueConstraint(fields=["case", "round"], name="one_rating_per_round"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="stars_from_one_to_five"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.stars}"


class CaseWord(models.Model):
    """What the search finds a case by: two signs that stand side by side in its names, first letters, whole codes."""

    word = models.CharField(max_length=60)
    case = models.ForeignKey(Case, models.PROTECT, related_name="words", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["word", "case"], name="one_word_per_case"),)
        indexes = (models.Index(fields=["case"], name="words_of_case"),)

    def __str__(self) -> str:
        return self.word
