"""The campaign as people see it: the office's card, the cadre's phone, the firm's answer, at both sizes."""

from __future__ import annotations

import datetime as dt
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.web.campaign import actions
from mujun.web.campaign.models import Block, Consent, Party, Stage, StageRecord
from mujun.web.people.models import User
from tests.camera import take
from tests.web.browser.test_pages import SMALL_TARGETS, TOO_WIDE

Visit = Callable[..., Any]
CARD = re.compile(r"/blocks/\d+/$")


def png(seed: int, width: int = 160, height: int = 120) -> bytes:
    """A picture of coloured ground, so that the gallery has something to show."""
    red, green, blue = (random.Random(seed + part).randrange(60, 200) for part in range(3))
    line = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (red, (green + x // 3) % 256, (blue + y) % 256))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(line)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


def upload(seed: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"现场{seed}.png", png(seed), content_type="image/png")


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


@pytest.fixture
def ground(county: Any, settings: Any, tmp_path: Path) -> Block:
    """A block of 24 neighbouring parcels in the cadre's town, half way; and a second one just opened."""
    settings.MEDIA_ROOT = tmp_path / "documents"
    people = {user.role: user for user in User.objects.all()}
    parcels = county["parcels"]
    mine = parcels[(parcels["town"] == people["town"].towns[0]) & (parcels["registered_area_m2"] > 0)]
    mine = mine[~mine["protected"].fillna(False).astype(bool)].reset_index(drop=True)
    centres = shapely.centroid(shapely.from_wkb(list(mine["geometry"])))
    own = set(county["occupancy"].loc[county["occupancy"]["firm_id"] == people["firm"].firm_id, "parcel_id"])
    start = next((n for n, code in enumerate(mine["parcel_id"]) if code in own), 0)
    order = shapely.distance(centres, centres[start]).argsort()
    codes = mine["parcel_id"].iloc[order].tolist()
    plan = {stage: ago(200 - 30 * place) for place, stage in enumerate(Stage)}
    first = actions.NewBlock(
        "老五金片区", codes[:24], cost_wan=18_650.0, planned=plan, leader=people["leader"],
        team=[people["town"], people["analyst"]],
    )  # fmt: skip
    second = actions.NewBlock("溪边小微园", codes[24:33], planned={Stage.SURVEY: ago(-4), Stage.SCHEME: ago(-40)})
    block, _second = actions.open_blocks(
        "plan:1@2", [first, second], basis="示范县集中连片整治计划（第2版）", published_on=ago(0), by=people["analyst"]
    )
    _work(block, people)
    return block


def _work(block: Block, people: dict[str, User]) -> None:
    cadre = people["town"]
    for number, stage in enumerate((Stage.SURVEY, Stage.SCHEME)):
        actions.record_stage(block.pk, stage, ago(150 - 20 * number), "入户核对完毕", upload(number), by=cadre)
    answers = [Consent.SIGNED, Consent.SIGNED, Consent.SIGNED, Consent.TALKING, Consent.REFUSING]
    for number, party in enumerate(Party.objects.filter(block=block)):
        answer = answers[number % 5]
        note = "要求先看安置方案，周五再谈" if answer != Consent.SIGNED else ""
        actions.set_consent(party.pk, answer, ago(20 + number % 9), note, by=cadre)
    paper = SimpleUploadedFile("专题会议纪要.pdf", b"%PDF-1.4 fictional")
    actions.decide(block.pk, "unsigned", Stage.SIGN, "已签约户数和面积过半，其余依法推进", paper, by=people["leader"])
    for number, stage in enumerate((Stage.SIGN, Stage.VACATE)):
        actions.record_stage(block.pk, stage, ago(40 - 10 * number), "", upload(10 + number), by=cadre)
    for number, row in enumerate(block.parcels.all()[:5]):
        actions.accept_land(
            block.pk, row.parcel_id, None, ago(3 * number), "", upload(20 + number), by=people["leader"]
        )


@pytest.mark.parametrize("size", ["office", "phone"])
def test_pages_of_the_campaign_fit_the_screen(size: str, ground: Block, visit: Visit, picture: Any) -> None:
    page = visit("analyst", "/blocks/", size=size)
    root = page.url.removesuffix("/blocks/")
    party = Party.objects.filter(block=ground, consent="refusing").first()
    assert party is not None
    addresses = {
        "list": "/blocks/",
        "card": f"/blocks/{ground.pk}/",
        "progress": "/blocks/progress/",
        "edit": f"/blocks/{ground.pk}/edit/",
        "new": "/blocks/new/",
        "stage": f"/blocks/{ground.pk}/stage/",
        "party": f"/blocks/{ground.pk}/party/{party.pk}/",
        "attach": f"/blocks/{ground.pk}/files/",
        "release": f"/blocks/{ground.pk}/release/",
        "line": f"/blocks/line/?q={ground.parcels.first().parcel_id}",  # type: ignore[union-attr]
    }
    for name, address in addresses.items():
        page.goto(root + address)
        if CARD.search(address):
            page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
            page.wait_for_selector("[data-chart=gantt] svg")
        keep(page, picture, f"campaign-{name}-{size}")
        assert page.evaluate(TOO_WIDE) <= 0, name
        assert page.evaluate(SMALL_TARGETS) == [], name
        assert page.locator("h1").count() == 1, name


def keep(page: Any, picture: Any, name: str) -> None:
    """The screen as it comes, and the whole page for people to look at."""
    from tests.web.browser.conftest import PICTURES

    picture(page, name)
    take(page, PICTURES / f"{name}-whole.png", whole=True)


def test_the_map_of_the_card_opens_parcels_and_changes_colour(ground: Block, visit: Visit) -> None:
    page = visit("analyst", f"/blocks/{ground.pk}/")
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    assert page.evaluate("() => mujunMap.querySourceFeatures('own').length") >= 24
    page.select_option("#map-face", "accepted")
    assert page.locator("#map-legend .count").first.inner_text() == "5"
    page.locator(".table.cards tbody tr").first.scroll_into_view_if_needed()
    assert page.locator("[data-chart=gantt] svg text", has_text="腾空").count() == 1


def test_a_cadre_completes_a_stage_on_the_phone_in_three_taps(
    ground: Block, visit: Visit, picture: Any, tmp_path: Path
) -> None:
    page = visit("town", "/blocks/mine/", size="phone")
    picture(page, "campaign-mine-phone")
    assert page.evaluate(TOO_WIDE) <= 0
    page.locator(".task .button.main").first.click()  # tap 1
    photo = tmp_path / "现场.png"
    photo.write_bytes(png(99))
    page.set_input_files("#id_photo", photo)  # tap 2: the camera
    picture(page, "campaign-stage-town-phone")
    page.click("main .button.main")  # tap 3
    page.wait_for_url("**/blocks/mine/")
    assert "已记录" in page.locator(".messages").inner_text()
    record = StageRecord.objects.filter(block=ground, real_on__isnull=False).last()
    assert record is not None
    assert (record.stage, record.real_on) == ("demolish", ago(0))
    assert record.attachment is not None


def test_the_wall_is_filtered(ground: Block, visit: Visit) -> None:
    page = visit("town", f"/blocks/{ground.pk}/")
    every = page.locator(".wall li").count()
    page.locator("#wall .tabs a", has_text="不同意").click()
    page.wait_for_url("**answer=refusing**")
    assert 0 < page.locator(".wall li").count() < every
    assert page.locator(".wall li:not(.refusing)").count() == 0


@pytest.mark.parametrize("size", ["office", "phone"])
def test_a_firm_gets_its_answer(size: str, ground: Block, visit: Visit, picture: Any) -> None:
    page = visit("firm", "/blocks/line/", size=size)
    assert page.locator(".answer").count() > 0
    keep(page, picture, f"campaign-firm-{size}")
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.locator(".nav a", has_text="整治区块").count() == 0


def test_the_card_on_paper_is_an_official_page(ground: Block, visit: Visit, picture: Any) -> None:
    page = visit("leader", f"/blocks/{ground.pk}/")
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    page.emulate_media(media="print")
    assert page.locator(".print-line").is_visible()
    assert page.locator(".paper-map svg").is_visible()
    assert not page.locator("#map").is_visible()
    assert page.locator(".paper-map path").count() == 24
    from tests.web.browser.conftest import PICTURES

    page.pdf(path=PICTURES / "campaign-card.pdf", format="A4")
    keep(page, picture, "campaign-card-paper")


@pytest.mark.parametrize("name", ["dark", "english"])
def test_dark_and_english(name: str, ground: Block, visit: Visit, picture: Any) -> None:
    options = {"theme": "dark"} if name == "dark" else {"language": "en"}
    page = visit("leader", f"/blocks/{ground.pk}/", **options)
    page.wait_for_selector("#map[data-state=ready]", timeout=60_000)
    page.wait_for_selector("[data-chart=gantt] svg")
    keep(page, picture, f"campaign-card-{name}")
