"""html: title, headings, paragraphs and tables as text. Scripts, styles and hidden parts go; nothing is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from mujun.files.documents.parser import Unreadable
from mujun.files.documents.spans import TOO_MANY, Spanning, Spans, span_of

_DROPPED = frozenset([
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "canvas", "select",
    "option", "button", "textarea", "input", "head", "link", "meta", "audio", "video", "map", "frame",
    "frameset", "rt", "rp", "rtc", "del",
])  # fmt: skip
"""What is no text of the page: machinery, forms, how a sign is read aloud, and words that were struck out."""
_BLOCKS = frozenset([
    "p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "ul", "ol", "dl", "dt", "dd",
    "li", "blockquote", "pre", "figure", "figcaption", "address", "table", "form", "fieldset", "legend",
    "details", "summary", "center", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "body", "html",
])  # fmt: skip
_SMALL_CELL = 60
"""Characters up to which a cell holds a value; a larger one is a part of the page's layout with paragraphs of its own."""
_SMALL_PARTS = 200
"""Elements up to which it does."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_LETTERS = re.compile(r"</?(?:font|span|b|i|u|em|strong|big|small)(?:\s[^<>]*)?>", re.IGNORECASE)
"""Tags that only change the look of letters; those never closed nest without end."""
_HIDES = re.compile(
    rf"<(?:font|span|b|i|u|em|strong|big|small)\s[^<>]*(?:hidden|hide|{_HIDDEN.pattern})", re.IGNORECASE
)
_IN_CELL, _AS_WRITTEN = 1, 2
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936"}


def read(path: Path) -> tuple[str, list[int], list[str]]:
    """Return the text, where pages begin (one page), and notes."""
    words, encoding = _decoded(path.read_bytes())
    spans = Spans()
    root = _tree(words.replace("\x00", ""))
    text = _text(root, spans)
    if not any(element.tag == "h1" for element in root.iter("h1")):
        title = " ".join((root.findtext(".//title") or "").split())
        text = f"# {title}\n\n{text.lstrip()}" if title else text
    if not text.strip():
        raise Unreadable("网页里没有文字。", "请在浏览器中打开后另存，或把正文存为docx。")
    notes = [] if encoding == "utf-8" else [f"按{encoding}编码读取。"]
    return text.strip() + "\n", [0], notes + ([TOO_MANY] if spans.spent else [])


def _tree(words: str) -> Any:
    """Parse a page; one that nests too deep, again without the tags of letters. The parser would stop at that depth."""
    for source in (words,) if _HIDES.search(words) else (words, _LETTERS.sub("", words)):
        parser = html.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8"
        )
        try:
            root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            raise Unreadable("网页里没有正文。", "请在浏览器中打开后另存，或把正文存为docx。") from None
        if not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            return root
    raise Unreadable("网页一层套一层，太深了，后面的内容读不到。", "请在浏览器中打开，把正文复制到docx后再提交。")


def _decoded(content: bytes) -> tuple[str, str]:
    from mujun.files.encodings import decode

    declared = _CHARSET.search(content[:4096])
    name = declared[1].decode().lower() if declared else ""
    if name in _CHINESE and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            pass
    text, encoding, _ = decode(content)
    return text, "utf-8" if encoding.startswith("utf-8") else encoding


def _text(root: Any, spans: Spans) -> str:
    return _tidied("".join(_pieces(root, 0, spans)))


def _pieces(root: Any, around: int, spans: Spans | None) -> Iterator[str]:
    """Walk the tree without recursion: pages nest deeper than Python does. No ``spans``: merged cells stand once."""
    stack: list[tuple[Any, bool, int]] = [(root, False, around)]
    merged: dict[Any, tuple[str, str]] = {}
    while stack:
        element, leaving, around = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        dropped = not tag or _is_dropped(element, tag)
        if leaving:
            yield _ends(tag, around) + merged.pop(element, ("", ""))[1]
        if (leaving or dropped) and element is not root:
            yield _spaced(element.tail, around)
        if leaving or dropped:
            continue
        if tag == "table" and spans is not None and not around & _IN_CELL:
            merged.update(_merged(element, spans))
        yield merged.get(element, ("", ""))[0] + _begins(tag, around)
        inside = around | (_AS_WRITTEN if tag == "pre" else 0)
        if tag in ("td", "th") and not around & _IN_CELL and _is_small(element):
            inside |= _IN_CELL
        yield _spaced(element.text, around | (_AS_WRITTEN if tag == "pre" else 0))
        stack.append((element, True, around))
        stack += [(child, False, inside) for child in reversed(element)]


def _merged(table: Any, spans: Spans) -> dict[Any, tuple[str, str]]:
    """Return what stands in front of a table's cells and behind them where other cells reach into their row."""
    groups = [list(_children(one, "tr")) for one in _children(table, "thead", "tbody", "tfoot", "form")]
    groups.append(list(_children(table, "tr")))
    rows = [(row, len(group) - index) for group in groups for index, row in enumerate(group)]
    cells = [list(_children(row, "td", "th")) for row, _ in rows]
    if not any(cell.get("colspan") or cell.get("rowspan") for row in cells for cell in row):
        return {}
    laid = spans.places([[_spanning(cell, below) for cell in row] for row, (_, below) in zip(cells, rows, strict=True)])
    found: dict[Any, tuple[str, str]] = {}
    for row, places in zip(cells, laid, strict=True):
        before = ""
        for place in places:
            if isinstance(place, str):
                before += f"{place}\t"
                continue
            found[row[place]] = (before, "")
            before = ""
        if row and before:
            found[row[-1]] = (found[row[-1]][0], before)
    return found


