"""The pages of the import, from the files to the register and back."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from mujun.web.audit.models import AuditEvent
from mujun.web.people.rights import Role
from mujun.web.register import queries, work
from mujun.web.register.models import BatchState, Correction, DoubtfulPair, ImportBatch, JobProgress, JobState
from tests.web.register.conftest import code, firms, measures, upload, workbook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(client, clerk):
    client.force_login(clerk)
    return client


def run_jobs() -> None:
    work.run_worker(until_empty=True, interval=0, signals=False)


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def hand_over(client, *files, **fields) -> ImportBatch:
    answer = client.post(reverse("import_new"), {"uploads": list(files), "source_name": "统计局", **fields})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.latest("pk")


def test_from_files_to_the_register_and_back_by_pages_alone(client) -> None:
    batch = hand_over(
        client,
        firms((code(1), "示例甲厂", "是", "甲镇"), (code(2), "示例乙厂", "", "甲镇")),
        measures((code(1), 2023, "错", 5)),
    )
    address = reverse("import_batch", args=[batch.pk])
    assert "hx-get" in page(client, address)
    run_jobs()
    shown = page(client, address)
    assert reverse("import_commit", args=[batch.pk]) in shown
    assert "示例甲厂" in page(client, reverse("import_part", args=[batch.pk, "firms", "new"]))
    assert "“错”" in page(client, reverse("import_defects", args=[batch.pk]) + "?table=measures")
    assert code(1) in page(client, reverse("import_firms", args=[batch.pk]))
    client.post(reverse("import_commit", args=[batch.pk]))
    run_jobs()
    assert len(queries.current_frame("firms")) == 2
    assert JobProgress.objects.filter(state=JobState.DONE).count() >= 2
    assert AuditEvent.objects.get(action="import.commit").by.username == "clerk"
    assert client.post(reverse("import_undo", args=[batch.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("import_undo", args=[batch.pk]), {"reason": "交错了"})
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert queries.current_frame("firms").empty
    assert "撤销" in page(client, address)


def test_the_parts_of_a_rehearsal_show_changes_cell_by_cell(client) -> None:
    for name in ("示例甲厂", "示例甲厂改名"):
        batch = hand_over(client, firms((code(1), name, "是", "甲镇")))
        run_jobs()
        client.post(reverse("import_commit", args=[batch.pk]))
        run_jobs()
    shown = page(client, reverse("import_part", args=[batch.pk, "firms", "changed"]))
    assert "示例甲厂改名" in shown
    assert "<td" in shown
    workbook_answer = client.get(reverse("import_part", args=[batch.pk, "firms", "changed"]) + "?format=xlsx")
    assert workbook_answer.content[:2] == b"PK"


def test_looking_at_amounts_is_logged(client) -> None:
    batch = hand_over(client, measures((code(1), 2023, 12, 5)))
    run_jobs()
    page(client, reverse("import_part", args=[batch.pk, "measures", "new"]))
    assert AuditEvent.objects.filter(action="amounts.viewed", about=f"batch:{batch.pk}").count() == 1


def test_a_page_of_a_rehearsal_takes_as_many_queries_for_many_rows_as_for_few(
    client, django_assert_num_queries
) -> None:
    counts = []
    for rows in (3, 300):
        batch = hand_over(client, firms(*((code(n), f"示例{rows}-{n}厂", "是", "甲镇") for n in range(rows))))
        run_jobs()
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            page(client, reverse("import_part", args=[batch.pk, "firms", "new"]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_too_large_or_nothing_is_refused_on_the_form(client, monkeypatch) -> None:
    assert client.post(reverse("import_new"), {"source_name": "x"}).status_code == 422
    answer = client.post(reverse("import_new"), {"uploads": [upload("x.zip", b"PK broken")], "source_name": "x"})
    assert answer.status_code == 422
    assert "打不开" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_no_table_ends_in_a_sentence(client) -> None:
    batch = hand_over(client, upload("企业.xlsx", b"PK\x03\x04 broken"))
    run_jobs()
    shown = page(client, reverse("import_batch", args=[batch.pk]))
    assert reverse("import_commit", args=[batch.pk]) not in shown
    assert "Traceback" not in shown


def test_headings_are_mapped_on_a_page(client) -> None:
    sheet = ("年度指标", ("统一社会信用代码", "年度", "实际入库数"), ((code(1), 2023, 7.5),))
    batch = hand_over(client, upload("年度指标.xlsx", workbook(sheet)))
    run_jobs()
    address = reverse("import_mapping", args=[batch.pk])
    assert "实际入库数" in page(client, address)
    client.post(address, {"column-0": "tax_wan"})
    run_jobs()
    client.post(reverse("import_commit", args=[batch.pk]))
    run_jobs()
    assert queries.current_frame("measures")["tax_wan"].tolist() == [7.5]
    assert "实际入库数" in page(client, address)


def test_a_doubtful_pair_is_decided_on_a_page(client) -> None:
    batch = hand_over(
        client, firms((code(1), "示例青禾五金制造有限公司", "是", "甲镇")),
        upload("年度指标.xlsx", workbook(("年度指标", ("企业名称", "年度", "税收"), (("示例青和五金制造公司", 2023, 5),)))),
    )  # fmt: skip
    run_jobs()
    pair = DoubtfulPair.objects.get()
    assert pair.name in page(client, reverse("pairs"))
    answer = client.post(reverse("pair_decide", args=[pair.pk]), {"same": "yes"}, headers={"HX-Request": "true"})
    assert f"pair-{pair.pk}" in answer.content.decode()
    client.post(reverse("import_rehearse", args=[batch.pk]))
    run_jobs()
    batch.refresh_from_db()
    assert batch.counts["measures"]["new"] == 1


def test_the_returned_files_carry_the_reasons(client) -> None:
    import zipfile

    import openpyxl

    batch = hand_over(client, measures((code(1), 2023, "错", 5)))
    run_jobs()
    page(client, reverse("import_returned", args=[batch.pk]), 404)
    client.post(reverse("import_returned", args=[batch.pk]))
    run_jobs()
    answer = client.get(reverse("import_returned", args=[batch.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    book = openpyxl.load_workbook(io.BytesIO(archive.read("年度指标.xlsx")))
    words = " ".join(
        str(part)
        for row in book["年度指标"].iter_rows()
        for cell in row
        for part in (cell.value, cell.comment and cell.comment.text)
        if part
    )
    assert "错" in words
    assert "不是" in words or "数" in words


def test_templates_can_be_filled_in_and_handed_back(client) -> None:
    import openpyxl

    answer = client.get(reverse("import_template", args=["firms"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    heads = {
        str(cell.value).split("(")[0].strip("*"): cell.column
        for row in sheet.iter_rows(max_row=3)
        for cell in row
        if cell.value
    }
    row = sheet.max_row + 1
    for heading, value in (("统一社会信用代码", code(1)), ("名称", "示例甲厂"), ("镇街", "甲镇")):
        sheet.cell(row=row, column=heads[heading], value=value)
    buffer = io.BytesIO()
    book.save(buffer)
    batch = hand_over(client, upload("企业.xlsx", buffer.getvalue()))
    run_jobs()
    batch.refresh_from_db()
    assert batch.counts["firms"]["new"] == 1
    assert client.get(reverse("import_template", args=["nothing"])).status_code == 404


def test_a_cell_is_corrected_on_a_page(client) -> None:
    batch = hand_over(client, measures((code(1), 2023, 12, 5)))
    run_jobs()
    client.post(reverse("import_commit", args=[batch.pk]))
    run_jobs()
    address = f"{reverse('correct')}?table=measures&key={code(1)}|2023&column=tax_wan"
    assert "年度指标.xlsx" in page(client, address)
    assert client.post(address, {"value": "十二", "reason": "改"}).status_code == 422
    assert client.post(address, {"value": "13", "reason": "漏报", "document": "甲税3号"}).status_code == 302
    assert Correction.objects.get().after == "13"
    assert "漏报" in page(client, reverse("corrections"))
    for wrong in (
        "table=nothing&key=x&column=y",
        f"table=measures&key={code(1)}|2023&column=firm_id",
        "table=measures&key=x&column=tax_wan",
    ):
        page(client, f"{reverse('correct')}?{wrong}", 404)


def test_a_job_can_be_stopped_on_its_page(client, clerk) -> None:
    batch = hand_over(client, firms((code(1), "示例甲厂", "是", "甲镇")))
    job = JobProgress.objects.get()
    client.post(reverse("job_stop", args=[job.pk]))
    run_jobs()
    batch.refresh_from_db()
    assert batch.state == BatchState.UPLOADED
    assert "已停止" in page(client, reverse("job", args=[job.pk]))
    assert str(job.title) in page(client, reverse("jobs"))


def test_jobs_of_others_are_not_shown_to_who_may_not_see_imports(client, signed_in) -> None:
    hand_over(client, firms((code(1), "示例甲厂", "是", "甲镇")))
    job = JobProgress.objects.get()
    town = signed_in(Role.TOWN)
    assert town.get(reverse("job", args=[job.pk])).status_code == 404
    assert town.get(reverse("job_part", args=[job.pk])).status_code == 404
    assert town.post(reverse("job_stop", args=[job.pk])).status_code == 404
    auditor = signed_in(Role.AUDITOR)
    assert auditor.get(reverse("job", args=[job.pk])).status_code == 200
    assert auditor.post(reverse("job_stop", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.TOWN, Role.FIRM, Role.ADMINISTRATOR])
def test_imports_are_closed_to_other_roles(client, signed_in, role) -> None:
    batch = hand_over(client, firms((code(1), "示例甲厂", "是", "甲镇")))
    other = signed_in(role)
    for name, args in (
        ("imports", []),
        ("import_batch", [batch.pk]),
        ("import_defects", [batch.pk]),
        ("pairs", []),
        ("corrections", []),
    ):
        assert other.get(reverse(name, args=args)).status_code == 403
    assert other.post(reverse("import_commit", args=[batch.pk])).status_code == 403


def test_an_auditor_sees_imports_and_changes_nothing(client, signed_in) -> None:
    batch = hand_over(client, firms((code(1), "示例甲厂", "是", "甲镇")))
    run_jobs()
    auditor = signed_in(Role.AUDITOR)
    shown = auditor.get(reverse("import_batch", args=[batch.pk])).content.decode()
    assert reverse("import_commit", args=[batch.pk]) not in shown
    for name in ("import_commit", "import_rehearse", "import_discard", "import_returned"):
        assert auditor.post(reverse(name, args=[batch.pk])).status_code == 403


def test_what_a_file_does_not_say_is_asked_on_its_page(client) -> None:
    sheet = ("Sheet1", ("统一社会信用代码", "企业名称"), ((code(1), "示例甲厂"),))
    batch = hand_over(client, upload("导出数据.xlsx", workbook(sheet)))
    run_jobs()
    assert "table-0" in page(client, reverse("import_batch", args=[batch.pk]))
    client.post(reverse("import_answer", args=[batch.pk]), {"file-0": "导出数据.xlsx", "table-0": "firms"})
    run_jobs()
    batch.refresh_from_db()
    assert batch.counts["firms"]["new"] == 1
