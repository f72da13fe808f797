"""The body of a docx as text: paragraphs, tables and text boxes in order, as they stand after all changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mujun.files.documents.spans import Spanning, Spans, span_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_UNSEEN = frozenset(
    [f"{W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "rt", "pPr", "rPr", "sectPr", "tcPr", "trPr")]
    + ["{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]
)
"""Deleted and moved-away text, fields' orders, how a sign is read aloud, properties, and copies for older programs."""
_SIGNS = {
    f"{W}noBreakHyphen": "-",
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{_MATHS}den": "/",
    f"{_MATHS}sup": "^",
}
_SYMBOLS = {
    "B3": "≥",
    "A3": "≤",
    "B1": "±",
    "B4": "×",
    "B0": "°",
    "BB": "≈",
    "B9": "≠",
    "B8": "÷",
    "3C": "<",
    "3E": ">",
}
"""Signs of the font Symbol by the end of their number."""
_LAYOUT_CELL = 60
"""Characters from which a cell that has its row to itself is a part of the layout with paragraphs of its own."""


class _Piece(NamedTuple):
    """A paragraph with the level of its heading (0: none), or a table."""

    words: str
    level: int
    table: Any


def blocks_of(holder: Any, levels: dict[str, int], spans: Spans) -> Iterator[str]:
    """Yield paragraphs and tables in order, also those inside content controls and text boxes.

    ``levels``: the level of each heading style's id.
    """
    for words, level, table in _flow(holder, levels):
        if table is not None:
            yield from _table(table, levels, spans)
        else:
            yield f"{'#' * min(level, 6)} {' '.join(words.split())}" if level and words else words


def _flow(holder: Any, levels: dict[str, int]) -> Iterator[_Piece]:
    """Yield what a body, a cell or a text box holds, not what its tables hold."""
    begun = ""
    for element in holder.iterchildren():
        if element.tag == f"{W}tbl":
            yield _Piece("", 0, element)
        elif element.tag == f"{W}p":
            words = begun + _words(element)
            begun = words if _runs_on(element) else ""
            if not begun:
                yield _Piece(words.strip(), _level(element, levels), None)
            if element.find(f".//{W}txbxContent") is not None:
                yield from _flow(element, levels)
        elif not _is_unseen(element):
            yield from _flow(element, levels)
    if begun:
        yield _Piece(begun.strip(), 0, None)


def _is_unseen(element: Any) -> bool:
    """Return whether nothing of an element is seen; the prompt of an empty content control is no text either."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if element.tag == f"{W}sdt":
        return element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    hidden = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return hidden is not None and hidden.get(f"{W}val") not in ("0", "false", "off")


def _runs_on(paragraph: Any) -> bool:
    """Return whether the end of a paragraph was deleted or moved away: its words go on in the next one."""
    marks = paragraph.find(f"{W}pPr/{W}rPr")
    return marks is not None and any(marks.find(f"{W}{name}") is not None for name in ("del", "moveFrom"))


def _level(paragraph: Any, levels: dict[str, int]) -> int:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return 0
    outline = properties.find(f"{W}outlineLvl")
    if outline is not None and outline.get(f"{W}val", "").isdigit() and int(outline.get(f"{W}val")) < 9:
        return int(outline.get(f"{W}val")) + 1
    style = properties.find(f"{W}pStyle")
    return levels.get(style.get(f"{W}val", ""), 0) if style is not None else 0


def _words(paragraph: Any) -> str:
    """Return a paragraph's own words, without those of text boxes that hang on it."""
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag in (f"{W}t", f"{_MATHS}t"):
            pieces.append(element.text or "")
        elif element.tag == f"{W}sym":
            is_symbol = element.get(f"{W}font", "").lower() == "symbol"
            pieces.append(_SYMBOLS.get(element.get(f"{W}char", "")[-2:].upper(), "") if is_symbol else "")
        elif element.tag not in (f"{W}p", f"{W}tbl") and not _is_unseen(element):
            pieces.append(_SIGNS.get(element.tag, ""))
            stack += reversed(element)
    return "".join(pieces)


def _table(table: Any, levels: dict[str, int], spans: Spans) -> Iterator[str]:
    """Yield a table's rows as one block; tables inside a cell follow the row that holds them."""
    cells, owners = _grid(list(_parts(table, "tr")), levels)
    lines: list[str] = []
    for row, own, places in zip(cells, owners, spans.places(cells), strict=True):
        pieces = [list(_flow(cell, levels)) for cell in own]
        inside = [piece.table for held in pieces for piece in held if piece.table is not None]
        words = [place if isinstance(place, str) else row[place].words for place in places]
        is_large = len(inside) > 0 or sum(map(len, words)) > _LAYOUT_CELL
        is_layout = len(places) == 1 and len(pieces) == 1 and len(pieces[0]) > 1 and is_large
        if any(words) and not is_layout:
            lines.append("\t".join(words).rstrip("\t"))
        if is_layout or inside:
            yield "\n".join(lines)
            lines = []
        if is_layout:
            yield from blocks_of(own[0], levels, spans)
        else:
            for one in inside:
                yield from _table(one, levels, spans)
    yield "\n".join(lines)


def _grid(rows: Sequence[Any], levels: dict[str, int]) -> tuple[list[list[Spanning]], list[list[Any]]]:
    """Return each row's cells with what they cover, and the elements they come from.

    A cell that goes on with the one above it or in front of it widens that one; what it holds itself is not shown.
    """
    cells: list[list[Spanning]] = []
    owners: list[list[Any]] = []
    above: dict[int, Spanning] = {}
    for row in rows:
        column = _number(row.find(f"{W}trPr/{W}gridBefore"))
        laid = [Spanning("", column)] if column else []
        own: list[Any] = []
        reached: dict[int, Spanning] = {}
        for cell in _parts(row, "tc"):
            columns = max(1, _number(cell.find(f"{W}tcPr/{W}gridSpan")))
            down, aside = (cell.find(f"{W}tcPr/{W}{name}") for name in ("vMerge", "hMerge"))
            if down is not None and down.get(f"{W}val") != "restart" and column in above:
                reached[column] = above[column]
                above[column].rows += 1
            elif aside is not None and aside.get(f"{W}val") != "restart" and laid:
                laid[-1].columns += columns
            else:
                own.append(cell)
                laid.append(Spanning(_cell_words(cell, levels), columns))
                if down is not None:
                    reached[column] = laid[-1]
            column += columns
        above = reached
        cells.append(laid)
        owners.append(own)
    return cells, owners


def _cell_words(cell: Any, levels: dict[str, int]) -> str:
    return " ".join(" ".join(words.split()) for words, _, table in _flow(cell, levels) if table is None).strip()


def _parts(holder: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, also those inside content controls; not those of tables inside."""
    for element in holder.iterchildren():
        if element.tag == f"{W}{name}":
            yield element
        elif element.tag != f"{W}tc" and not _is_unseen(element):
            yield from _parts(element, name)


def _number(element: Any) -> int:
    """Return a number that stands in an element, 0 where there is none."""
    return 0 if element is None else span_of(element.get(f"{W}val")) if element.get(f"{W}val") != "0" else 0
