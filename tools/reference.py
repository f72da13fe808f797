"""Write the parts of docs/reference that the program itself knows: ``python tools/reference.py``.

Tables of the exchange format, commands, defects and permissions are made from the code, so that they cannot lie; a test
compares the files with what this makes.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
sys.path.insert(0, str(ROOT / "src"))
MARK = "<!-- From here on made by tools/reference.py; do not edit. -->\n"
"""What stands above this line in a document is written by hand."""


def _table(headings: list[str], rows: Iterator[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def exchange() -> str:
    """Return the exchange format, written from the schema."""
    from mujun.register.schema import TABLES

    parts = []
    for table in TABLES.values():
        names = "、".join([table.label, *table.names])
        parts.append(f"\n## `{table.name}` {table.label}\n\n")
        parts.append(
            f"Key: {' + '.join(f'`{name}`' for name in table.key)}. File or sheet names: `{table.name}`, {names}."
        )
        parts.append(" Has geometry.\n\n" if table.geometry else "\n\n")
        rows = (
            [
                f"`{column.name}`",
                column.label,
                column.kind.value,
                column.unit,
                "、".join(column.headings),
                "; ".join(f"`{code}` {'/'.join(words)}" for code, words in column.choices),
            ]
            for column in table.columns
        )
        parts.append(_table(["column", "中文", "kind", "unit", "also read from", "choices"], rows))
    return "".join(parts)


def defects() -> str:
    """Return every kind of defect, written from the catalogue."""
    from mujun.register.catalogue import SECTIONS

    parts = []
    for section, entries in SECTIONS.items():
        rows = ([f"`{code}`", entry.severity.value, entry.message, entry.mend] for code, entry in entries.items())
        parts.append(f"\n## {section}\n\n" + _table(["code", "severity", "sentence", "how to mend it"], rows))
    return "".join(parts)


def commands() -> str:
    """Return the help of every command."""
    from mujun.cli.main import COMMANDS

    parts = []
    for name, (module, line) in COMMANDS.items():
        parser = argparse.ArgumentParser(prog="mujun")
        subparsers = parser.add_subparsers()
        importlib.import_module(module).add_parser(subparsers)
        parts.append(f"\n## `mujun {name}`\n\n{line}。\n\n```text\n{_help(subparsers.choices[name])}```\n")
    return "".join(parts)


def _help(parser: argparse.ArgumentParser) -> str:
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=110)
    return parser.format_help()


def permissions() -> str:
    """Return the table of roles and rights, and the right that each page asks for."""
    from mujun.cli.django_project import start

    start()
    from django.urls import get_resolver
    from django.utils import translation

    from mujun.web.people.rights import PAGES, ROLE_RIGHTS, Right, Role

    get_resolver().url_patterns  # noqa: B018 - importing the views is what registers the pages
    translation.activate("zh-hans")
    roles = [str(role.label) for role in Role]
    held = [right for right in Right if right not in (Right.ANYONE, Right.SIGNED_IN)]
    matrix = (
        [f"{right.label} `{right.value}`", *("✓" if right in ROLE_RIGHTS[role] else "" for role in Role)]
        for right in held
    )
    pages = (
        [
            f"`{page.name.removeprefix('mujun.web.')}`",
            " ".join(page.methods),
            f"`{page.right.value}`",
            f"`{page.write.value}`",
        ]
        for page in sorted(PAGES.values(), key=lambda page: page.name)
        if page.name.startswith("mujun.")
    )
    return (
        f"\n## Rights by role\n\n{_table(['right', *roles], matrix)}"
        f"\n## Pages\n\n{_table(['page', 'methods', 'to read', 'to write'], pages)}"
    )


DOCUMENTS: dict[str, Callable[[], str]] = {
    "exchange.md": exchange,
    "defects.md": defects,
    "command-line.md": commands,
    "permissions.md": permissions,
}


def document(name: str) -> str:
    """Return the whole document ``name``: what was written by hand, then what the program knows."""
    head = (REFERENCE / name).read_text(encoding="utf-8").partition(MARK)[0]
    return head + MARK + DOCUMENTS[name]()


def main() -> int:
    """Write every document; return 0."""
    for name in DOCUMENTS:
        (REFERENCE / name).write_text(document(name), encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
