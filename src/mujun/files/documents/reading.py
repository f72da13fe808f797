"""Reading a document that somebody handed in: its kind by its content, its text by a process with limits."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from mujun.base.errors import UnreadableInput
from mujun.files.documents.kind import ENDINGS, kind_of, wide_text
from mujun.files.documents.limits import OverLimit, readable, run_module
from mujun.files.documents.office import as_docx
from mujun.files.encodings import decode
from mujun.files.guard import check_archive

MOST_BYTES = 200 << 20
MOST_TEXT_BYTES = 64 << 20
_NAMES = {
    "txt": "纯文本",
    "docx": "Word文档（docx）",
    "html": "网页（html）",
    "pdf": "PDF",
    "doc": "旧版Word或WPS文档",
    "rtf": "RTF文档",
    "odt": "ODT文档",
}
_SAVE = "请用Word或WPS打开后另存为docx再提交。"
_TEXT_ENDINGS = {"", ".txt", ".html", ".htm"}
"""Kinds of which nothing at all is a page too; what has a structure is broken without it."""
_REFUSED = {
    "ofd": ("是OFD版式文件，读不了。", "请在OFD阅读器中导出为带文字的PDF，或另存为docx后再提交。"),
    "picture": ("是图片或扫描件，没有文字可读。", "请用文字识别（OCR）软件转成docx或带文字层的PDF，核对后再提交。"),
    "xlsx": ("是表格，不是文档。", "请在“导入”中提交表格，或把文字另存为docx。"),
    "pptx": ("是演示文稿，不是文档。", "请把文字另存为docx后再提交。"),
    "zip": ("是压缩包，不是文档。", "请解压后逐个提交里面的文件。"),
    "archive": ("是压缩包，不是文档。", "请解压后逐个提交里面的文件。"),
    "mht": ("是单个文件的网页存档（mht），读不了。", "请在浏览器中打开后另存为html，或存为docx。"),
    "locked": ("有打开密码。", "请去掉密码后重新提交。"),
    "ole": ("不是能读的文档。", _SAVE),
    "broken": ("已损坏，压缩结构不完整。", _SAVE),
    "empty": ("是空文件。", "请检查后重新提交。"),
    "binary": ("不是文档。", "可以提交txt、docx、html、带文字层的pdf；doc、wps请另存为docx。"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class RawDocument:
    """The text of a document as it stands.

    ``kind``: txt, docx, html, pdf, doc, rtf or odt. ``pages``: the offset in ``text`` at which each page begins (only a PDF
    has more than one). ``notes``: sentences about what was read differently than the name or the look suggests.
    """

    text: str
    kind: str
    pages: tuple[int, ...]
    notes: tuple[str, ...]


def read_document(path: Path | str) -> RawDocument:
    """Read a document; raise UnreadableInput with what to do where it cannot be read. Nothing it points to is opened.

    Text in UTF-8 comes back exactly as the file decodes, line ends and byte order mark included. In the text of other
    kinds ``#`` marks headings, a blank line parts paragraphs, a tab parts the cells of a row.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        kind = kind_of(path) if size <= MOST_BYTES else ""
    except OSError as error:
        raise UnreadableInput(
            f"文件“{path.name}”打不开。", why=error.strerror or "", next_step="请检查文件和权限。"
        ) from None
    if not kind:
        raise UnreadableInput(
            f"文件“{path.name}”太大。", why=f"上限{MOST_BYTES >> 20}MB。", next_step="请拆成几个文件。"
        )
    if kind == "empty" and path.suffix.lower() in _TEXT_ENDINGS:
        return RawDocument("", "txt", (0,), ("是空文件，没有内容。",))
    if kind in _REFUSED:
        what, next_step = _REFUSED[kind]
        raise UnreadableInput(f"文件“{path.name}”{what}", next_step=next_step)
    notes = _about_the_name(path, kind)
    if kind == "txt":
        text, more = _plain(path, size)
        return RawDocument(text, kind, (0,), (*notes, *more))
    if kind in ("doc", "rtf", "odt"):
        if kind == "odt":
            _check_archive(path, kind)
        with as_docx(path, kind) as turned:
            text, pages, more = _parsed(turned, "docx", path.name)
        return RawDocument(text, kind, pages, (*notes, "由LibreOffice转换后读取。", *more))
    text, pages, more = _parsed(path, kind, path.name)
    return RawDocument(text, kind, pages, (*notes, *more))


def _about_the_name(path: Path, kind: str) -> tuple[str, ...]:
    ending = path.suffix.lower()
    if ending in ENDINGS[kind] or not ending:
        return ()
    return (f"文件名以{ending}结尾，内容其实是{_NAMES[kind]}，已按内容读取。",)


def _plain(path: Path, size: int) -> tuple[str, tuple[str, ...]]:
    if size > MOST_TEXT_BYTES:
        raise UnreadableInput(
            f"文件“{path.name}”太大。", why=f"纯文本上限{MOST_TEXT_BYTES >> 20}MB。", next_step="请拆成几个文件。"
        )
    content = path.read_bytes()
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and (encoding := wide_text(content[:4096])):
        return content.decode(encoding, "replace"), (f"按{encoding}编码读取。",)
    text, encoding, replaced = decode(content)
    if replaced > max(20, len(text) // 50):
        raise UnreadableInput(
            f"文件“{path.name}”不是文本。",
            why="内容不是文字，或编码无法识别。",
            next_step="请另存为UTF-8编码的txt或docx。",
        )
    lost = (f"有{replaced}个字读不出来。",) if replaced else ()
    return text, (f"按{encoding}编码读取。", *lost)


def _check_archive(path: Path, kind: str) -> None:
    try:
        check_archive(path, kind)
    except UnreadableInput as error:
        raise UnreadableInput(error.what, why=error.why, next_step=_SAVE) from None


def _parsed(path: Path, kind: str, name: str) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """Have a child process with limits read the document; ``name`` is the one to report."""
    if kind == "docx":
        _check_archive(path, kind)
    try:
        answer = json.loads(run_module("mujun.files.documents.parser", [kind, readable(path)]))
    except (OverLimit, ValueError):
        raise UnreadableInput(
            f"文件“{name}”没能读出来。",
            why="它已损坏，或读它超过了时间和内存的限度。",
            next_step="请用原来的程序打开后另存，或拆成几个文件再提交。",
        ) from None
    if "why" in answer:
        raise UnreadableInput(f"文件“{name}”读不出来。", why=answer["why"], next_step=answer["next_step"])
    return answer["text"], tuple(answer["pages"]), tuple(answer["notes"])
