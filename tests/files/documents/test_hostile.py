"""Hostile documents: refused or read, nothing fetched, never a trace."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mujun.base.errors import UnreadableInput
from mujun.files.documents import limits, read_document
from tests.files.documents.building import (
    WORDS,
    body,
    paragraph,
    squeezed_stream,
    write_bomb,
    write_claimed,
    write_docx,
    write_parts,
    write_pdf,
)
from tests.files.documents.conftest import Listener


def _refused(path: Path) -> str:
    with pytest.raises(UnreadableInput) as refusal:
        read_document(path)
    assert "Traceback" not in str(refusal.value)
    assert refusal.value.next_step
    return str(refusal.value)


def test_a_bomb_that_claims_twenty_gigabytes(tmp_path: Path) -> None:
    path = write_claimed(tmp_path / "a.docx", 20 << 30)
    assert path.stat().st_size < 10_000
    assert "太大" in _refused(path)


def test_a_bomb_that_unfolds_and_says_so(tmp_path: Path) -> None:
    path = write_bomb(tmp_path / "a.docx", 96 << 20)
    assert path.stat().st_size < 1 << 20
    assert "太大" in _refused(path)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    _refused(write_bomb(tmp_path / "a.docx", 96 << 20, lying=True))


def test_a_docx_within_the_limits_of_an_archive_but_not_of_memory(tmp_path: Path) -> None:
    path = write_parts(tmp_path / "a.docx", {"word/document.xml": body("<w:p/>" * 9_000_000)})
    assert path.stat().st_size < 1 << 20
    _refused(path)


def test_entities_of_a_docx_open_no_file(tmp_path: Path, listener: Listener) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY f SYSTEM "{listener.address}/f">]>'
    path = write_parts(tmp_path / "a.docx", {"word/document.xml": body(paragraph("&e;&f;"), outside)})
    assert "机密" not in _refused(path)
    assert not listener.calls


def test_entities_that_multiply(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    before = f'<!DOCTYPE x [<!ENTITY a0 "哈哈哈哈">{laughs}]>'
    _refused(write_parts(tmp_path / "a.docx", {"word/document.xml": body(paragraph("&a11;"), before)}))


def test_a_remote_template_and_remote_pictures_are_not_fetched(tmp_path: Path, listener: Listener) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://x/attachedTemplate" Target="{listener.address}/t.dotm" TargetMode="External"/>'
        f'<Relationship Id="r2" Type="http://x/image" Target="{listener.address}/i.png" TargetMode="External"/></Relationships>'
    )
    parts: dict[str, bytes | str] = {
        "word/document.xml": body(paragraph(WORDS)),
        "word/_rels/document.xml.rels": relations,
        "word/_rels/settings.xml.rels": relations,
        "word/vbaProject.bin": b"macro",
    }
    assert read_document(write_parts(tmp_path / "a.docm", parts)).text == f"{WORDS}\n"
    assert not listener.calls


def test_a_page_that_wants_to_fetch(tmp_path: Path, listener: Listener) -> None:
    at = listener.address
    path = tmp_path / "a.html"
    path.write_text(
        f'<?xml version="1.0" encoding="gbk"?><!DOCTYPE html SYSTEM "{at}/d.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f'<html><head><base href="{at}/"><link rel="stylesheet" href="{at}/s.css"><meta http-equiv="refresh" content="0;{at}">'
        f'<script src="{at}/s.js"></script></head><body onload="fetch(\'{at}\')"><p>{WORDS}&e;</p><img src="{at}/i.png">'
        f'<iframe src="{at}/f">框</iframe><xi:include href="file:///etc/passwd"/></body></html>',
        encoding="utf-8",
    )
    text = read_document(path).text
    assert WORDS in text
    assert "root:" not in text
    assert "框" not in text
    assert not listener.calls


@pytest.mark.parametrize("inner", ["<div>" * 100_000, "<table><tr><td>" * 20_000, "<font style='display:none'>" * 3000])
def test_a_page_nested_without_end_is_refused_and_not_read_in_part(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><p>{WORDS}</p>{inner}<p>{WORDS}</p>", encoding="utf-8")
    assert "太深" in _refused(path)


@pytest.mark.parametrize("inner", ["<p" * 200_000, "<b a=" * 100_000])
def test_a_tag_without_end(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><p>{WORDS}</p>{inner}", encoding="utf-8")
    assert WORDS in read_document(path).text


@pytest.mark.parametrize("inner", ["<div>" * 2000, "<font size=3>" * 300, "<font color='red'><span>" * 30_000])
def test_a_page_whose_tags_were_never_closed_is_read_whole(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><p>开头。</p>{inner}<p>{WORDS}</p></body></html>", encoding="utf-8")
    assert read_document(path).text == f"开头。\n\n{WORDS}\n"


def test_a_pdf_with_scripts_links_and_files(tmp_path: Path, listener: Listener) -> None:
    at = listener.address
    path = write_pdf(
        tmp_path / "a.pdf",
        [WORDS],
        catalogue=f"/OpenAction << /S /JavaScript /JS (app.launchURL\\('{at}'\\)) >> /AA << /O << /S /URI /URI ({at}) >> >> "
        f"/AcroForm << /XFA (<x/>) >> /Names << /JavaScript << /Names [(a) << /S /Launch /F ({at}) >>] >> >>",
    )
    assert read_document(path).text.strip() == WORDS
    assert not listener.calls


def test_a_pdf_that_asks_for_a_password(tmp_path: Path) -> None:
    locked = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >> /ID [<00> <00>]"
    assert "去掉密码" in _refused(write_pdf(tmp_path / "a.pdf", [WORDS], trailer=locked))


def test_a_pdf_of_two_thousand_pages_is_read(tmp_path: Path) -> None:
    document = read_document(write_pdf(tmp_path / "a.pdf", [WORDS] * 2000))
    assert len(document.pages) == 2000
    assert document.text.count("5000亩") == 2000
    assert all(document.text[at:].startswith(WORDS) for at in document.pages)


def test_a_pdf_of_more_pages_is_refused(tmp_path: Path) -> None:
    assert "上限2000页" in _refused(write_pdf(tmp_path / "a.pdf", [WORDS] * 2001))


def test_a_pdf_whose_page_unfolds_without_end(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [WORDS], squeezed=squeezed_stream(300))
    assert path.stat().st_size < 4 << 20
    _refused(path)


def test_pages_of_a_pdf_that_hold_each_other(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [WORDS])
    path.write_bytes(path.read_bytes().replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]"))
    _refused(path)


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
@pytest.mark.parametrize("module", ["tests.files.documents.child_that_eats", "tests.files.documents.child_that_spins"])
def test_a_child_without_end_is_ended(module: str) -> None:
    with pytest.raises(limits.OverLimit):
        limits.run_module(module, [], wall=20)


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_what_the_child_started_ends_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(limits.OverLimit):
        limits.run(["/bin/sh", "-c", f"sleep 300 & echo $! > {mark}; sleep 300"], wall=1)
    started = int(mark.read_text())
    for _ in range(200):
        state = Path(f"/proc/{started}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child's own child is still there")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("build", [write_docx, lambda path: write_pdf(path, [WORDS, WORDS])], ids=["docx", "pdf"])
def test_bytes_changed_are_read_or_refused(tmp_path: Path, build: Callable[[Path], Path], seed: int) -> None:
    path = build(tmp_path / "a.bin")
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(1 + seed * 3):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content[: len(content) - chance.choice([0, 0, 1, len(content) // 3])])
    with contextlib.suppress(UnreadableInput):
        assert isinstance(read_document(path).text, str)
