"""Run as a program: opens a block in the installation of ``MUJUN_HOME`` and works on it."""

from __future__ import annotations

from mujun.cli.django_project import start

start()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.utils import timezone  # noqa: E402

from mujun.web.campaign import actions  # noqa: E402
from mujun.web.campaign.models import BlockParcel, Consent, Party, Stage  # noqa: E402
from mujun.web.people.models import User  # noqa: E402
from mujun.web.register.models import Parcel  # noqa: E402


def main() -> None:
    """Open, sign, complete four stages, skip one, accept one parcel."""
    analyst = User.objects.filter(role="analyst").first()
    leader = User.objects.filter(role="leader").first()
    day = timezone.localdate()
    taken = BlockParcel.objects.filter(to_day=None).values("parcel_id")
    free = Parcel.objects.filter(until=None, registered_area_m2__gt=0).exclude(protected=True)
    codes = list(free.exclude(parcel_id__in=taken).order_by("parcel_id").values_list("parcel_id", flat=True)[:3])
    new = actions.NewBlock("备份区块", codes, planned={Stage.SURVEY: day}, leader=leader, team=[analyst])
    [block] = actions.open_blocks("", [new], basis="示整〔2026〕1号", published_on=day, by=analyst)
    for party in Party.objects.filter(block=block):
        actions.set_consent(party.pk, Consent.SIGNED, day, by=analyst)
    actions.decide(block.pk, "skip", Stage.SCHEME, "已有方案", _file("纪要.pdf", b"%PDF-1.4 "), by=leader)
    for stage in (Stage.SURVEY, Stage.SIGN, Stage.VACATE):
        actions.record_stage(block.pk, stage, day, "", _file("现场.jpg", b"\xff\xd8\xff " + stage.encode()), by=analyst)
    actions.accept_land(block.pk, codes[0], None, day, "", _file("验收.jpg", b"\xff\xd8\xff accepted"), by=leader)


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


if __name__ == "__main__":
    main()
