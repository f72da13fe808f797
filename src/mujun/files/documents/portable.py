"""pdf: the text layer, page by page, through PDFium. Scripts in a PDF are never run and nothing it points to is loaded."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium

from mujun.files.documents.parser import MOST_CHARACTERS, Unreadable

MOST_PAGES = 2000
_FEWEST = 5
"""Characters below which a page counts as a picture."""
_SCAN = "请用文字识别（OCR）软件转成带文字层的PDF或docx，核对后再提交。"


def read(path: Path) -> tuple[str, list[int], list[str]]:
    """Return the text, the offset at which each page begins, and notes."""
    try:
        document = pdfium.PdfDocument(str(path))
        count = len(document)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise Unreadable("它有打开密码。", "请去掉密码后重新提交。") from None
        raise Unreadable("PDF结构不完整。", "请在PDF阅读器中打开并另存后再提交。") from None
    if count > MOST_PAGES:
        raise Unreadable(f"它有{count}页，上限{MOST_PAGES}页。", "请拆成几个文件。")
    pieces: list[str] = []
    begins: list[int] = []
    empty: list[int] = []
    size = 0
    for number in range(count):
        words = _page(document, number)
        if len(words.strip()) < _FEWEST:
            empty.append(number + 1)
        begins.append(size)
        pieces.append(words)
        size += len(words)
        if size > MOST_CHARACTERS:
            raise Unreadable(f"文字超过{MOST_CHARACTERS // 10_000}万字。", "请拆成几个文件。")
    if len(empty) == count:
        raise Unreadable("它是扫描件，没有文字层。", _SCAN)
    notes = [f"第{_listed(empty)}页没有文字层，没有读。"] if empty else []
    return "".join(pieces), begins, notes


def _page(document: pdfium.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        words = str(page.get_textpage().get_text_bounded())
        page.close()
    except pdfium.PdfiumError:
        return ""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "").replace("\x00", "")
    return words.rstrip() + "\n\n"


def _listed(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:10]))
    return shown + "等" if len(numbers) > 10 else shown
