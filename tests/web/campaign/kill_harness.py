"""Run as a program: sets stages and accepts land, each with a photograph, in forked children and kills them at random.

Prints one JSON line: what was done and every broken promise found afterwards. The database and the folders are those
of ``MUJUN_HOME``; an empty home is filled first.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402

from mujun.base.errors import Refused  # noqa: E402
from mujun.web.audit.models import AuditEvent  # noqa: E402
from mujun.web.campaign import actions  # noqa: E402
from mujun.web.campaign.files import DRAWER  # noqa: E402
from mujun.web.campaign.models import Acceptance, Attachment, Block, Stage, StageRecord  # noqa: E402
from mujun.web.campaign.queries.blocks import decisions_of, records_of, referred_files  # noqa: E402
from mujun.web.campaign.stages import current, standings  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from tests.web.campaign.ground import JPEG, ago, county_with_land, sign_all, two_blocks  # noqa: E402
from tests.web.killing import Killer  # noqa: E402


def prepare() -> User:
    call_command("migrate", verbosity=0)
    user = User.objects.create(username="kill", display_name="测试", role="analyst")
    county_with_land()
    for block in two_blocks(user):
        sign_all(block, user)
    return user


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", JPEG + os.urandom(300_000))


def next_act(user: User) -> Callable[[], object]:
    """The next stage of the first block; at the end it is taken back, and land accepted and revoked by turns."""
    block = Block.objects.order_by("pk").first()
    assert block is not None
    held = standings(records_of(block), decisions_of(block))
    now = current(held)
    accepted = Acceptance.objects.filter(revoked_on=None).first()
    vacated = held[list(Stage).index(Stage.VACATE)].done
    if vacated and random.Random(time.monotonic_ns()).random() < 0.5:
        if accepted is not None:
            return lambda: actions.revoke_acceptance(accepted.pk, "重来", by=user)
        return lambda: actions.accept_land(block.pk, "G1", None, ago(0), "", picture(), by=user)
    if now is None:
        return lambda: actions.correct_stage(block.pk, Stage.REACH, None, "重来", picture(), by=user)
    return lambda: actions.record_stage(block.pk, now.stage, ago(0), "现场", picture(), by=user)


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def broken_promises() -> list[str]:
    """What must hold whatever was killed when."""
    found = []
    records = list(StageRecord.objects.order_by("id"))
    if events("stage.done") != sum(_first_real(one) for one in records):
        found.append("completed stages differ from the events stage.done")
    if events("stage.corrected") != sum(one.real_on is None and one.corrects_id is not None for one in records):
        found.append("corrections differ from the events stage.corrected")
    for one in records:
        if one.attachment_id and not Attachment.objects.filter(pk=one.attachment_id).exists():
            found.append(f"record {one.pk} lacks its photograph")
    for held in Attachment.objects.all():
        if not DRAWER.path_of(held.path).is_file():
            found.append(f"attachment {held.pk} lacks its file")
    if events("block.file") != Attachment.objects.count():
        found.append("files differ from the events block.file")
    if events("land.accepted") != Acceptance.objects.count():
        found.append("acceptances differ from the events land.accepted")
    if events("land.revoked") != Acceptance.objects.filter(revoked_on__isnull=False).count():
        found.append("revoked acceptances differ from the events land.revoked")
    if Acceptance.objects.filter(revoked_on=None).count() > 1:
        found.append("the parcel counts twice")
    for block in Block.objects.all():
        done = current(standings(records_of(block), decisions_of(block))) is None
        if (block.state == "reached") != done:
            found.append(f"block {block.pk} is {block.state}")
    return found


def _first_real(record: StageRecord) -> bool:
    """Whether this record completed a stage that the record before it (a plan, one taken back, or none) had not."""
    return record.real_on is not None and (record.corrects is None or record.corrects.real_on is None)


def swept_clean() -> list[str]:
    """After sweeping nothing is left that no row refers to."""
    DRAWER.sweep(referred_files(), older_than=0)
    names = {f"campaign/{file.name}" for file in DRAWER.folder().iterdir()}
    return [] if names == referred_files() else ["files without a row"]


def main(kills: int, seed: int) -> None:
    user = prepare()
    killer = Killer(broken_promises, seed, (Refused,))
    killer.torment(lambda: next_act(user), kills)
    killer.broken += swept_clean()
    done = StageRecord.objects.filter(real_on__isnull=False).count()
    print(killer.answer(records=done, acceptances=Acceptance.objects.count()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
