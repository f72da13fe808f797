"""Tables of data on pages: sorting, paging, cells with units, and the same rows as Excel."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse

from mujun.web.pages.excel import workbook_response
from mujun.web.pages.templatetags import mujun as shown

PER_PAGE = 50
FORMATS: dict[str, Callable[[Any, int], Any]] = {
    "text": lambda value, digits: shown.or_dash(value),
    "code": lambda value, digits: shown.or_dash(value),
    "number": shown.number,
    "mu": shown.mu,
    "percent": shown.percent,
    "date": lambda value, digits: shown.day(value),
    "truth": lambda value, digits: shown.yes_no(value),
    "grade": lambda value, digits: shown.grade(value),
}
NUMERIC = ("number", "mu", "percent")
DIGITS = {"number": 2, "mu": 4, "percent": 1}


@dataclasses.dataclass(frozen=True, slots=True)
class TableColumn:
    """One column. ``key`` is an attribute or a mapping key; ``kind`` one of :data:`FORMATS`.

    ``mu`` shows square metres as mu, ``percent`` a ratio as per cent; ``sort`` is what the database sorts by
    (``""`` = the key, None = not sortable); ``value`` computes where no key fits; ``link`` gives an address per row;
    ``draw`` what a page shows in its place (a workbook keeps the value, or leaves the column out if ``drawn_only``); without ``phone`` a phone leaves it out.
    """

    key: str
    label: Any
    kind: str = "text"
    unit: Any = ""
    digits: int | None = None
    sort: str | None = ""
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    pin: bool = False
    clip: bool = False
    nowrap: bool = False
    draw: Callable[[Any], Any] | None = None
    drawn_only: bool = False
    phone: bool = True

    @property
    def places(self) -> int:
        """Decimals shown."""
        return self.digits if self.digits is not None else DIGITS.get(self.kind, 0)

    @property
    def css(self) -> str:
        """Classes of the column's cells."""
        words = ["number"] if self.kind in NUMERIC else []
        words += ["pin"] if self.pin else []
        words += ["clip"] if self.clip else []
        words += ["nowrap"] if self.nowrap else []
        words += ["code"] if self.kind == "code" else []
        words += [] if self.phone else ["not-phone"]
        return " ".join(words)

    def of(self, row: Any) -> Any:
        """The bare value of ``row`` in this column."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.key) if isinstance(row, Mapping) else getattr(row, self.key)

    def excel_value(self, row: Any) -> Any:
        """The value as a workbook holds it: the figure itself, in the unit of the heading."""
        value = self.of(row)
        if self.kind == "mu" and value is not None:
            return value / shown.M2_PER_MU
        return shown.yes_no(value) if self.kind == "truth" and value is not None else value


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """A heading as the template draws it."""

    column: TableColumn
    url: str
    arrow: str
    aria_sort: str


@dataclasses.dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as the template draws it."""

    column: TableColumn
    text: Any
    href: str


class DataTable:
    """``rows`` (a query set, or a list of objects or mappings) with ``columns``, sorted and paged by the address.

    The address carries ``sort`` (a column key, with ``-`` for falling) and ``page``; other parts are kept.
    ``title`` and ``note`` stand over the Excel sheet and the printed page.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any] | Sequence[Any],
        columns: Sequence[TableColumn],
        *,
        order: str = "",
        per_page: int = PER_PAGE,
        title: Any = "",
        note: Any = "",
    ) -> None:
        self.request = request
        self.columns = list(columns)
        self.title = title
        self.note = note
        self.order = self._order(request.GET.get("sort", ""), order)
        self.rows = self._sorted(rows)
        self.paginator = Paginator(self.rows, per_page)

    def _order(self, wanted: str, standard: str) -> str:
        keys = {column.key for column in self.columns if column.sort is not None}
        return wanted if wanted.removeprefix("-") in keys else standard

    def _sorted(self, rows: QuerySet[Any] | Sequence[Any]) -> QuerySet[Any] | Sequence[Any]:
        if not self.order:
            return rows
        falling = self.order.startswith("-")
        column = next((c for c in self.columns if c.key == self.order.lstrip("-")), None)
        if column is None:
            return rows
        if isinstance(rows, QuerySet):
            field = F(column.sort or column.key)
            return rows.order_by(field.desc(nulls_last=True) if falling else field.asc(nulls_last=True), "pk")
        known = [row for row in rows if column.of(row) not in (None, "")]
        nothing = [row for row in rows if column.of(row) in (None, "")]
        return sorted(known, key=column.of, reverse=falling) + nothing

    @functools.cached_property
    def page(self) -> Page[Any]:
        """The page that the address asks for; a number out of range gives the nearest page."""
        return self.paginator.get_page(self.request.GET.get("page"))

    @property
    def count(self) -> int:
        """All rows of the table, over every page."""
        return self.paginator.count

    def address(self, **changes: str) -> str:
        """The present address with parts changed; an empty part is left out."""
        query = self.request.GET.copy()
        for key, value in changes.items():
            if value:
                query[key] = value
            else:
                query.pop(key, None)
        return f"?{query.urlencode()}"

    @property
    def heads(self) -> list[Head]:
        """The headings with their sorting addresses."""
        found = []
        for column in self.columns:
            current = self.order.removeprefix("-") == column.key
            falling = current and self.order.startswith("-")
            rises_next = falling or not (current or column.kind in NUMERIC)
            following = column.key if rises_next else f"-{column.key}"
            url = "" if column.sort is None else self.address(sort=following, page="")
            arrow = ("↓" if falling else "↑") if current else ""
            found.append(Head(column, url, arrow, ("descending" if falling else "ascending") if current else ""))
        return found

    @property
    def lines(self) -> Iterator[list[TableCell]]:
        """The cells of the present page."""
        for row in self.page:
            yield [
                TableCell(column, self._text(column, row), column.link(row) if column.link else "")
                for column in self.columns
            ]

    def _text(self, column: TableColumn, row: Any) -> Any:
        return column.draw(row) if column.draw else FORMATS[column.kind](column.of(row), column.places)

    @property
    def excel_url(self) -> str:
        """The address of the same rows as a workbook."""
        return self.address(format="xlsx", page="")

    @property
    def previous_url(self) -> str:
        """Address of the page before, or nothing."""
        return self.address(page=str(self.page.previous_page_number())) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """Address of the page after, or nothing."""
        return self.address(page=str(self.page.next_page_number())) if self.page.has_next() else ""

    @property
    def wants_excel(self) -> bool:
        """Whether the address asks for the workbook."""
        return self.request.GET.get("format") == "xlsx"

    def excel(self, name: str) -> HttpResponse:
        """Every row (not only the page) as a workbook called ``name``.xlsx, with the headings and units shown."""
        rows: Iterable[Any] = self.rows.iterator(chunk_size=2000) if isinstance(self.rows, QuerySet) else self.rows
        columns = [column for column in self.columns if not column.drawn_only]
        heads = [f"{column.label}({column.unit})" if column.unit else str(column.label) for column in columns]
        lines = ([column.excel_value(row) for column in columns] for row in rows)
        return workbook_response(name, str(self.title or name), heads, lines, note=str(self.note))
