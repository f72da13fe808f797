"""Broken, encrypted, giant and lying files: a defect or one clear sentence, never a trace."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mujun.base.errors import UnreadableInput
from mujun.files import guard
from mujun.files.county import read_county, read_file
from tests.files.conftest import MakeBook

Code = Callable[[int], str]
SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@functools.cache
def small_book() -> bytes:
    """A workbook; always the same bytes, though it holds the time at which it was written."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("企业")
        page.write_row(0, 0, ["统一社会信用代码", "企业名称"])
        page.write_row(1, 0, ["91330000MA00000016", "示范甲"])
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a workbook with one part exchanged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, part if entry == name else old.read(entry))
    return stream.getvalue()


def refused(path: Path) -> str:
    with pytest.raises(UnreadableInput) as error:
        read_file(path)
    return str(error.value)


def with_sheet(tmp_path: Path, cells: bytes) -> Path:
    path = tmp_path / "firms.xlsx"
    path.write_bytes(with_part(small_book(), "xl/worksheets/sheet1.xml", SHEET % cells))
    return path


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c r="ZZ1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>1</v></c></row>',
        b'<row r="1">' + b"<c><v>1</v></c>" * 5000 + b'</row><row r="1000000"><c><v>1</v></c></row>',
        b'<row r="1"><c s="1"  r = "XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_two_cells_in_opposite_corners_do_not_fill_the_memory(tmp_path: Path, cells: bytes) -> None:
    assert "展开后太大" in refused(with_sheet(tmp_path, cells))


def test_a_wide_but_honest_sheet_is_read(book: MakeBook, code: Code) -> None:
    head = ["firm_id", *[f"备用{number}" for number in range(1000)]]
    register, log = read_file(book("firms.xlsx", {"S": [head, [code(1), *range(1000)]]}))
    assert len(register["firms"]) == 1
    assert {d.code for d in log} == {"column_unknown", "columns_unknown"}
    assert len(log) == 21


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/media/image1.bin", "xl/sharedStrings.xml"])
def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path, name: str) -> None:
    path = tmp_path / "firms.xlsx"
    stream = io.BytesIO(small_book())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"bomb/{name}", bytes(100 << 20))
    path.write_bytes(stream.getvalue())
    assert "展开后太大" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "firms.xlsx"
    stream = io.BytesIO(small_book())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", bytes(80 << 20))
    content = stream.getvalue().replace((80 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(content)
    assert refused(path)


def test_repeated_cells_of_an_ods_are_counted_before_they_unfold(tmp_path: Path) -> None:
    rows = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" table:number-columns-repeated="9000"><text:p>x</text:p></table:table-cell></table:table-row>'
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="企业">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    path = tmp_path / "firms.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert "展开后太大" in refused(path)


def test_a_cell_of_ten_megabytes_is_a_defect(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(f"firm_id,name,town\n{code(1)},{'长' * 3_500_000},示范镇\n")
    register, log = read_file(path)
    assert register["firms"][["name", "town"]].to_numpy().tolist() == [["", "示范镇"]]
    assert [(d.code, d.cell) for d in log] == [("cell_too_long", "B2")]
    assert len(next(iter(log)).value) < 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("firms.xlsx", b"PK\x03\x04 not a zip"), ("firms.xlsx", small_book()[:500]), ("firms.xlsx", b"PK\x05\x06" + bytes(18)),
        ("firms.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)), ("firms.csv", bytes(range(256)) * 40), ("firms.parquet", b"PAR1xxxxPAR1"),
        ("parcels.gpkg", b"SQLite format 3\x00" + bytes(200)), ("parcels.shp", b"\x00\x00\x27\x0a" + bytes(200)),
        ("parcels.geojson", b'{"type": "FeatureCollection", "features": ['), ("parcels.geojson", b"{}"), ("firms.xlsx", bytes(5000)),
        ("firms.xls", b"\x09\x08\x10\x00" + bytes(100)),
        ("firms.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)),
    ],
)  # fmt: skip
def test_broken_files_are_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refused(path)
    assert name in sentence
    assert "Traceback" not in sentence
    register, log = read_county(tmp_path)
    assert not register.tables
    assert [d.code for d in log] == ["file_unreadable"]


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "firms.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "打开密码" in refused(path)


@pytest.mark.parametrize("content", ["", "\n\n", "firm_id,name\n", "随便写的一行\n"])
def test_empty_files_and_headings_alone_are_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "firms.csv"
    path.write_text(content)
    register, log = read_file(path)
    assert not len(register["firms"])
    assert {d.code for d in log} <= {"no_rows", "headings_missing"}
    assert len(log) == 1


def test_the_content_counts_and_not_the_suffix(tmp_path: Path, book: MakeBook, code: Code) -> None:
    content = book("x.xlsx", {"企业": [["firm_id"], [code(1)]]}).read_bytes()
    for name in ("firms.xls", "firms.csv"):
        (tmp_path / name).write_bytes(content)
        register, log = read_file(tmp_path / name)
        assert len(register["firms"]) == 1
        assert [d.code for d in log] == ["wrong_suffix"]


def test_wrong_bytes_in_a_text_are_replaced_and_told(tmp_path: Path, code: Code) -> None:
    path = tmp_path / "firms.csv"
    path.write_bytes(f"firm_id,name\n{code(1)},示范甲\n{code(2)},".encode() + b"\xff\xfe\xfa\n")
    register, log = read_file(path)
    assert register["firms"]["name"].iat[0] == "示范甲"
    assert "encoding_broken" in {d.code for d in log}


def layer_bytes(folder: Path) -> bytes:
    path = folder / "seed.gpkg"
    if not path.exists():
        shapes = shapely.to_wkb(np.array([shapely.box(120, 28, 120.001, 28.001)], dtype=object))
        pyogrio.raw.write(
            path,
            shapes,
            [np.array(["G1"], dtype=object)],
            ["parcel_id"],
            crs="EPSG:4490",
            geometry_type="Polygon",
            layer="宗地",
        )
    return path.read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_files_with_bytes_changed_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    seeds = {
        "firms.xlsx": small_book(),
        "firms.csv": "firm_id,name,founded_on\n91330000MA00000016,示范甲,2020-01-01\n".encode("gb18030"),
        "parcels.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"parcel_id":"G1"},'
        b'"geometry":{"type":"Polygon","coordinates":[[[120,28],[120.1,28],[120.1,28.1],[120,28]]]}}]}',
        "parcels.gpkg": layer_bytes(tmp_path),
    }
    name = data.draw(st.sampled_from(sorted(seeds)))
    content = bytearray(seeds[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        action = data.draw(st.sampled_from(["set", "cut", "insert"]))
        if action == "set":
            content[place] = data.draw(st.integers(0, 255))
        elif action == "cut" and len(content) > 40:
            del content[place : place + data.draw(st.integers(1, 30))]
        else:
            content[place:place] = data.draw(st.binary(max_size=10))
        if not content:
            break
    path = tmp_path / name
    path.write_bytes(bytes(content))
    try:
        register, log = read_file(path)
    except UnreadableInput:
        return
    assert all(defect.message for defect in log)
    assert sum(map(len, register.tables.values())) <= 5


def test_column_letters_and_numbers_agree() -> None:
    assert [guard.column_letters(number) for number in (1, 26, 27, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(guard.column_number(guard.column_letters(number)) == number for number in range(1, 2000))
