"""What a document really is, told by its first bytes and its parts, never by the ending of its name."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = re.compile(
    rb"[\xef\xbb\xbf\xff\xfe]*\s*(?:<(?:\?|!--)[^>]*>\s*)*"
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|script|style|div|table|p|h[1-6]|center|font|span)\b",
    re.IGNORECASE,
)
_PAGE_WITHIN = (re.compile(rb"<\s*(?:!doctype\s+)?html\b", re.I), re.compile(rb"<\s*(?:head|body|meta)\b", re.I))
"""A page behind other words; a text that only speaks of tags has not both."""
_PARTS = (
    ("word/document.xml", "docx"),
    ("ofd.xml", "ofd"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("content.xml", "odt"),
)
_HEAD = 4096
ENDINGS = {
    "txt": (".txt", ".md", ".text"),
    "docx": (".docx", ".docm", ".dotx"),
    "html": (".html", ".htm", ".xhtml", ".shtml"),
    "pdf": (".pdf",),
    "doc": (".doc", ".wps", ".dot", ".wpt"),
    "rtf": (".rtf",),
    "odt": (".odt",),
}
"""Endings under which each kind that can be read usually goes."""


def kind_of(path: Path) -> str:
    """Return txt, docx, html, pdf, doc, rtf or odt, which can be read; or what cannot be.

    The latter: ofd, picture, xlsx, pptx, zip, archive, mht, locked (asks for a password), ole, broken, empty, binary.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return "empty"
    for begins, kind in (
        (b"PK\x03\x04", ""),
        (b"PK\x05\x06", ""),
        (_OLE, "ole"),
        (b"{\\rtf", "rtf"),
        (b"Rar!", "archive"),
        (b"7z\xbc\xaf", "archive"),
        (b"\x1f\x8b", "archive"),
    ):
        if head.startswith(begins):
            return kind if kind and kind != "ole" else (_ole_kind(path) if kind else _zip_kind(path))
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_PICTURES) or head[8:12] == b"WEBP":
        return "picture"
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    plain = head.replace(b"\x00", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    if re.match(rb"(?i)\s*(?:from:.*\n|mime-version:)", plain) and b"multipart/related" in plain.lower():
        return "mht"
    if _PAGE.match(plain) or all(tag.search(plain) for tag in _PAGE_WITHIN):
        return "html"
    if b"\x00" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff") and not wide_text(head):
        return "binary"
    return "txt"


def wide_text(head: bytes) -> str:
    """Return the encoding of text in two bytes a sign without a byte order mark, or nothing."""
    ascii_share = len(head) // 20
    if head[0::2].count(0) > ascii_share and not head[1::2].count(0):
        return "utf-16-be"
    if head[1::2].count(0) > ascii_share and not head[0::2].count(0):
        return "utf-16-le"
    return ""


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return "broken"
    names = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
    for part, kind in _PARTS:
        if part in names:
            return "locked" if names[part].flag_bits & 1 else kind
    return "zip"


def _ole_kind(path: Path) -> str:
    """Tell by the names of the streams, which such a file keeps in UTF-16."""
    content = path.read_bytes()
    for name, kind in (("EncryptedPackage", "locked"), ("WordDocument", "doc"), ("Workbook", "xlsx")):
        if name.encode("utf-16-le") in content:
            return kind
    return "pptx" if "PowerPoint Document".encode("utf-16-le") in content else "ole"
