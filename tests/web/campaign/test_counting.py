"""Freed land counts once: per parcel, across blocks, and through every split and merge."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mujun.base.errors import Refused
from mujun.web.campaign import actions
from mujun.web.campaign.counting import Lineage, Link, already_counted, still_free
from mujun.web.campaign.models import Acceptance, BlockParcel, Stage
from mujun.web.campaign.queries.progress import progress_in_scope
from mujun.web.people.rights import Scope
from tests.web.campaign.ground import ago, became, paper, photo, work_to

pytestmark = pytest.mark.django_db
ALL = Scope(None, None, amounts=True)


def accept(block, code, by, area=None, **changed):
    given_ = {"on": ago(1), "note": "", "upload": photo(content=b"\xff\xd8\xff" + code.encode())} | changed
    return actions.accept_land(block.pk, code, area, by=by, **given_)


def total() -> float:
    return progress_in_scope(ALL, ago(0)).total_mu


@pytest.fixture
def vacated(block, analyst):
    work_to(block, Stage.VACATE, analyst)
    return block


def test_accepted_land_is_summed_by_town_block_and_month(vacated, analyst, leader):
    accept(vacated, "G1", leader)
    accept(vacated, "G2", leader, 7.5, on=ago(1))
    found = progress_in_scope(ALL, ago(0))
    assert found.total_mu == pytest.approx(37.5)
    assert {town: (area, done) for town, area, done in found.by_town}["甲镇"] == pytest.approx((50.0, 37.5))
    assert sum(area for _month, area in found.by_month) == pytest.approx(37.5)
    lines = {line.block.pk: line for line in found.by_block}
    assert lines[vacated.pk].accepted_mu == pytest.approx(37.5)


def test_a_parcel_is_accepted_once(vacated, leader):
    accept(vacated, "G1", leader, 10.0)
    with pytest.raises(Refused, match="只计一次"):
        accept(vacated, "G1", leader, 5.0)
    held = Acceptance.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.create(
            block=vacated, parcel_id="G1", area_mu=1.0, accepted_on=ago(1), attachment=held.attachment, by=leader
        )
    assert total() == 10.0


def test_a_revoked_acceptance_counts_no_more_and_stays(vacated, leader):
    held = accept(vacated, "G1", leader)
    with pytest.raises(Refused, match="原因"):
        actions.revoke_acceptance(held.pk, " ", by=leader)
    actions.revoke_acceptance(held.pk, "现场仍有设备", by=leader)
    assert total() == 0
    assert Acceptance.objects.count() == 1
    accept(vacated, "G1", leader, 12.0)
    assert total() == 12.0


def test_what_cannot_be_accepted_is_refused_with_a_sentence(blocks, vacated, analyst, leader):
    for sentence, act in (
        ("照片或文件", lambda: accept(vacated, "G1", leader, upload=None)),
        ("不能晚于今天", lambda: accept(vacated, "G1", leader, on=ago(-1))),
        ("不能早于腾空", lambda: accept(vacated, "G1", leader, on=ago(200))),
        ("不在这个区块", lambda: accept(vacated, "H1", leader)),
        (r"不超过 30\.0000 亩", lambda: accept(vacated, "G1", leader, 30.01)),
        ("大于 0", lambda: accept(vacated, "G1", leader, 0.0)),
        ("“腾空”还没有完成", lambda: accept(blocks[1], "H1", leader)),
    ):
        with pytest.raises(Refused, match=sentence):
            act()
    assert not Acceptance.objects.exists()


def test_the_shown_figure_means_the_whole_parcel(vacated, leader):
    BlockParcel.objects.filter(parcel_id="G1").update(area_mu=29.99996)
    assert accept(vacated, "G1", leader, 30.0).area_mu == 29.99996


def test_land_let_go_after_acceptance_stays_counted_and_is_not_counted_in_another_block(
    vacated, analyst, leader, opened
):
    accept(vacated, "G1", leader)
    actions.release_parcels(vacated.pk, ["G1"], "调整范围", by=analyst)
    other = opened(analyst, "G1")
    work_to(other, Stage.VACATE, analyst, first_day=10)
    with pytest.raises(Refused, match="只计一次"):
        accept(other, "G1", leader)
    assert total() == pytest.approx(30)


def test_a_part_of_an_accepted_parcel_does_not_count_again(vacated, analyst, leader, opened):
    accept(vacated, "G1", leader)
    actions.release_parcels(vacated.pk, ["G1"], "分割后另行安排", by=analyst)
    became("G1", {"G1a": 0.4, "G1b": 0.6}, 30)
    other = opened(analyst, "G1a", "G1b")
    work_to(other, Stage.VACATE, analyst, first_day=10)
    for code in ("G1a", "G1b"):
        with pytest.raises(Refused, match="已随 G1 验收"):
            accept(other, code, leader)
    assert total() == pytest.approx(30)


def test_after_a_merge_only_the_rest_counts(vacated, analyst, leader, opened):
    accept(vacated, "G2", leader)
    actions.release_parcels(vacated.pk, ["G1", "G2"], "合并后另行安排", by=analyst)
    became("G1", {"M1": 1.0}, 30, "merge")
    became("G2", {"M1": 1.0}, 20, "merge")
    other = opened(analyst, "M1")
    work_to(other, Stage.VACATE, analyst, first_day=10)
    with pytest.raises(Refused, match=r"不超过 30\.0000 亩.*G2"):
        accept(other, "M1", leader, 50.0)
    assert accept(other, "M1", leader).area_mu == pytest.approx(30)
    assert total() == pytest.approx(50)


def test_the_parent_does_not_count_what_its_parts_have(vacated, analyst, leader, opened):
    """The block still holds the old code; a part of it was accepted in another block."""
    became("G1", {"G1a": 0.4, "G1b": 0.6}, 30)
    with pytest.raises(Refused, match="分割或合并关系"):
        opened(analyst, "G1a")
    actions.release_parcels(vacated.pk, ["G1"], "分割", by=analyst)
    other = opened(analyst, "G1a")
    work_to(other, Stage.VACATE, analyst, first_day=10)
    accept(other, "G1a", leader)
    actions.release_parcels(other.pk, ["G1a"], "退回", by=analyst)
    BlockParcel.objects.filter(block=vacated, parcel_id="G1").update(to_day=None)
    assert accept(vacated, "G1", leader).area_mu == pytest.approx(18)
    assert total() == pytest.approx(30)


def test_evidence_is_kept_with_the_acceptance(vacated, leader):
    held = accept(vacated, "G1", leader, upload=paper())
    assert (held.attachment.parcel_id, held.attachment.town, held.attachment.picture) == ("G1", "甲镇", False)


# A family of land as cells: every parcel that ever was is a set of cells, each cell 1 mu.
GENERATION = st.lists(st.integers(0, 2), min_size=6, max_size=6)


@given(
    st.lists(GENERATION, min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from([1.0, 1.0, 0.3])), min_size=1, max_size=12),
)
def test_a_family_never_counts_more_than_the_land_that_was_freed(generations, wishes):
    """Cells 0–5 are parcelled anew each generation; whatever is accepted, in whatever order, is no more than its cells."""
    parcels = [{f"0-{group}": {group * 2, group * 2 + 1} for group in range(3)}]
    for number, groups in enumerate(generations, 1):
        parcels.append({f"{number}-{g}": {c for c in range(6) if groups[c] == g} for g in sorted(set(groups))})
    cells = {code: land for generation in parcels for code, land in generation.items()}
    lineage = Lineage(
        Link(parent, child, float(len(land & cells[child])))
        for before, after in itertools.pairwise(parcels)
        for parent, land in before.items()
        for child in after
        if land & cells[child]
    )
    accepted: dict[str, float] = {}
    codes = sorted(cells)
    for which, part in wishes:
        code = codes[which % len(codes)]
        if code in accepted:
            continue
        area = float(len(cells[code]))
        left = still_free(area, already_counted(code, area, lineage, accepted))
        if left:
            accepted[code] = left * part
    assert sum(accepted.values()) <= len(set().union(*(cells[code] for code in accepted))) + 1e-9


def test_lineage_knows_how_much_two_parcels_can_have_in_common():
    lineage = Lineage([Link("A", "X", 2.0), Link("B", "X", 2.0), Link("X", "P", 2.0), Link("X", "Q", 2.0)])
    assert lineage.ancestors("P") == {"X": 2.0, "A": 2.0, "B": 2.0}
    assert lineage.descendants("A") == {"X": 2.0, "P": 2.0, "Q": 2.0}
    assert Lineage([Link("A", "B"), Link("B", "A")]).ancestors("B") == {"A": float("inf")}


def test_land_that_was_merged_and_split_again_is_not_counted_twice():
    """A and B become X, X becomes P (what was A) and Q: shares multiplied would leave half of P to count again."""
    lineage = Lineage([Link("A", "X", 2.0), Link("B", "X", 2.0), Link("X", "P", 2.0), Link("X", "Q", 2.0)])
    assert still_free(2.0, already_counted("P", 2.0, lineage, {"A": 2.0})) == 0.0
