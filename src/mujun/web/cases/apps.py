"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers :mod:`mujun.web.cases`, its jobs and what the register can prove with Django."""

    name = "mujun.web.cases"
    verbose_name = "闭环清单"

    def ready(self) -> None:
        """Make the jobs and the proofs known."""
        from mujun.web.cases import jobs  # noqa: F401
        from mujun.web.cases.proofs import shipped  # noqa: F401
