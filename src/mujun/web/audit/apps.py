"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers :mod:`mujun.web.audit` with Django."""

    name = "mujun.web.audit"
    verbose_name = "操作日志"
