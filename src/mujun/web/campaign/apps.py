"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CampaignConfig(AppConfig):
    """Registers :mod:`mujun.web.campaign` with Django."""

    name = "mujun.web.campaign"
    verbose_name = "整治区块"
