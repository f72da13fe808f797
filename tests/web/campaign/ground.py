"""A small county to clear: two towns, owners, tenants, and the files that prove things."""

from __future__ import annotations

import datetime as dt
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mujun.web.campaign import actions
from mujun.web.campaign.models import Block, Consent, Party, Stage
from mujun.web.register.models import MODELS, ParcelLineage, Revision
from tests.web.conftest import FIRM, OTHER_FIRM, OTHER_TOWN, TOWN

TENANT = "91330000MA0000003P"
MU = 2000 / 3
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"fictional"
PDF = b"%PDF-1.4 fictional"
GONE = "G0"


def photo(name: str = "现场.jpg", content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def paper(name: str = "纪要.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def add(table: str, revision: Revision, **fields: Any) -> None:
    MODELS[table]._default_manager.create(since=revision, **fields)


def county_with_land() -> int:
    """G1, G2 (first town, the first firm; a tenant on G1), H1, H2 (second town), G3 without a holder, K1 protected."""
    revision = Revision.objects.create(kind="import")
    for firm_id, name, town in (
        (FIRM, "甲字五金", TOWN),
        (OTHER_FIRM, "乙字五金", OTHER_TOWN),
        (TENANT, "丙字抛光", TOWN),
    ):
        add("firms", revision, firm_id=firm_id, name=name, town=town, status="active")
    for number, (code, town, holder, name, mu) in enumerate(
        (
            ("G1", TOWN, FIRM, "甲字五金", 30),
            ("G2", TOWN, FIRM, "甲字五金", 20),
            ("G3", TOWN, "", "", 10),
            ("H1", OTHER_TOWN, OTHER_FIRM, "乙字五金", 45),
            ("H2", OTHER_TOWN, "", "示范村集体", 15),
            ("K1", TOWN, FIRM, "甲字五金", 5),
        )
    ):
        shape = shapely.to_wkb(shapely.box(120 + number * 0.003, 28.9, 120.0028 + number * 0.003, 28.902))
        add(
            "parcels", revision, parcel_id=code, town=town, holder_id=holder, holder_name=name, geometry=shape,
            registered_area_m2=mu * MU, protected=code == "K1",
        )  # fmt: skip
        add("buildings", revision, building_id=f"B{code}", parcel_id=code, floor_area_m2=9_000.0)
    day = dt.date(2020, 1, 1)
    share = {"firm_id": TENANT, "parcel_id": "G1", "kind": "lease", "area_m2": 2_000.0, "lessor_id": FIRM}
    add("occupancy", revision, **share, floor_area_m2=1_500.0, **{"from": day})
    add("occupancy", revision, firm_id=TENANT, parcel_id="G2", kind="lease", area_m2=1.0, **{"from": day, "to": day})
    return int(revision.pk)


def two_blocks(by: Any) -> list[Block]:
    """Open and publish a block per town, as a signed plan does."""
    plan = {stage: ago(300 - 40 * place) for place, stage in enumerate(Stage)}
    blocks = actions.open_blocks(
        "plan:1@1",
        [
            actions.NewBlock("甲镇老五金区块", ["G1", "G2"], benefit=50.0, cost_wan=3_000.0, planned=plan),
            actions.NewBlock("乙镇溪边区块", ["H1", "H2"]),
        ],
        basis="示范县整治计划 第1版",
        published_on=ago(60),
        by=by,
    )
    for block in blocks:  # as if they had been opened when they were published
        Block.objects.filter(pk=block.pk).update(opened_on=ago(60))
        block.parcels.update(from_day=ago(60))
    return blocks


def sign_all(block: Block, by: Any, on: dt.date | None = None) -> None:
    for party in Party.objects.filter(block=block, struck_on=None):
        actions.set_consent(party.pk, Consent.SIGNED, on or ago(30), by=by)


def work_to(block: Block, last: Stage, by: Any, first_day: int = 40) -> None:
    """Sign everybody and complete every stage up to ``last``, a day apart."""
    sign_all(block, by)
    for place, stage in enumerate(Stage):
        actions.record_stage(block.pk, stage, ago(first_day - place), by=by)
        if stage == last:
            return


def became(parent: str, children: dict[str, float], mu: float, kind: str = "split") -> None:
    """Let ``parent`` (of ``mu``) become ``children`` (code → share of the parent) in the register."""
    revision = Revision.objects.create(kind="import")
    old = MODELS["parcels"]._default_manager.filter(parcel_id=parent, until=None).first()
    MODELS["parcels"]._default_manager.filter(parcel_id=parent, until=None).update(until=revision)
    for child, share in children.items():
        held = MODELS["parcels"]._default_manager.filter(parcel_id=child, until=None).first()
        if held is None:
            add(
                "parcels", revision, parcel_id=child, town=old.town, holder_id=old.holder_id,
                holder_name=old.holder_name, geometry=old.geometry, registered_area_m2=share * mu * MU,
            )  # fmt: skip
        else:
            held.registered_area_m2 += share * mu * MU
            held.save()
        ParcelLineage.objects.create(parent=parent, child=child, kind=kind, share=share, since=revision)
