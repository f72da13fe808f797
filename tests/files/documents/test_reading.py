"""Documents of every kind read as text; what cannot be read is refused with what to do."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from mujun.base.errors import UnreadableInput
from mujun.files.documents import RawDocument, office, read_document
from tests.files.documents.building import WORDS, body, paragraph, write_docx, write_ole, write_parts, write_pdf

_TEXT = (
    f"# 青湖县三年行动方案\n\n# 主要目标\n\n{WORDS}\n\n镇街\t亩\n青湖镇\t1200\n\n## 保障措施\n\n按月通报，逐级督办。\n"
)


def test_text_in_utf_8_comes_back_exactly(tmp_path: Path) -> None:
    content = f"\ufeff# 标题\r\n\r\n{WORDS}\r尾\n"
    path = tmp_path / "a.txt"
    path.write_bytes(content.encode("utf-8"))
    assert read_document(path) == RawDocument(content, "txt", (0,), ())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_other_encodings_is_read_with_a_note(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((WORDS + "GDP 2023, R&D 61%, 100 mu\n" * 20).encode(encoding))
    document = read_document(path)
    assert document.text.startswith(WORDS)
    assert document.text.endswith("100 mu\n")
    assert len(document.notes) == 1


def test_docx_in_the_order_of_the_document(tmp_path: Path) -> None:
    assert read_document(write_docx(tmp_path / "a.docx")) == RawDocument(_TEXT, "docx", (0,), ())


def test_docx_as_it_stands_after_all_changes(tmp_path: Path) -> None:
    inner = (
        "<w:p><w:r><w:t>整治</w:t></w:r><w:del><w:r><w:delText>3000亩</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>5000亩</w:t></w:r></w:ins><w:r><w:instrText>HYPERLINK x</w:instrText></w:r></w:p>"
        '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>二级</w:t></w:r></w:p>'
        f"<w:sdt><w:sdtContent>{paragraph('控件里的话。')}</w:sdtContent></w:sdt>"
    )
    path = write_parts(tmp_path / "a.docx", {"word/document.xml": body(inner)})
    assert read_document(path).text == "整治5000亩\n\n## 二级\n\n控件里的话。\n"


_SHOWN = '<w:vanish w:val="0"/>'


def _run(words: str, marks: str = "") -> str:
    return f"<w:r><w:rPr>{marks}</w:rPr><w:t>{words}</w:t></w:r>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (
            f"<w:p><w:moveFrom>{_run('整治5000亩。')}</w:moveFrom></w:p>{paragraph('其他。')}"
            f"<w:p><w:moveTo>{_run('整治5000亩。')}</w:moveTo></w:p>",
            "其他。\n\n整治5000亩。\n",
        ),
        (f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{_run('整治50')}</w:p>{paragraph('00亩。')}", "整治5000亩。\n"),
        (f"<w:p>{_run('整治')}{_run('90', '<w:vanish/>')}{_run('5亩', _SHOWN)}</w:p>", "整治5亩\n"),
        (
            f"<w:p>{_run('甲')}<w:hyperlink>{_run('乙')}</w:hyperlink><w:smartTag>{_run('丙')}</w:smartTag></w:p>",
            "甲乙丙\n",
        ),
        (
            f"<w:p><w:r><w:ruby><w:rt>{_run('zhì')}</w:rt><w:rubyBase>{_run('治')}</w:rubyBase></w:ruby></w:r></w:p>",
            "治\n",
        ),
        (f'<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>{_run("5000亩")}</w:p>', "≥5000亩\n"),
        (
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('点击输入')}</w:sdtContent></w:sdt>"
            f"<w:p><w:sdt><w:sdtContent>{_run('整治5亩')}</w:sdtContent></w:sdt></w:p>",
            "整治5亩\n",
        ),
        (
            f"<w:p>{_run('外。')}<w:r><w:pict><w:txbxContent>{paragraph('框里。')}</w:txbxContent></w:pict></w:r></w:p>",
            "外。\n\n框里。\n",
        ),
        (
            f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{paragraph('甲镇')}</w:tc></w:sdtContent></w:sdt>"
            f"<w:tc>{paragraph('5')}</w:tc></w:tr></w:tbl>",
            "甲镇\t5\n",
        ),
        (
            f"<w:tbl><w:tr><w:tc>{paragraph('分解：')}</w:tc><w:tc><w:tbl><w:tr><w:tc>{paragraph('甲镇')}</w:tc>"
            f"<w:tc>{paragraph('5')}</w:tc></w:tr></w:tbl>{paragraph('')}</w:tc></w:tr></w:tbl>",
            "分解：\n\n甲镇\t5\n",
        ),
        (f"<w:tbl><w:tr><w:tc>{paragraph(WORDS)}{paragraph(WORDS)}</w:tc></w:tr></w:tbl>", f"{WORDS}\n\n{WORDS}\n"),
    ],
)
def test_docx_loses_and_doubles_nothing(tmp_path: Path, inner: str, text: str) -> None:
    assert read_document(write_parts(tmp_path / "a.docx", {"word/document.xml": body(inner)})).text == text


def test_docx_tells_of_what_stands_elsewhere(tmp_path: Path) -> None:
    inner = paragraph(WORDS) + "<w:p><w:r><w:footnoteReference w:id='2'/><w:object/></w:r></w:p>"
    document = read_document(write_parts(tmp_path / "a.docx", {"word/document.xml": body(inner)}))
    assert document.notes == ("脚注和尾注没有读。", "插入的文件和对象没有读。")


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<p><ruby>整<rp>(</rp><rt>zhěng</rt><rp>)</rp></ruby>治5亩</p>", "整治5亩\n"),
        ("<p>整治&ge;5&#48;&times;3&nbsp;亩，3000&#150;5000亩&percnt;</p>", "整治≥50×3 亩，3000–5000亩%\n"),
        ("<pre>甲\n<b>乙</b>\n丙</pre>", "甲\n乙\n丙\n"),
        ("<p>整治<del>3000</del><ins>5000</ins>亩</p>", "整治5000亩\n"),
        ("<p>整治<span style='mso-hide: all'>9</span>5亩\x00</p>", "整治5亩\n"),
        ("<details><summary>甲</summary>乙</details>", "甲\n\n乙\n"),
        ("<table><tr><td>整治<br>（亩）<td>5<tr><td><td>甲<td>乙</table>", "整治 （亩）\t5\n\t甲\t乙\n"),
        (
            "<table><tr><td>外<td><table><tr><td rowspan=2>甲<td>1<tr><td>2</table></table>",
            "外\n\n甲\t1\n甲\t2\n",
        ),
    ],
)
def test_html_loses_and_doubles_nothing(tmp_path: Path, inner: str, text: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{inner}</body></html>", encoding="utf-8")
    assert read_document(path).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_html_without_scripts_and_hidden_parts(tmp_path: Path, encoding: str) -> None:
    page = (
        f'<!DOCTYPE html><html><head><meta charset="{"gb2312" if encoding == "gb18030" else encoding}"><title>青湖县公报'
        f"</title><style>p{{}}</style><script>document.write('假')</script></head><body><h2>目标</h2><p>{WORDS[:10]}"
        f'<b>{WORDS[10:]}</b></p><div style="display: none">藏</div><p hidden>藏</p><!-- 注 -->'
        "<table><tr><th><p>镇街</p></th><th>亩</th></tr><tr><td>青湖镇</td><td>1200</td></tr></table>"
        "<p>一行<br>两行&nbsp;尾</p></body></html>"
    )
    path = tmp_path / "a.html"
    path.write_bytes(page.encode(encoding))
    document = read_document(path)
    assert document.text == (f"# 青湖县公报\n\n## 目标\n\n{WORDS}\n\n镇街\t亩\n青湖镇\t1200\n\n一行\n两行 尾\n")
    assert document.kind == "html"


def test_html_laid_out_in_a_table_keeps_its_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "a.htm"
    path.write_text(f"<html><body><table><tr><td><p>{WORDS}</p><p>{WORDS}</p></td></tr></table>", encoding="utf-8")
    assert read_document(path).text == f"{WORDS}\n\n{WORDS}\n"


def test_pdf_with_a_text_layer(tmp_path: Path) -> None:
    document = read_document(write_pdf(tmp_path / "a.pdf", [WORDS[:20] + "\n" + WORDS[20:], "按月通报，逐级督办。"]))
    assert document.text == f"{WORDS[:20]}\n{WORDS[20:]}\n\n按月通报，逐级督办。\n\n"
    assert document.pages == (0, len(WORDS) + 3)
    assert document.notes == ()


def test_pdf_tells_which_pages_are_scans(tmp_path: Path) -> None:
    document = read_document(write_pdf(tmp_path / "a.pdf", [WORDS, "", WORDS]))
    assert document.notes == ("第2页没有文字层，没有读。",)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "Word文档（docx）"), ("a.pdf", "Word文档（docx）"), ("a.doc", "Word文档（docx）")]
)
def test_a_wrong_ending_is_read_by_what_it_is(tmp_path: Path, name: str, kind: str) -> None:
    document = read_document(write_docx(tmp_path / name))
    assert (document.text, document.kind) == (_TEXT, "docx")
    assert document.notes == (f"文件名以{Path(name).suffix}结尾，内容其实是{kind}，已按内容读取。",)


def test_a_page_saved_as_doc_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text(f"<html xmlns:w='x'><body><p>{WORDS}</p></body></html>", encoding="utf-8")
    assert read_document(path).kind == "html"


@pytest.mark.parametrize("words", ["在<title>中写明标题。", "<10亿元的<script>不算。", "网页以 <html> 开头。"])
def test_a_text_that_speaks_of_tags_is_text(tmp_path: Path, words: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{words}\n{WORDS}", encoding="utf-8")
    assert read_document(path) == RawDocument(f"{words}\n{WORDS}", "txt", (0,), ())


@pytest.mark.parametrize(
    "before", ["<?xml version='1.0'?><!-- 注 -->\n<html>", "Warning: x\n<html><body>", "<p>", "\ufeff <DIV class=a>"]
)
def test_a_page_is_told_by_how_it_begins(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"{before}<p>{WORDS}</p>", encoding="utf-8")
    assert read_document(path).kind == "html"


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _scan(path: Path) -> Path:
    return write_pdf(path, ["", ""])


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda path: write_parts(path, {"OFD.xml": "<a/>"}), "OFD阅读器"),
        (lambda path: _write(path, b"\x89PNG\r\n\x1a\n" + bytes(99)), "OCR"),
        (lambda path: _write(path, b"\xff\xd8\xff" + bytes(99)), "OCR"),
        (_scan, "OCR"),
        (lambda path: write_parts(path, {"xl/workbook.xml": "<a/>"}), "表格"),
        (lambda path: write_parts(path, {"ppt/presentation.xml": "<a/>"}), "演示文稿"),
        (lambda path: write_parts(path, {"a.txt": "x"}), "解压"),
        (lambda path: write_ole(path, "EncryptedPackage"), "去掉密码"),
        (lambda path: write_ole(path, "Workbook"), "表格"),
        (lambda path: write_ole(path, "Nothing"), "另存为docx"),
        (lambda path: _write(path, b""), "空文件"),
        (lambda path: _write(path, b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8), "不是文档"),
        (lambda path: _write(path, b"\xfb\xfc\x80\xff" * 300), "不是文本"),
        (lambda path: _write(path, b"PK\x03\x04 half a docx"), "已损坏"),
        (lambda path: _write(path, b"%PDF-1.7\nnothing of it"), "PDF结构不完整"),
        (lambda path: write_parts(path, {"word/document.xml": "<w:document"}), "不完整"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path, build: object, sentence: str) -> None:
    path = build(tmp_path / "某文件.docx")  # type: ignore[operator]
    with pytest.raises(UnreadableInput) as refusal:
        read_document(path)
    assert sentence in str(refusal.value)
    assert "某文件.docx" in refusal.value.what
    assert refusal.value.next_step


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="打不开"):
        read_document(tmp_path / "无.txt")


def test_an_old_format_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_office", lambda: None)
    with pytest.raises(UnreadableInput, match="另存为docx后再提交，或请管理员安装LibreOffice"):
        read_document(write_ole(tmp_path / "a.wps", "WordDocument"))


_OFFICE = """#!{python}
import pathlib, shutil, sys
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
source = pathlib.Path(sys.argv[-1])
profile = next(one for one in sys.argv if one.startswith("-env:UserInstallation=file://"))
settings = pathlib.Path(profile.split("file://")[1], "user", "registrymodifications.xcu").read_text()
assert "BlockUntrustedRefererLinks" in settings and source.name == "document.doc"
if {works}:
    out.mkdir()
    shutil.copy({ready!r}, out / "document.docx")
"""


def _office(tmp_path: Path, *, works: bool) -> str:
    ready = write_docx(tmp_path / "ready.docx")
    program = tmp_path / "soffice"
    program.write_text(_OFFICE.format(python=sys.executable, works=works, ready=str(ready)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_an_old_format_through_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _office(tmp_path, works=True)
    monkeypatch.setattr(office, "find_office", lambda: program)
    document = read_document(write_ole(tmp_path / "a.wps", "WordDocument"))
    assert document == RawDocument(_TEXT, "doc", (0,), ("由LibreOffice转换后读取。",))


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
def test_an_old_format_that_libreoffice_cannot_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _office(tmp_path, works=False)
    monkeypatch.setattr(office, "find_office", lambda: program)
    with pytest.raises(UnreadableInput, match="没能转换"):
        read_document(write_ole(tmp_path / "a.doc", "WordDocument"))
