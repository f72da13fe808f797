"""docx: paragraphs, headings by style and tables, in the order of the document. Nothing it points to is opened."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from mujun.files.documents.parser import Unreadable
from mujun.files.documents.spans import TOO_MANY, Spans
from mujun.files.documents.word_body import W, blocks_of

_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_NEXT_STEP = "请用Word或WPS打开后另存为docx再提交。"
_MOST_BYTES = 128 << 20
_LEFT_OUT = (
    (("numPr",), "自动编号没有写进文字。"),
    (("footnoteReference", "endnoteReference"), "脚注和尾注没有读。"),
    (("altChunk", "object"), "插入的文件和对象没有读。"),
)
"""What of a document stands elsewhere, by the elements that point there."""
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)


def read(path: Path) -> tuple[str, list[int], list[str]]:
    """Return the text, where pages begin (only the first is known), and notes."""
    try:
        with zipfile.ZipFile(path) as archive:
            body = _parsed(archive, "word/document.xml")
            levels = _heading_levels(archive)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise Unreadable("文件结构不完整。", _NEXT_STEP) from None
    except etree.XMLSyntaxError:
        raise Unreadable("文件内容不完整，或含有不允许的定义。", _NEXT_STEP) from None
    spans = Spans()
    blocks = [block for block in blocks_of(body, levels, spans) if block.strip()]
    notes = [
        sentence
        for names, sentence in _LEFT_OUT
        if next(body.iter(*(f"{W}{name}" for name in names)), None) is not None
    ]
    notes += [TOO_MANY] if spans.spent else []
    return "\n\n".join(blocks) + ("\n" if blocks else ""), [0], notes


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    """Parse a part: no entities, no definitions from elsewhere, no network; strict and usual names made one."""
    by_name = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}
    entry = by_name[name]
    if entry.file_size > _MOST_BYTES:
        raise Unreadable("正文展开后太大。", "请拆成几个文件。")
    content = archive.read(entry).replace(_STRICT[1:-1].encode(), W[1:-1].encode())
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("正文里有外部定义，这不是Word会写的内容。", _NEXT_STEP)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    return etree.fromstring(content, parser)


def _heading_levels(archive: zipfile.ZipFile) -> dict[str, int]:
    """Return for each heading style's id its level: by outline level, else by its name; the title is level 1."""
    try:
        styles = _parsed(archive, "word/styles.xml")
    except (KeyError, etree.XMLSyntaxError):
        return {}
    levels: dict[str, int] = {}
    for style in styles.iter(f"{W}style"):
        name = next((one.get(f"{W}val", "") for one in style.iter(f"{W}name")), "")
        outline = next((one.get(f"{W}val", "") for one in style.iter(f"{W}outlineLvl")), "")
        named = _HEADING.match(name)
        if named:
            levels[style.get(f"{W}styleId", "")] = int(named[1])
        elif name.lower() in ("title", "标题"):
            levels[style.get(f"{W}styleId", "")] = 1
        elif outline.isdigit() and int(outline) < 9:
            levels[style.get(f"{W}styleId", "")] = int(outline) + 1
    return levels
