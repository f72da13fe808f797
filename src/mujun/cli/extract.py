"""``mujun extract DOCUMENT… --out statements.jsonl [--text FILE]``: what documents promise and report, one a line."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from rich.table import Table

from mujun.base.errors import MujunError
from mujun.cli.terminal import progress, stderr, stdout
from mujun.files.documents import read_document
from mujun.files.statements import statement_rows, write_statements, write_text
from mujun.targets.extraction import extract

_KINDS = {"target": "目标", "result": "成果", "fact": "事实"}


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("extract", help="从文档读出目标、成果和事实")
    parser.add_argument(
        "documents",
        type=Path,
        nargs="+",
        metavar="DOCUMENT",
        help="文档：txt、docx、html、带文字层的pdf（doc、wps需装有LibreOffice）",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="结果文件，一行一条（JSON）")
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help="另写读出的文字，start、end 按它计数；几个文档时写入这个文件夹，一个文档一个文件",
    )
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Read all documents, then write; where one cannot be read, nothing is written."""
    _check_names(args.documents)
    rows: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    notes: list[str] = []
    with progress("读取文档") as advance:
        for number, path in enumerate(args.documents):
            advance(path.name, number, len(args.documents))
            document = read_document(path)
            notes += [f"{path.name}：{note}" for note in document.notes]
            texts[path.stem] = document.text
            rows += statement_rows(path.stem, document.text, extract(document.text, name=path.stem))
    if args.text is not None:
        _write_texts(texts, args.text)
    write_statements(rows, args.out)
    counts = {doc: Counter(row["kind"] for row in rows if row["doc"] == doc) for doc in texts}
    if args.json:
        print(json.dumps({"documents": counts, "statements": len(rows), "notes": notes}, ensure_ascii=False))
        return 0
    table = Table("文档", *_KINDS.values(), "合计", title="读出的数量陈述")
    for doc, count in counts.items():
        table.add_row(doc, *(str(count[kind]) for kind in _KINDS), str(count.total()))
    stdout().print(table)
    for note in notes:
        stderr().print(note, markup=False)
    stderr().print(f"结果已写入 {args.out}")
    return 0


def _check_names(documents: list[Path]) -> None:
    twice = [name for name, count in Counter(path.stem for path in documents).items() if count > 1]
    if twice:
        raise MujunError(
            f"有几个文档同名：{'、'.join(twice)}。", why="结果按文档名区分。", next_step="请改名，或分几次运行。"
        )


def _write_texts(texts: dict[str, str], target: Path) -> None:
    """Write the text of one document to a file, those of several into a folder."""
    if len(texts) == 1 and not target.is_dir():
        write_text(next(iter(texts.values())), target)
        return
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MujunError(
            f"文件夹“{target}”建不了。", why=error.strerror or "", next_step="几个文档时 --text 应是文件夹。"
        ) from None
    for name, text in texts.items():
        write_text(text, target / f"{name}.txt")
