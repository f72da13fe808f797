"""``mujun extract`` from the outside: documents in, one statement a line out, or a sentence and nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mujun.cli.main import main

FIELDS = ["doc", "quote", "nth", "metric", "value", "unit", "bound", "change", "kind", "period", "start", "end"]
PLAN = "# 云川县2024年工作计划\r\n\r\n全年新增规上企业1家，培育小巨人企业11家、上市企业1家。\r\n"


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "计划.v2.txt"
    path.write_bytes(PLAN.encode())
    return path


def test_statements_are_written_as_the_exchange_format_says(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "statements.jsonl"
    assert main(["extract", str(plan), "--out", str(out), "--json"]) == 0
    rows = read(out)
    assert [list(row) for row in rows] == [FIELDS] * 3
    assert [row["quote"] for row in rows] == ["1家", "11家", "1家"]
    assert [row["nth"] for row in rows] == [1, 1, 3]  # 1家 also stands in 11家
    assert [row["doc"] for row in rows] == ["计划.v2"] * 3
    assert [(row["kind"], row["period"], row["value"]) for row in rows] == [("target", "2024", n) for n in (1, 11, 1)]
    assert all(PLAN[int(row["start"]) : int(row["end"])] == row["quote"] for row in rows)  # type: ignore[call-overload]
    assert json.loads(capsys.readouterr().out)["statements"] == 3


@pytest.mark.parametrize("text", ["会议强调，要坚持一张蓝图绘到底。", " \n", ""])
def test_a_page_without_statements_makes_an_empty_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert main(["extract", str(tmp_path / "none.txt"), "--out", str(out)]) == 0
    assert out.read_bytes() == b""


def test_the_text_that_places_count_in_is_written(plan: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><h1>目标</h1><p>全年整治低效用地<b>3000</b>亩以上。</p></body></html>", encoding="utf-8"
    )
    out, text = tmp_path / "out.jsonl", tmp_path / "text.txt"
    assert main(["extract", str(page), "--out", str(out), "--text", str(text)]) == 0
    (row,) = read(out)
    with text.open(encoding="utf-8", newline="") as stream:
        assert stream.read()[int(row["start"]) : int(row["end"])] == row["quote"] == "3000亩以上"  # type: ignore[call-overload]
    folder = tmp_path / "texts"
    assert main(["extract", str(page), str(plan), "--out", str(out), "--text", str(folder)]) == 0
    assert (folder / "计划.v2.txt").read_bytes() == PLAN.encode()
    assert {row["doc"] for row in read(out)} == {"page", "计划.v2"}


def test_one_unreadable_document_and_nothing_is_written(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old", encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    for bad in (tmp_path / "scan.pdf", tmp_path / "missing.txt", tmp_path):
        assert main(["extract", str(plan), str(bad), "--out", str(out), "--text", str(tmp_path / "texts")]) == 2
        assert "mujun: " in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "texts").exists()


def test_a_place_that_cannot_be_written_is_told(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(plan), "--out", str(tmp_path / "nowhere" / "out.jsonl")]) == 2
    assert "写不到" in capsys.readouterr().err


def test_documents_of_one_name_are_refused(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = tmp_path / "计划.v2.html"
    twin.write_text("<p>全年新增企业5家。</p>", encoding="utf-8")
    assert main(["extract", str(plan), str(twin), "--out", str(tmp_path / "out.jsonl")]) == 2
    assert "同名" in capsys.readouterr().err
