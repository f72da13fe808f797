"""Who the parties are, what they say, and when two thirds are two thirds."""

from __future__ import annotations

import pytest

from mujun.base.errors import Refused
from mujun.web.audit.models import AuditEvent
from mujun.web.campaign import actions
from mujun.web.campaign.models import BlockParcel, Consent, Party
from mujun.web.campaign.queries.blocks import parties_in_scope
from mujun.web.campaign.queries.consent import Share, consent_of
from mujun.web.people.rights import Scope
from tests.web.campaign.ground import TENANT, ago, paper, sign_all
from tests.web.conftest import FIRM

pytestmark = pytest.mark.django_db
ALL = Scope(None, None, amounts=True)


def party(parcel_id, kind, name, consent):
    return Party(parcel_id=parcel_id, kind=kind, name=name, consent=consent)


def test_parties_come_from_the_register(block):
    found = {(one.parcel_id, one.kind): one for one in Party.objects.filter(block=block)}
    assert set(found) == {("G1", "owner"), ("G2", "owner"), ("G1", "tenant")}
    assert (found["G1", "owner"].firm_id, found["G1", "tenant"].firm_id) == (FIRM, TENANT)
    assert found["G1", "tenant"].floor_area_m2 == 1_500
    assert found["G1", "owner"].floor_area_m2 == 9_000


def test_a_parcel_nobody_holds_has_a_party_to_be_found(analyst, land, opened):
    block = opened(analyst, "G3")
    held = Party.objects.get(block=block)
    assert str(held) == "权利人不详"


def test_heads_and_land_are_counted_by_hand():
    parcels = [
        BlockParcel(parcel_id=code, area_mu=area, from_day=ago(9)) for code, area in (("A", 10), ("B", 20), ("C", 30))
    ]
    parties = [
        party("A", "owner", "甲", "signed"),
        party("B", "owner", "甲", "talking"),  # one head, not signed on every parcel
        party("C", "owner", "乙", "signed"),
        party("C", "owner", "丙", "signed"),
        party("A", "tenant", "丁", "refusing"),
    ]
    found = consent_of(parcels, parties)
    assert (found.owners, found.land_mu, found.tenants) == (Share(2, 3), Share(40, 60), Share(0, 1))
    assert found.double  # exactly two thirds of heads and of land
    assert dict(found.counts) == {"talking": 1, "signed": 3, "refusing": 1}
    parties[2].consent = "refusing"
    less = consent_of(parcels, parties)
    assert (less.owners, less.land_mu) == (Share(1, 3), Share(10, 60))
    assert not less.double
    parcels[2].to_day = ago(0)
    assert consent_of(parcels, parties).land_mu == Share(10, 30)


def test_land_without_an_owner_has_not_signed():
    parcels = [BlockParcel(parcel_id="A", area_mu=10.0, from_day=ago(1))]
    assert consent_of(parcels, []).land_mu == Share(0, 10)
    assert consent_of([], []).owners.part is None
    assert not consent_of([], []).double


def test_an_answer_is_kept_with_day_paper_and_who(block, analyst):
    held = Party.objects.get(block=block, kind="tenant")
    actions.set_consent(held.pk, Consent.SIGNED, ago(2), "合同第3号", paper(), by=analyst)
    held.refresh_from_db()
    assert (held.consent, held.consent_on, held.document.parcel_id) == ("signed", ago(2), "G1")
    event = AuditEvent.objects.filter(action="consent.set").first()
    assert (event.detail["before"]["consent"], event.detail["after"]["consent"]) == ("talking", "signed")
    with pytest.raises(Refused, match="没有改动"):
        actions.set_consent(held.pk, Consent.SIGNED, ago(2), "合同第3号", by=analyst)
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.set_consent(held.pk, Consent.REFUSING, ago(-1), by=analyst)
    with pytest.raises(Refused, match="请选择"):
        actions.set_consent(held.pk, "perhaps", ago(1), by=analyst)


def test_a_missing_tenant_is_added_once_and_struck_with_a_reason(block, analyst):
    made = actions.add_party(block.pk, "G2", "tenant", "丁字打磨", by=analyst)
    with pytest.raises(Refused, match="已经登记"):
        actions.add_party(block.pk, "G2", "tenant", "丁字打磨", by=analyst)
    with pytest.raises(Refused, match="不在这个区块"):
        actions.add_party(block.pk, "H1", "tenant", "丁字打磨", by=analyst)
    sign_all(block, analyst)
    actions.set_consent(made.pk, Consent.REFUSING, ago(1), by=analyst)
    with pytest.raises(Refused, match="原因"):
        actions.strike_party(made.pk, "", by=analyst)
    actions.strike_party(made.pk, "重复登记", by=analyst)
    rows = list(parties_in_scope(ALL).filter(block=block))
    assert {one.consent for one in rows} == {"signed"}
    with pytest.raises(Refused, match="没有这一户"):
        actions.set_consent(made.pk, Consent.SIGNED, ago(1), by=analyst)


def test_parties_of_a_released_parcel_count_no_more(block, analyst, opened):
    actions.release_parcels(block.pk, ["G1"], "范围调整", by=analyst)
    assert {one.parcel_id for one in parties_in_scope(ALL).filter(block=block)} == {"G2"}
    other = opened(analyst, "G1")
    assert {one.parcel_id for one in parties_in_scope(ALL).filter(block=other)} == {"G1"}
    assert {one.parcel_id for one in parties_in_scope(ALL).filter(block=block)} == {"G2"}
