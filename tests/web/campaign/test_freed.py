"""Freed land between two days, as the ledger of targets asks for it: by town, block and month, nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.models import Acceptance, Stage
from mujun.web.campaign.queries.freed import Freed, freed_between
from mujun.web.people.rights import Scope
from tests.web.campaign.ground import ago, became, photo, work_to

pytestmark = pytest.mark.django_db
EVER = (dt.date(2000, 1, 1), dt.date(2100, 1, 1))


def accept(block, code, by, area=None, on=None):
    picture = photo(content=b"\xff\xd8\xff" + code.encode())
    return actions.accept_land(block.pk, code, area, by=by, on=on or ago(1), note="", upload=picture)


@pytest.fixture
def vacated(block, analyst):
    work_to(block, Stage.VACATE, analyst)
    return block


def dated(code: str, day: dt.date) -> None:
    Acceptance.objects.filter(parcel_id=code).update(accepted_on=day)


def test_nothing_accepted_is_nothing_freed(vacated):
    assert freed_between(*EVER) == Freed(0, {}, {}, {})


def test_both_days_belong_to_it_and_the_sums_agree(vacated, leader):
    accept(vacated, "G1", leader)
    accept(vacated, "G2", leader, 7.5)
    dated("G1", dt.date(2026, 1, 31))
    dated("G2", dt.date(2026, 3, 1))
    found = freed_between(dt.date(2026, 1, 31), dt.date(2026, 3, 1))
    assert found.total_mu == pytest.approx(37.5)
    assert found.by_block == {vacated.pk: pytest.approx(37.5)}
    assert list(found.by_town.values()) == [pytest.approx(37.5)]
    assert found.by_month == {dt.date(2026, 1, 1): pytest.approx(30.0), dt.date(2026, 3, 1): pytest.approx(7.5)}
    assert freed_between(dt.date(2026, 2, 1), dt.date(2026, 2, 28)) == Freed(0, {}, {}, {})
    parts = [(dt.date(2026, 1, 1), dt.date(2026, 2, 28)), (dt.date(2026, 3, 1), dt.date(2026, 12, 31))]
    assert sum(freed_between(*part).total_mu for part in parts) == pytest.approx(37.5)


def test_what_is_revoked_counts_no_more_and_again_only_once(vacated, leader):
    held = accept(vacated, "G1", leader, 10.0)
    with pytest.raises(Refused):
        accept(vacated, "G1", leader, 5.0)
    assert freed_between(*EVER).total_mu == 10.0
    actions.revoke_acceptance(held.pk, "测错", by=leader)
    assert freed_between(*EVER).total_mu == 0
    accept(vacated, "G1", leader, 12.0)
    assert freed_between(*EVER).total_mu == 12.0


def test_parts_of_a_parcel_do_not_count_land_again(vacated, leader, analyst, opened):
    accept(vacated, "G1", leader, 24.0)
    actions.release_parcels(vacated.pk, ["G1"], "分割后另行安排", by=analyst)
    became("G1", {"G1a": 0.4, "G1b": 0.6}, 30)
    other = opened(analyst, "G1a", "G1b")
    work_to(other, Stage.VACATE, analyst, first_day=10)
    with pytest.raises(Refused):
        accept(other, "G1a", leader)
    assert freed_between(*EVER).by_block == {vacated.pk: 24.0}


def test_a_scope_sees_its_own_towns_and_a_firm_none(vacated, leader):
    accept(vacated, "G1", leader)
    (town,) = freed_between(*EVER).by_town
    own = freed_between(*EVER, Scope(frozenset({town}), None, amounts=True))
    assert own == freed_between(*EVER)
    assert freed_between(*EVER, Scope(frozenset({"别处"}), None, amounts=True)).total_mu == 0
    assert freed_between(*EVER, Scope(None, frozenset({"F1"}), amounts=True)).total_mu == 0


def test_it_takes_three_queries(vacated, leader, django_assert_num_queries):
    accept(vacated, "G1", leader)
    accept(vacated, "G2", leader)
    with django_assert_num_queries(3):
        freed_between(*EVER)