def _children(parent: Any, *tags: str) -> Iterator[Any]:
    return (one for one in parent.iterchildren(*tags) if not _is_dropped(one, one.tag))


def _spanning(cell: Any, below: int) -> Spanning:
    """Read a cell's spans; one of rows ends with its part of the table, and 0 stands for all of that."""
    merges = cell.get("colspan") or cell.get("rowspan")
    words = " ".join("".join(_pieces(cell, _IN_CELL, None)).split()) if merges and _is_small(cell) else ""
    rows = below if (cell.get("rowspan") or "").strip() == "0" else min(below, span_of(cell.get("rowspan")))
    return Spanning(words, span_of(cell.get("colspan")), rows)


def _is_small(cell: Any) -> bool:
    size = 0
    for count, element in enumerate(cell.iter()):
        size += len((element.text or "").strip()) + len((element.tail or "").strip() if count else "")
        if size > _SMALL_CELL or count > _SMALL_PARTS or element.tag == "table":
            return False
    return True


def _is_dropped(element: Any, tag: str) -> bool:
    return tag in _DROPPED or element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _spaced(words: str | None, around: int) -> str:
    """Return words with their white space as a page shows it: as written only in preformatted text."""
    return words or "" if around == _AS_WRITTEN else re.sub(r"\s+", " ", words or "")


def _begins(tag: str, around: int) -> str:
    if around & _IN_CELL:
        return " " if tag in _BLOCKS or tag == "br" else ""
    if re.fullmatch("h[1-6]", tag):
        return "\n\n" + "#" * int(tag[1]) + " "
    if tag in ("br", "tr"):
        return "\n"
    return "\n\n" if tag in _BLOCKS else ""


def _ends(tag: str, around: int) -> str:
    if around & _IN_CELL:
        return " " if tag in _BLOCKS else ""
    if tag in ("td", "th"):
        return "\t"
    return "\n\n" if tag in _BLOCKS else ""


def _tidied(text: str) -> str:
    lines = [_line(line) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join("" if re.fullmatch("#{1,6}", line) else line for line in lines))


def _line(line: str) -> str:
    """Return a line without white space around its cells; the empty cells in front keep a row's columns in place."""
    line = re.sub(r" *\t *", "\t", line).rstrip()
    return line.strip(" ") if line.strip().count("\t") else line.strip()
