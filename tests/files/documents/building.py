"""Documents built for the tests, harmless and hostile ones; all words are our own."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import docx

WORDS = "青湖县全年整治低效工业用地5000亩以上，新建标准厂房100万平方米。"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def write_docx(path: Path) -> Path:
    """A plan with a title, headings, a table between paragraphs."""
    document = docx.Document()
    document.add_heading("青湖县三年行动方案", 0)
    document.add_heading("主要目标", 1)
    document.add_paragraph(WORDS)
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("镇街", "亩"), ("青湖镇", "1200")), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_heading("保障措施", 2)
    document.add_paragraph("按月通报，逐级督办。")
    document.save(str(path))
    return path


def write_parts(path: Path, parts: dict[str, bytes | str]) -> Path:
    """A zip with these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def body(inner: str, before: str = "") -> str:
    """The main part of a docx around this XML."""
    return f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_W}"><w:body>{inner}</w:body></w:document>'


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


_PIECE = b"q " * (1 << 21)


def squeezed(times: int) -> bytes:
    """Raw deflate of ``_PIECE`` that many times: after a full flush each block stands alone, so it is made once."""
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = maker.compress(_PIECE) + maker.flush(zlib.Z_FULL_FLUSH)
    return block * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def squeezed_stream(times: int) -> bytes:
    """The same as a stream of a PDF."""
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(_PIECE, checksum)
    return b"\x78\x9c" + squeezed(times) + struct.pack(">I", checksum)


def write_bomb(path: Path, declared: int, *, lying: bool = False) -> Path:
    """A docx whose main part unfolds to ``declared`` bytes; ``lying``: the directory says it is small."""
    times = declared // len(_PIECE)
    data = squeezed(times)
    size = times * len(_PIECE)
    checksum = 0
    for _ in range(times):
        checksum = zlib.crc32(_PIECE, checksum)
    told = 1000 if lying else size
    name = b"word/document.xml"
    wide = struct.pack("<HHQQ", 1, 16, told, len(data))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 45, 0, 8, 0, 0, checksum, 0xFFFFFFFF, 0xFFFFFFFF, len(name), 20)
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\x01\x02", 45, 45, 0, 8, 0, 0, checksum, 0xFFFFFFFF, 0xFFFFFFFF, len(name), 20, 0, 0, 0, 0, 0),
    )
    start = len(local) + len(name) + 20 + len(data)
    directory = central + name + wide
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), start, 0)
    path.write_bytes(local + name + wide + data + directory + end)
    return path


def write_claimed(path: Path, claimed: int) -> Path:
    """A small docx whose directory claims that its main part is ``claimed`` bytes long (20 GB cost nothing to claim)."""
    write_parts(path, {"word/document.xml": body(paragraph(WORDS))})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    name_length, extra_length = struct.unpack_from("<HH", content, at + 28)
    struct.pack_into("<I", content, at + 24, 0xFFFFFFFF)
    struct.pack_into("<H", content, at + 30, extra_length + 12)
    place = at + 46 + name_length
    content[place:place] = struct.pack("<HHQ", 1, 8, claimed)
    end = content.index(b"PK\x05\x06")
    (size,) = struct.unpack_from("<I", content, end + 12)
    struct.pack_into("<I", content, end + 12, size + 12)
    path.write_bytes(content)
    return path


def write_ole(path: Path, stream: str) -> Path:
    """The look of a compound file that holds a stream of this name."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(1024))
    return path


def write_pdf(
    path: Path,
    pages: list[str],
    *,
    catalogue: str = "",
    trailer: str = "",
    extra: list[bytes] | None = None,
    squeezed: bytes | None = None,
) -> Path:
    """A PDF with a text layer; an empty page stands for a scanned one. ``squeezed``: raw deflated stream of page 1."""
    signs = sorted({sign for page in pages for sign in page if sign != "\n"})
    code = {sign: number + 1 for number, sign in enumerate(signs)}
    pairs = [f"<{code[sign]:04x}> <{ord(sign):04x}>" for sign in signs]
    chunks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    mapping = "".join(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar\n" for chunk in chunks)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{mapping}endcmap end end"
    ).encode()
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode(),
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    for number, page in enumerate(pages):
        drawn = b"BT /F 12 Tf 50 780 Td 16 TL "
        for line in page.split("\n"):
            drawn += f"<{''.join(f'{code[sign]:04x}' for sign in line)}> Tj T* ".encode()
        drawn += b"ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 842] /Contents {first + 2 * number + 1} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        if squeezed is not None and number == 0:
            objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(squeezed), squeezed))
        else:
            objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(drawn), drawn))
    objects += extra or []
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number + 1, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(out)
    return path
