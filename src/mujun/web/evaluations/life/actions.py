"""The steps in the life of a run, whatever it computes. Each is called inside an action of its own kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mujun.base.errors import Refused
from mujun.web.audit.actions import record
from mujun.web.evaluations.models import RunState
from mujun.web.frozen import Shelf
from mujun.web.register.actions.progress import start_job
from mujun.web.register.models import JobProgress


@dataclasses.dataclass(frozen=True, slots=True)
class Life:
    """One kind of run: its table, the ``prefix`` of its events (``run.published`` about ``run:7``), what people call it.

    The table has state, folder, digests, problem, previous, signed_at, signed_by and ``from_objections``.
    """

    model: type[Any]
    prefix: str
    noun: Callable[[], str]
    shelf: Shelf

    def about(self, pk: int) -> str:
        """What an event about one run says it is about."""
        return f"{self.prefix}:{pk}"

    def record(self, what: str, pk: int, *, by: Any, **detail: Any) -> None:
        """Leave an event about a run."""
        record(f"{self.prefix}.{what}", by=by, about=self.about(pk), **detail)

    def held(self, pk: int) -> Any:
        """The run locked for this transaction; refused where there is none."""
        run = self.model.objects.select_for_update().filter(pk=pk).first()
        if run is None:
            raise Refused(
                _("没有编号为 {pk} 的{what}。").format(pk=pk, what=self.noun()), next_step=_("请回到列表重新选择。")
            )
        return run

    def draft(self, pk: int) -> Any:
        """The run locked, where nothing was computed yet; what was computed is never computed again."""
        run = self.held(pk)
        if run.state != RunState.DRAFT:
            raise Refused(
                _("{what} #{pk} 已经算过，结果不会被改写。").format(what=self.noun(), pk=pk),
                next_step=_("需要重算请新建一次{what}。").format(what=self.noun()),
            )
        return run

    def tried_again(self, pk: int) -> Any:
        """A draft whose problem is forgotten, about to be computed once more."""
        run = self.draft(pk)
        run.problem = ""
        run.save(update_fields=["problem"])
        return run

    def fail(self, pk: int, sentence: str, *, by: Any) -> None:
        """Keep why a draft could not be computed."""
        run = self.held(pk)
        run.problem = sentence
        run.save(update_fields=["problem"])
        self.record("refused", pk, by=by, reason=sentence)

    def publish(self, pk: int, standing_of: Callable[[Any], Any], *, by: Any, **fields: Any) -> Any:
        """Sign a rehearsed run: it counts from now on; the one until now stays and is marked as superseded.

        Refused where another was published since the rehearsal, because what it says that changes would be untrue.
        """
        run = self.held(pk)
        if run.state != RunState.REHEARSED:
            raise Refused(
                _("{what} #{pk} 现在是“{state}”，只有已试算的可以发布。").format(
                    what=self.noun(), pk=pk, state=run.get_state_display()
                )
            )
        standing = standing_of(run)
        if standing is not None and standing.pk != run.previous_id:
            raise Refused(
                _("{what} #{pk} 试算之后，#{standing} 已经发布，变动名单不再准确。").format(
                    what=self.noun(), pk=pk, standing=standing.pk
                ),
                next_step=_("请用现在的数据新建一次{what}，再发布。").format(what=self.noun()),
            )
        if standing is not None:
            standing.state = RunState.SUPERSEDED
            standing.save(update_fields=["state"])
            self.record("superseded", standing.pk, by=by, superseded_by=pk)
        run.state, run.signed_at, run.signed_by = RunState.PUBLISHED, timezone.now(), by
        for name, value in fields.items():
            setattr(run, name, value)
        run.save(update_fields=["state", "signed_at", "signed_by", *fields])
        return run

    def discard(self, pk: int, rows: Callable[[Any], Sequence[QuerySet[Model]]], *, by: Any) -> None:
        """Give a draft or a rehearsal up with its rows and its folder; what was published is never discarded."""
        run = self.held(pk)
        if run.state not in (RunState.DRAFT, RunState.REHEARSED):
            raise Refused(_("{what} #{pk} 已经发布过，必须保留。").format(what=self.noun(), pk=pk))
        if run.from_objections.exists():
            raise Refused(
                _("{what} #{pk} 由采纳的异议产生，不能放弃。").format(what=self.noun(), pk=pk),
                next_step=_("请发布它，或用更新的数据新建一次{what}。").format(what=self.noun()),
            )
        for table in rows(run):
            table.delete()
        folder, run.folder = run.folder, ""
        run.state = RunState.DISCARDED
        run.save(update_fields=["state", "folder"])
        self.record("discarded", pk, by=by)
        if folder:
            transaction.on_commit(lambda: self.shelf.remove(folder))

    def queue_replay(self, pk: int, kind: str, url: str, *, by: Any) -> JobProgress:
        """Queue the job that replays the frozen folder of a run."""
        run = self.model.objects.filter(pk=pk).first()
        if run is None or not run.has_results or not run.folder:
            raise Refused(
                _("{what} #{pk} 还没有冻结的结果，无从核对。").format(what=self.noun(), pk=pk),
                next_step=_("请先试算。"),
            )
        title = _("重算核对{what} #{pk}").format(what=self.noun(), pk=pk)
        return start_job(kind, title=title, about=self.about(pk), url=url, arguments={"run": pk, "by": by.pk}, by=by)

    def replay(self, pk: int) -> list[str]:
        """Replay a run; return what is not as it was. Nothing is written."""
        run = self.model.objects.get(pk=pk)
        if not run.has_results or not run.folder:
            raise Refused(_("{what} #{pk} 还没有冻结的结果，无从核对。").format(what=self.noun(), pk=pk))
        return self.shelf.replayed(run.folder, run.digests)

    def note_replay(self, pk: int, differing: list[str], *, by: Any) -> None:
        """Keep the answer of a replay: what did not come out byte for byte (empty: all is the same)."""
        self.record("replayed", pk, by=by, same=not differing, differing=differing)
