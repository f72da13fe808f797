"""Old formats through a real LibreOffice: read as their docx, and nothing they point to is fetched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import docx
import pytest

from mujun.files.documents import office, read_document
from tests.files.documents.building import write_parts
from tests.files.documents.conftest import Listener

MIMETYPE = "application/vnd.oasis.opendocument.text"
TEXT = "# 示范县2026年工作计划\n\n整治低效工业用地5000亩以上。\n\n镇街\t整治（亩）\n一镇\t300\n\n此件公开发布。\n"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f'''<office:document-content xmlns:office="{_OPEN}:office:1.0" xmlns:text="{_OPEN}:text:1.0" office:version="1.2"
 xmlns:draw="{_OPEN}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>
<text:p>5000<draw:frame text:anchor-type="as-char"><draw:image xlink:href="ADDRESS/i.png" xlink:type="simple"/></draw:frame></text:p>
<text:section text:name="s"><text:section-source xlink:href="ADDRESS/t.odt" xlink:type="simple"/><text:p>300</text:p></text:section>
</office:text></office:body></office:document-content>'''
MANIFEST = f'''<m:manifest xmlns:m="{_OPEN}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{MIMETYPE}"/>
<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'''
"""A page with a picture and a section that lie elsewhere."""


@pytest.fixture
def program() -> str:
    found = office.find_office()
    if found is None:
        (pytest.fail if os.environ.get("MUJUN_EXPECT_ALL") else pytest.skip)("LibreOffice is not installed")
    assert found
    return found


def _turned(program: str, folder: Path, ending: str) -> Path:
    """A document of our own, saved by LibreOffice in one of its formats."""
    document = docx.Document()
    document.add_heading("示范县2026年工作计划", 1)
    document.add_paragraph("整治低效工业用地5000亩以上。")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("镇街", "整治（亩）", "一镇", "300"), strict=True):
        cell.text = words
    document.add_paragraph("此件公开发布。")
    document.save(str(folder / "计划.docx"))
    _convert(program, folder, folder / "计划.docx", ending)
    return folder / f"计划.{ending}"


def _convert(program: str, folder: Path, source: Path, ending: str) -> None:
    """As anybody would call it, without the settings under which mujun calls it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


@pytest.mark.parametrize(("ending", "named"), [("doc", "doc"), ("doc", "wps"), ("rtf", "rtf"), ("odt", "odt")])
def test_an_old_format_reads_as_its_docx(program: str, tmp_path: Path, ending: str, named: str) -> None:
    path = _turned(program, tmp_path, ending)
    read = read_document(path.rename(path.with_suffix(f".{named}")))
    assert (read.text, read.kind) == (TEXT, ending)
    assert "由LibreOffice转换后读取。" in read.notes


@pytest.mark.parametrize("ending", ["doc", "rtf", "odt"])
def test_merged_cells_of_an_old_format_keep_their_columns(program: str, tmp_path: Path, ending: str) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for cell, words in zip(table._cells, ("指标", "2026年", "", "", "总量", "增速", "产值", "450", "7"), strict=True):
        cell.text = words
    table.cell(0, 1).merge(table.cell(0, 2)).text = "2026年"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "指标"
    document.add_paragraph("此件公开发布。")
    document.save(str(tmp_path / "表.docx"))
    _convert(program, tmp_path, tmp_path / "表.docx", ending)
    text = read_document(tmp_path / f"表.{ending}").text
    assert text == "指标\t2026年\t2026年\n指标\t总量\t增速\n产值\t450\t7\n\n此件公开发布。\n"


def test_what_a_page_points_to_is_not_fetched(program: str, tmp_path: Path, listener: Listener) -> None:
    content = CONTENT.replace("ADDRESS", listener.address)
    path = write_parts(
        tmp_path / "a.odt", {"mimetype": MIMETYPE, "META-INF/manifest.xml": MANIFEST, "content.xml": content}
    )
    _convert(program, tmp_path, path, "docx")
    assert listener.calls, "LibreOffice by itself does fetch, or this test shows nothing"
    listener.calls = 0
    assert read_document(path).text == "5000\n\n300\n"
    assert not listener.calls
