"""The course of long work, as people see it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    STOPPED = "stopped", "已停止"
    INTERRUPTED = "interrupted", "被中断"


class JobProgress(models.Model):
    """One piece of long work: what it is doing, how far it is, and how it ended."""

    kind = models.CharField(max_length=80, db_index=True, help_text="name under which the job is registered")
    title = models.CharField(max_length=200)
    about = models.CharField(
        max_length=200, blank=True, db_index=True, help_text="kind:identifier, as in the audit log"
    )
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.WAITING, db_index=True)
    doing = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True, help_text="one sentence for people")
    result = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True, help_text="page to go to when the job is done")
    task_id = models.CharField(max_length=64, blank=True)
    worker = models.CharField(max_length=64, blank=True, help_text="name of the worker's lock file while it runs")
    attempts = models.IntegerField(default=0, help_text="how often it was begun; a killed worker's job begins again")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    phase_started = models.DateTimeField(null=True, help_text="since when it is doing what it is doing")
    updated = models.DateTimeField(auto_now=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def active(self) -> bool:
        """Whether the job still waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def fraction(self) -> float | None:
        """Part done of the present phase (0 to 1); None where the amount is not known."""
        return min(self.done / self.total, 1.0) if self.total else None

    @property
    def seconds_left(self) -> float | None:
        """Estimate for the present phase from its pace so far; None before there is a pace."""
        if not self.phase_started or not self.fraction or self.state != JobState.RUNNING:
            return None
        spent = (self.updated - self.phase_started).total_seconds()
        return spent / self.fraction - spent
