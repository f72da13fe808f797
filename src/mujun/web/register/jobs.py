"""The jobs of the import, and where other apps find what they need to register theirs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mujun.base.errors import Refused
from mujun.web.people.models import User
from mujun.web.register import actions, imports
from mujun.web.register.imports.returned import write_returned_files
from mujun.web.register.memory import without_collector
from mujun.web.register.models import BatchState, ImportBatch
from mujun.web.register.work import JOBS, Course, Job, Silent, Stopped, job, recover, run_worker

__all__ = [
    "JOBS",
    "Course",
    "Job",
    "Silent",
    "Stopped",
    "commit",
    "job",
    "recover",
    "rehearse",
    "returned",
    "run_worker",
]


@job("import.rehearse", gettext_lazy("导入预演"))
def rehearse(course: Course, batch: int, by: int | None = None) -> dict[str, Any]:
    """Read a batch and compare it with the register; nothing of the register changes."""
    held = ImportBatch.objects.get(pk=batch)
    with without_collector():
        found, name = imports.make_rehearsal(held, course)
        actions.keep_rehearsal(held, found, name, by=_who(by))
    return {"counts": found.counts()}


@job("import.commit", gettext_lazy("导入入库"))
def commit(course: Course, batch: int, by: int | None = None) -> dict[str, Any]:
    """Take a rehearsed batch into the register, all of it or nothing.

    Where the register changed since the rehearsal, it is rehearsed again; if that shows another picture than the
    person agreed to, nothing is written and the person is asked to look again.
    """
    held = ImportBatch.objects.get(pk=batch)
    if held.state == BatchState.COMMITTED and held.revision_id:  # the worker died between writing and saying so
        return {"revision": held.revision_id}
    if held.state == BatchState.REHEARSED and not imports.is_current(held):
        agreed = (held.counts, held.firms_touched)
        found, name = imports.make_rehearsal(held, course)
        held = actions.keep_rehearsal(held, found, name, by=_who(by))
        if (held.counts, held.firms_touched) != agreed:
            raise Refused(
                _("预演之后登记簿有了变化，这一批的结果与您看到的不同，没有入库。"),
                next_step=_("请重看预演，再确认入库。"),
            )
    course(_("写入登记簿"), 0, 0)
    with without_collector():
        revision = actions.commit_import(batch, by=_who(by))
    return {"revision": revision.pk}


@job("import.returned", gettext_lazy("生成带批注的原表"))
def returned(course: Course, batch: int, by: int | None = None) -> dict[str, Any]:
    """Write the files of a batch again with a reason beside each bad cell."""
    return {"file": write_returned_files(ImportBatch.objects.get(pk=batch), course).name}


def _who(pk: int | None) -> User | None:
    return User.objects.get(pk=pk) if pk else None
