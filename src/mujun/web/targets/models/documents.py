"""Documents, the statements read in them, what people decided about each, and which statements speak of the same."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL
DIGITS, PLACES = 24, 6


class DocumentKind(models.TextChoices):
    """What a document is to the targets: it sets them, reports on them, or tells of them."""

    PLAN = "plan", _("计划、决定")
    REPORT = "report", _("报告、总结")
    BULLETIN = "bulletin", _("通报、简报")
    PRESS = "press", _("新闻报道")
    OTHER = "other", _("其他")


class DocumentState(models.TextChoices):
    """Whether a document was read."""

    WAITING = "waiting", _("待读取")
    READ = "read", _("已读取")
    UNREADABLE = "unreadable", _("读不出来")
    WITHDRAWN = "withdrawn", _("已撤下")


class Document(models.Model):
    """A document as it was issued, kept byte for byte, and the text that was read from it.

    ``series`` groups documents of which a later one is expected to answer the earlier (default: the issuer).
    ``town`` blank: of the whole county. ``reading`` counts how often it was read; positions refer to ``text``, which
    no later reading changes while statements point into it.
    """

    title = models.CharField(_("标题"), max_length=200)
    issuer = models.CharField(_("发文单位"), max_length=100)
    issued_on = models.DateField(_("发文日期"))
    kind = models.CharField(_("类别"), max_length=10, choices=DocumentKind.choices)
    series = models.CharField(_("系列"), max_length=100, db_index=True)
    town = models.CharField(_("镇街"), max_length=100, blank=True)
    path = models.CharField(max_length=120, help_text="path under MEDIA_ROOT")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    text = models.TextField(blank=True)
    pages = models.JSONField(default=list, help_text="offset where each page begins")
    notes = models.JSONField(default=list, help_text="what the reader has to say, sentences")
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.WAITING, db_index=True)
    problem = models.TextField(blank=True, help_text="why it could not be read, a sentence")
    reading = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-issued_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=["sha256"], condition=~Q(state="withdrawn"), name="one_document_once"),
        )

    def __str__(self) -> str:
        return self.title


class StatementState(models.TextChoices):
    """What was decided about a statement. ``ADDED``: a person selected it, the reader did not find it."""

    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    MENDED = "mended", _("已修正")
    ADDED = "added", _("手工添加")
    REFUSED = "refused", _("不采纳")


ACCEPTED = (StatementState.CONFIRMED, StatementState.MENDED, StatementState.ADDED)
"""States in which a person stands behind the statement."""


class StatementBound(models.TextChoices):
    """As :class:`mujun.targets.statement.Bound`."""

    EQ = "eq", _("等于")
    GE = "ge", _("不少于")
    LE = "le", _("不超过")
    APPROX = "approx", _("约")


class StatementChange(models.TextChoices):
    """As :class:`mujun.targets.statement.Change`, and rates of decline apart: their value has no sign."""

    LEVEL = "level", _("数量")
    GROWTH = "growth", _("增幅")
    DECLINE = "decline", _("降幅")


class StatementKind(models.TextChoices):
    """As :class:`mujun.targets.statement.Kind`."""

    TARGET = "target", _("目标")
    RESULT = "result", _("结果")
    FACT = "fact", _("情况")


class DocumentStatement(models.Model):
    """One number of a document. ``extracted`` is as it was read and never changes; the other fields are as they hold now.

    ``start``, ``end``: code points of the document's ``text``, end exclusive. ``first_reading``, ``last_reading``: when
    the reader found it first and last; a person's own (``extracted`` empty) has none. What a newer reading no longer
    finds stays where a person decided about it, and goes where nobody did (``gone``).
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="statements")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    extracted = models.JSONField(default=dict)
    metric = models.CharField(_("指标"), max_length=300)
    value = models.DecimalField(_("数值"), max_digits=DIGITS, decimal_places=PLACES)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    bound = models.CharField(_("界限"), max_length=8, choices=StatementBound.choices)
    change = models.CharField(_("性质"), max_length=8, choices=StatementChange.choices)
    kind = models.CharField(_("类别"), max_length=8, choices=StatementKind.choices)
    period = models.CharField(_("时期"), max_length=40, blank=True)
    section = models.CharField(_("章节"), max_length=500, blank=True)
    scope = models.CharField(_("范围"), max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=StatementState.choices, default=StatementState.PROPOSED)
    first_reading = models.PositiveIntegerField(null=True)
    last_reading = models.PositiveIntegerField(null=True)
    gone = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("document", "start", "id")
        indexes = (
            models.Index(fields=["document", "state"], name="statement_state"),
            models.Index(fields=["metric"], name="statement_metric"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="statement_has_a_span"),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_by__isnull=False), name="statement_decided_by_somebody"
            ),
            models.UniqueConstraint(
                fields=["document", "start", "end"], condition=~Q(state="added"), name="one_statement_per_span"
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.quote}"

    @property
    def accepted(self) -> bool:
        """Whether a person stands behind it."""
        return self.state in ACCEPTED


class StatementDecision(models.Model):
    """One decision about one statement, with the fields as they held from here on. Only added to."""

    statement = models.ForeignKey(DocumentStatement, models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=10, choices=StatementState.choices)
    fields = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.statement_id} {self.state}"


class LinkVerdict(models.TextChoices):
    """Whether two statements speak of the same metric; the first two by rule, the others by a person."""

    SURE = "sure", _("同一指标")
    DOUBTFUL = "doubtful", _("疑似同一指标")
    SAME = "same", _("人工认定相同")
    DIFFERENT = "different", _("人工认定不同")


class StatementLink(models.Model):
    """Two statements of one metric, the earlier row number first. A person's verdict is never overwritten by rule."""

    first = models.ForeignKey(DocumentStatement, models.PROTECT, related_name="links_as_first")
    second = models.ForeignKey(DocumentStatement, models.PROTECT, related_name="links_as_second")
    verdict = models.CharField(max_length=10, choices=LinkVerdict.choices, db_index=True)
    score = models.FloatField(null=True, help_text="likeness by rule, 0 to 1")
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="one_link_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="link_in_order"),
            models.CheckConstraint(
                condition=Q(verdict__in=["sure", "doubtful"]) | Q(by__isnull=False), name="link_decided_by_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_id}~{self.second_id} {self.verdict}"
