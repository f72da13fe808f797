"""What a file really is, and whether it may be opened: broken archives, zip bombs and sparse giants are refused."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mujun.base.errors import UnreadableInput

MOST_BYTES = 1 << 30
"""Uncompressed size up to which an archive is opened: one million rows of twenty columns fit."""
MOST_CELLS = 40_000_000
"""Cells of the smallest rectangle that holds a sheet's contents."""
_SUSPICIOUS_BYTES = 64 << 20
_HIGHEST_RATIO = 200
_CHUNK = 1 << 22
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_TWO_LETTERS = r' r="[A-Za-z]{2,3}[0-9]'
_UNNAMED = r"<(?:[a-z]+:)?(?:c|row)(?:\s+[a-qs-zA-Z]|\s*/?>)"
_UNUSUAL = r"r(?:='|\s+=|=\s)"
_AT = r"""\br\s*=\s*["']"""
_FAR_RIGHT = rf"{_AT}(?:[A-Za-z]{{3}}|[C-Zc-z][A-Za-z])[0-9]"
_FAR_DOWN = rf"{_AT}[A-Za-z]{{0,3}}[5-9]?[0-9]{{5}}[0-9]"
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{0,8})["']""")


def real_type(path: Path) -> str:
    """Return what the content is: xlsx, xls, ods, parquet, gpkg, shp, geojson, encrypted, zip, or text."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise UnreadableInput(
            f"文件“{path.name}”打不开。", why=error.strerror or "", next_step="请检查文件和权限。"
        ) from None
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_type(path)
    if head.startswith(_OLE):
        return "encrypted" if _ENCRYPTED in path.read_bytes() else "xls"
    for magic, name in ((b"PAR1", "parquet"), (b"SQLite format 3\x00", "gpkg"), (b"\x00\x00\x27\x0a", "shp")):
        if head.startswith(magic):
            return name
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "geojson"
    if head.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02")):
        return "xls"
    return "text"


def _zip_type(path: Path) -> str:
    names = [entry.filename for entry in _entries(path)]
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    if any(name.replace("\\", "/").lower() == "xl/workbook.xml" for name in names):
        return "xlsx"
    return "zip"


def _entries(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        raise _broken(path) from None


def _broken(path: Path) -> UnreadableInput:
    return UnreadableInput(
        f"文件“{path.name}”已损坏。", why="压缩结构不完整。", next_step="请在Excel中重新打开并另存后再提交。"
    )


def _too_large(path: Path, why: str) -> UnreadableInput:
    return UnreadableInput(
        f"文件“{path.name}”展开后太大，没有读。", why=why, next_step="请删去多余的空行空列，或拆成几个文件。"
    )


def check_archive(path: Path, kind: str) -> dict[str, dict[tuple[int, int], str]]:
    """Read every part of a workbook once, within limits, before anything else may open it.

    Returns for xlsx, per part name of a sheet, the error cells ``{(row, column): "#DIV/0!"}``, counted from 0:
    the reader shows them as blank. Raises :class:`UnreadableInput` for broken files, bombs and giants.
    """
    entries = _entries(path)
    if len(entries) > 10_000 or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _too_large(path, f"上限{MOST_BYTES >> 20}MB。")
    errors: dict[str, dict[tuple[int, int], str]] = {}
    budget = MOST_BYTES
    limit = max(_SUSPICIOUS_BYTES, _HIGHEST_RATIO * path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in entries:
                name = entry.filename.replace("\\", "/").lower()
                sheet = kind == "xlsx" and name.startswith("xl/worksheets/") and name.endswith(".xml")
                content = _inflate(archive, entry, min(budget, limit), path, keep=sheet or name == "content.xml")
                budget -= content[0]
                if sheet:
                    errors[name] = _check_sheet(content[1], path)
                elif kind == "ods" and name == "content.xml":
                    _check_ods(content[1], path)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise _broken(path) from None
    return errors


def _inflate(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, path: Path, *, keep: bool
) -> tuple[int, bytes]:
    size, pieces = 0, []
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise _too_large(path, "压缩比异常。")
            if keep:
                pieces.append(piece)
    return size, b"".join(pieces)


def _matches(content: bytes, pattern: str) -> bool:
    offsets = pa.array([0, len(content)], pa.int32() if len(content) < 2**31 else pa.int64())
    kind = pa.binary() if len(content) < 2**31 else pa.large_binary()
    array = pa.Array.from_buffers(kind, 1, [None, offsets.buffers()[1], pa.py_buffer(content)])
    return bool(pc.match_substring_regex(array, pattern)[0].as_py())


def _check_sheet(content: bytes, path: Path) -> dict[tuple[int, int], str]:
    """Refuse a sheet whose contents span too large a rectangle; return its error cells.

    calamine unfolds a sheet into the rectangle around its cells, so two cells in opposite corners would fill the
    memory. Up to column Z every sheet fits; only wider ones, and those whose cells do not say where they stand in
    the usual way, are measured cell by cell. The patterns begin with letters that are searched for at memory speed.
    """
    odd = _matches(content, _UNNAMED) or _matches(content, _UNUSUAL)
    wide = odd or _matches(content, _TWO_LETTERS)
    if odd or (wide and (_matches(content, _FAR_RIGHT) or _matches(content, _FAR_DOWN))):
        rows, columns = _extent(content)
        if rows * columns > MOST_CELLS:
            raise _too_large(path, f"工作表铺到第{rows}行第{columns}列。")
    if b't="e"' not in content:
        return {}
    cells: dict[tuple[int, int], str] = {}
    for cell in re.finditer(rb"<(?:[a-z]+:)?c\b([^>]*)>(.*?)</(?:[a-z]+:)?c>", content, re.DOTALL):
        if b't="e"' in cell[1] and (at := _REFERENCE.search(cell[1])) and (value := re.search(rb"v>([^<]*)<", cell[2])):
            cells[int(at[2]) - 1, column_number(at[1].decode()) - 1] = value[1].decode("utf-8", "replace")
    return cells


def _extent(content: bytes) -> tuple[int, int]:
    rows = columns = 0
    pieces = re.split(rb"<(?:[a-z]+:)?row\b", content)
    for piece in pieces:
        columns = max(columns, len(re.findall(rb"<(?:[a-z]+:)?c\b", piece)))
    for letters, digits in set(_REFERENCE.findall(content)):
        rows = max(rows, int(digits or 0))
        columns = max(columns, column_number(letters.decode()))
    return max(rows, len(pieces)), columns


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA; 0 for no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, AA for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_ods(content: bytes, path: Path) -> None:
    """Refuse a sheet whose repeated cells unfold into too large a rectangle."""
    repeat = "number-{}-repeated"
    total = width = pending = 0
    try:
        for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 - expat bounds entities, size is bounded above
            tag = element.tag.rsplit("}", 1)[-1]
            attributes = {name.rsplit("}", 1)[-1]: value for name, value in element.attrib.items()}
            if tag in ("table-cell", "covered-table-cell"):
                pending += int(attributes.get(repeat.format("columns"), 1))
                if "value-type" in attributes or "".join(element.itertext()).strip():
                    width = pending
            elif tag == "table-row":
                total += (width or 0) * int(attributes.get(repeat.format("rows"), 1))
                width = pending = 0
                element.clear()
            if total > MOST_CELLS or width > 20_000:
                raise _too_large(path, "重复的单元格展开后太多。")
    except ET.ParseError:
        raise _broken(path) from None
