"""Run as a program: a document is read by a job whose process is killed at random moments, then begun again to its end.

Prints one JSON line: how often it was killed, and every broken promise found afterwards.
"""

from __future__ import annotations

import functools
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.targets import jobs  # noqa: E402
from mujun.web.targets.models import Document, DocumentStatement, StatementLink  # noqa: E402
from tests.web.killing import Killer  # noqa: E402
from tests.web.targets import ground  # noqa: E402

LINE = "第{n}项：整治低效工业用地{area}亩以上，新增高新技术企业{firms}家，新建标准厂房{space}万平方米。\n"
TRIES_PER_KILL = 8
"""A kill may fall after the work is done: then it is tried again with another document."""


def text(seed: int) -> str:
    return "".join(LINE.format(n=n, area=100 + n + seed, firms=10 + n, space=5 + n) for n in range(1, 60))


def broken_promises() -> list[str]:
    return [promise for document in Document.objects.all() for promise in broken_by(document)]


def broken_by(document: Document) -> list[str]:
    held = list(DocumentStatement.objects.filter(document=document))
    found = []
    if document.reading == 0 and (held or document.text or document.state != "waiting"):
        found.append("a reading left a half")
    if document.reading > 0 and (not held or document.state != "read"):
        found.append("a reading without its statements")
    if any(document.text[one.start : one.end] != one.quote for one in held):
        found.append("a quote that is not in the text")
    reads = AuditEvent.objects.filter(action="document.read", about=f"document:{document.pk}")
    if sum(not event.detail.get("again") for event in reads) != document.reading:
        found.append("readings differ from their events")
    return found


def main(kills: int, seed: int) -> None:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    warm, first = ground.taken_in(user, text(1000)), ground.taken_in(user, text(0), title="第二份")
    jobs.read_document(document=warm.pk, reading=0)
    killer = Killer(broken_promises, seed)
    whole = killer.whole(functools.partial(jobs.read_document, document=first.pk, reading=0))
    expected = DocumentStatement.objects.filter(document=first).count()
    for number in range(1, kills * TRIES_PER_KILL + 1):
        if killer.kills == kills:
            break
        document = ground.taken_in(user, text(number), title=f"第{number}份")
        killer.kill(functools.partial(jobs.read_document, document=document.pk, reading=0), whole)
        jobs.read_document(document=document.pk, reading=0)
        killer.broken += broken_promises()
        if DocumentStatement.objects.filter(document=document).count() != expected:
            killer.broken.append("a document lacks statements")
    print(killer.answer(statements=DocumentStatement.objects.count(), links=StatementLink.objects.count()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
