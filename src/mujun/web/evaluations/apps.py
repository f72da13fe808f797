"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    """Registers :mod:`mujun.web.evaluations` with Django."""

    name = "mujun.web.evaluations"
    verbose_name = "评价"

    def ready(self) -> None:
        """Tell the import which runs rest on what and which grades firms hold, and cases what objections are."""
        from mujun.web.cases.proofs.registry import register as register_proof
        from mujun.web.cases.subjects import register as register_subject
        from mujun.web.evaluations import dependence
        from mujun.web.evaluations.objections.actions.handling import cell_corrected
        from mujun.web.evaluations.objections.subject import SUBJECT

        dependence.connect()
        register_proof("cell_corrected", cell_corrected)
        register_subject(SUBJECT)
