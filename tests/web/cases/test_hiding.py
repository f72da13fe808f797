"""What a card keeps back: protected amounts, and from the firm that is reported who reported it."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from mujun.web.cases import actions, queries
from mujun.web.cases.models import CaseFile
from mujun.web.register.models import MODELS, Revision
from tests.web.cases.conftest import client_of, paper, photo, text_of
from tests.web.conftest import FIRM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
SECRETS = ("13900000000", "举报人王某", "测试town", "群众举报", "甲镇执法队")


@pytest.fixture
def reported(town, county):
    """A hazard about the firm that a cadre reports, with a letter, and adds to as the one who reported it."""
    town.unit = "甲镇执法队"
    town.save()
    case = actions.raise_case(
        "hazard", fields={"subject": "锁闭消防通道", "firm": FIRM, "place": [120.0, 28.0]}, source="report",
        contact="举报人王某 13900000000", reason="举报人王某来电", files={"photo": [photo("举报人王某.jpg")]}, by=town,
    )  # fmt: skip
    actions.attach(case.pk, "document", [paper("举报人王某的信.pdf")], "举报人王某补充", by=town)
    return case


def told(user, case):
    """Everything that somebody can fetch of a case."""
    client = client_of(user)
    pages = [
        reverse("case", args=[case.pk]), reverse("my_cases"), reverse("case_board", args=["hazard"]),
        reverse("case_table"), reverse("case_table") + "?q=消防通道",
    ]  # fmt: skip
    said = "".join(text_of(client.get(page, follow=True)) for page in pages)
    assert "锁闭消防通道" in said
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("case_table"), {"format": "xlsx"}).content))
    rows = [str(cell.value) for row in book.active for cell in row]
    assert case.number in rows
    return said + "".join(rows)


def test_a_firm_is_not_told_who_reported_it(reported, firm, office):
    said = told(firm, reported)
    assert [secret for secret in SECRETS if secret in said] == []
    assert "提出人（不向被反映的企业公开）" in said
    for file in CaseFile.objects.all():
        url = reverse("case_file", args=[reported.pk, file.pk])
        assert client_of(firm).get(url).status_code == 404
        assert client_of(office).get(url).status_code == 200
    card = queries.card_of(firm, reported.pk)
    assert (card.raiser, card.contact, card.source, card.files) == (None, "", "", [])
    assert [(line.entry.by, line.entry.reason, line.unnamed) for line in card.trail] == [(None, "", True)] * 2
    whole = told(office, reported)
    assert [secret for secret in SECRETS if secret not in whole] == []


def test_what_the_reporter_adds_in_another_capacity_is_kept_back_too(reported, firm, office):
    from mujun.web.cases.models import CaseEntry

    added = reported.entries.last()
    line = {name: getattr(added, name) for name in ("case", "at", "label", "round", "before", "after")}
    own = CaseEntry.objects.create(**line, action="attach", by=reported.raiser, role="town", unit="甲镇执法队")
    others = CaseEntry.objects.create(**line, action="attach", by=office, role="office")
    for entry in (own, others):
        CaseFile.objects.create(
            case=reported, entry=entry, evidence="photo", round=1, picture=True, path="x", name="x.jpg", sha256="x",
            size=1, at=entry.at, by=entry.by,
        )  # fmt: skip
    card = queries.card_of(firm, reported.pk)
    assert [line.unnamed for line in card.trail] == [True, True, True, False]
    assert [file.entry for file in card.files] == [others]
    assert set(queries.files_in_scope(firm)) == set(card.files)


def test_a_firm_cannot_ask_for_the_source_of_a_report(reported, firm, office):
    def found(user, source):
        page = client_of(user).get(reverse("case_board", args=["hazard"]), {"source": source})
        return sum(one["column"].count for one in page.context["columns"])

    assert [found(firm, source) for source in ("report", "patrol", "")] == [1, 1, 1]
    assert [found(office, source) for source in ("report", "patrol")] == [1, 0]


def test_what_the_firm_itself_raised_it_sees_whole(firm, person):
    mine = actions.raise_case(
        "hazard", fields={"subject": "锁闭消防通道", "place": [120.0, 28.0]}, source="firm_self", contact="安全员 李某",
        files={"photo": [photo("自查.jpg")]}, by=firm,
    )  # fmt: skip
    for user in (firm, person("firm", "colleague", firm_id=FIRM)):
        said = told(user, mine)
        assert all(word in said for word in ("安全员 李某", "企业自查", "测试firm"))
        file = CaseFile.objects.get()
        assert client_of(user).get(reverse("case_file", args=[mine.pk, file.pk])).status_code == 200


def test_the_proof_of_paid_tax_is_masked_without_the_right_to_amounts(office, bureau, town, leader, county):
    measures = MODELS["measures"]._default_manager
    measures.filter(firm_id=FIRM, year=2023).delete()
    measures.create(since=Revision.objects.create(kind="import"), firm_id=FIRM, year=2023, tax_wan=23.45)
    case = actions.raise_case(
        "audit", fields={"subject": "少缴税款", "cause": "duty", "firm": FIRM, "amount": "1000000"}, source="upper_audit",
        by=office,
    )  # fmt: skip
    day = (timezone.localdate() + dt.timedelta(days=60)).isoformat()
    actions.act(case.pk, "verify", by=office)
    actions.act(case.pk, "assign", unit="住建局", fields={"due_on": day, "report_no": "1号"}, by=office)
    actions.act(case.pk, "set_measures", fields={"measures": "补缴"}, by=bureau)
    actions.act(case.pk, "begin", by=bureau)
    revision = Revision.objects.create(kind="import")
    measures.filter(firm_id=FIRM, year=2023).update(until=revision)
    measures.create(since=revision, firm_id=FIRM, year=2023, tax_wan=123.45)
    actions.act(case.pk, "give_proof", fields={"result": "已补缴"}, by=bureau)
    for user, shown in ((office, True), (leader, True), (town, False), (bureau, False)):
        page = text_of(client_of(user).get(reverse("case", args=[case.pk])))
        assert ("税收补增不少于 1,000,000 元" in page) is shown, user.role
        assert ("登记数据证明：●●●" in page) is not shown, user.role
