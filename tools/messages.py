"""The English catalogue: collects every text of the pages, keeps its translations, and writes the compiled file.

``python tools/messages.py`` rewrites ``src/mujun/web/locale/en/LC_MESSAGES/django.po`` from the sources (Chinese texts
are the messages) and compiles it; ``--check`` only says what is missing or out of date, with exit code 1.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "mujun"
PO = PACKAGE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    "_": None,
    "say": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""Functions whose first argument is a message."""


def messages() -> Iterator[tuple[str | tuple[str, ...], str | None, str]]:
    """Yield (message, context, file) of everything that pages may show."""
    for file in sorted((PACKAGE / "web").rglob("*.py")):
        if "migrations" not in file.parts:
            yield from _python(file.read_bytes(), file)
    for file in (PACKAGE / "evaluation" / "account.py", PACKAGE / "evaluation" / "distance.py"):
        yield from _python(file.read_bytes(), file)
    for file in sorted((PACKAGE / "web").rglob("*.html")):
        from django.utils.translation.template import templatize

        yield from _python(templatize(file.read_text(encoding="utf-8"), origin=str(file)).encode(), file)
    yield from ((text, None, "register/schema.py") for text in schema_words())
    yield from ((text, None, "evaluation/account.py") for text in account_words())


def _python(source: bytes, file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, str]]:
    for _line, text, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        yield text, context, file.relative_to(PACKAGE).as_posix()


def schema_words() -> Iterator[str]:
    """Yield the words of the register that templates translate when they show them."""
    from mujun.register.schema import TABLES
    from mujun.web.register.wording import UNITS

    for table in TABLES.values():
        yield table.label
        for column in table.columns:
            yield column.label
            yield from (words[0] for _code, words in column.choices)
    yield from UNITS.values()


def account_words() -> Iterator[str]:
    """Yield the words of an account sheet that stand in tables of their own."""
    from mujun.evaluation.account import AREA_LABELS, FLAG_TEXTS
    from mujun.evaluation.engine import NOT_GRADED
    from mujun.rulebook.figures import FIGURES

    for words in (AREA_LABELS, FLAG_TEXTS, NOT_GRADED, FIGURES):
        yield from (text for text in words.values() if text)
    yield "系统缺省"


def collected() -> Catalog:
    """The catalogue of the sources with the translations of the present file."""
    catalog = Catalog(locale="en", project="mujun", fuzzy=False, charset="utf-8")
    held = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")
    for text, context, file in messages():
        first = text[0] if isinstance(text, tuple) else text
        if not first:
            continue
        known = held.get(first, context)
        translation = known.string if known is not None and not known.fuzzy else ""
        catalog.add(text, translation, locations=[(file, 0)], context=context)
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """The messages without a translation."""
    lacking = []
    for message in catalog:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(strings):
            lacking.append(message.id[0] if isinstance(message.id, tuple | list) else message.id)
    return lacking


def po_bytes(catalog: Catalog) -> bytes:
    """The catalogue as text, in an order that depends on nothing but the messages."""
    target = io.BytesIO()
    write_po(target, catalog, width=120, sort_output=True, omit_header=True, include_lineno=False, ignore_obsolete=True)
    head = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head.encode() + b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n' + target.getvalue()


def mo_bytes(po: bytes) -> bytes:
    """The compiled catalogue; messages without a translation are left out."""
    target = io.BytesIO()
    catalog = read_po(io.BytesIO(po), locale="en")
    catalog.creation_date = catalog.revision_date = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # else it says when
    write_mo(target, catalog)
    return target.getvalue()


def main(arguments: list[str]) -> int:
    """Write both files, or with ``--check`` compare them; return the exit code."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mujun.web.settings")
    import django

    django.setup()
    catalog = collected()
    po, lacking = po_bytes(catalog), missing(catalog)
    for text in lacking:
        print(f"no English for: {text}")
    if "--check" in arguments:
        stale = not PO.exists() or po != PO.read_bytes() or not MO.exists() or mo_bytes(po) != MO.read_bytes()
        if stale:
            print("The catalogue is out of date: run python tools/messages.py")
        return 1 if lacking or stale else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po)
    MO.write_bytes(mo_bytes(po))
    print(f"{len(catalog)} messages, {len(lacking)} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
