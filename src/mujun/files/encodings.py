"""Text files: which encoding, which delimiter, which line a row began on."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from mujun.base.errors import UnreadableInput

MOST_TEXT = 512 << 20
_SAMPLE = 65_536
csv.field_size_limit(max(csv.field_size_limit(), 1 << 26))


def decode(content: bytes) -> tuple[str, str, int]:
    """Return the text, the encoding it was written in, and how many characters had to be replaced.

    A byte order mark decides; else UTF-8 where it fits, else GB18030, which holds GBK and GB2312.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _with(content, encoding)
    try:
        return content.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError as error:
        utf8_prefix = error.start
    try:
        return content.decode("gb18030"), "gb18030", 0
    except UnicodeDecodeError as error:
        best = "utf-8" if utf8_prefix > error.start else "gb18030"
    return _with(content, best)


def _with(content: bytes, encoding: str) -> tuple[str, str, int]:
    try:
        return content.decode(encoding), encoding, 0
    except UnicodeError:
        text = content.decode(encoding, "replace")
        return text, encoding, text.count("\ufffd")


def read_csv(path: Path) -> tuple[list[list[str]], list[int], str, int]:
    """Read a delimited text file: its rows, the line each row starts on (from 1), its encoding, characters replaced.

    Raises :class:`UnreadableInput` for binary content and for files above :data:`MOST_TEXT` bytes.
    """
    if path.stat().st_size > MOST_TEXT:
        raise UnreadableInput(
            f"文件“{path.name}”太大。", why=f"上限{MOST_TEXT >> 20}MB。", next_step="请拆成几个文件。"
        )
    text, encoding, replaced = decode(path.read_bytes())
    if "\x00" in text[:_SAMPLE] or replaced > max(20, len(text) // 50):
        raise UnreadableInput(
            f"文件“{path.name}”不是表格文本。",
            why="内容不是文字，或编码无法识别。",
            next_step="请另存为xlsx或UTF-8编码的csv。",
        )
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter_of(text))
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            rows.append(row)
            lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableInput(
            f"文件“{path.name}”第{before + 1}行读不出来。", why=str(error), next_step="请另存为xlsx后再提交。"
        ) from None
    return rows, lines, encoding, replaced


def delimiter_of(text: str) -> str:
    """Return the delimiter that splits the first lines into the same number of cells, more than one; else a comma."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:50] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for delimiter in (",", "\t", ";", "|", "，"):
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count) if widths else 1
        score = (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best
