"""An evaluation on disk: frozen inputs, frozen rules, results. Written once; replayed to the same bytes.

grades.csv        what is published, one row per firm
accounts.parquet  every number of every account
account/          account sheets as JSON, for the firms asked for
snapshot/         the tables of the register that were read, with the cell of every value
rules.yaml        the rule set as it was
run.json          year, rule set, counts, and the SHA-256 of every other file
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mujun import __version__
from mujun.base.errors import MujunError, UnreadableInput
from mujun.evaluation import Evaluation, evaluate
from mujun.evaluation.account import account_sheet
from mujun.files.grades import write_grades
from mujun.files.run_folder import digests, read_run, write_json, written_whole
from mujun.files.snapshot import read_snapshot, write_snapshot
from mujun.rulebook.load import parse_rules

FORMAT = 1
TABLES_READ = ("firms", "parcels", "occupancy", "measures", "taxes", "marks")


def write_run(evaluation: Evaluation, out: Path, accounts: Sequence[str] | str = ()) -> dict[str, Any]:
    """Write ``evaluation`` into the folder ``out`` and return the content of its ``run.json``.

    ``accounts`` are the firms whose account sheets are written as well, or ``"all"``. The folder appears whole or
    not at all. Raises MujunError where ``out`` holds something else, or a firm of ``accounts`` is unknown.
    """
    with written_whole(out) as draft:
        write_snapshot(evaluation.register, draft / "snapshot", TABLES_READ)
        (draft / "rules.yaml").write_text(evaluation.rules.text, encoding="utf-8", newline="")
        _write_results(evaluation, draft, _chosen(evaluation, accounts))
        description = _describe(evaluation, draft)
        write_json(description, draft / "run.json")
    return description


def load_run(run: Path) -> Evaluation:
    """Compute the evaluation of a run folder anew from its frozen inputs and rules."""
    description = read_run(run)
    try:
        register = read_snapshot(run / "snapshot")
        text = (run / "rules.yaml").read_bytes().decode("utf-8")
        return evaluate(register, parse_rules(text, "rules.yaml"), int(description["year"]))
    except (OSError, pa.ArrowException, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UnreadableInput(f"“{run}”的快照读不出来。", why=str(error).splitlines()[0]) from None


def write_again(run: Path, description: dict[str, Any], target: Path) -> dict[str, Any]:
    """Write the results of a run folder anew into ``target``, where its inputs are; return what ``run.json`` should say."""
    evaluation = load_run(run)
    firms = [Path(name).stem for name in description["files"] if name.startswith("account/")]
    _write_results(evaluation, target, [firm for firm in firms if firm in evaluation.positions])
    return _describe(evaluation, target)


def _chosen(evaluation: Evaluation, accounts: Sequence[str] | str) -> Iterable[str]:
    if accounts == "all":
        return list(evaluation.positions)
    unknown = [firm for firm in accounts if firm not in evaluation.positions]
    if unknown:
        raise MujunError(f"没有企业 {'、'.join(unknown)}。", next_step="请核对统一社会信用代码。")
    return list(accounts)


def _write_results(evaluation: Evaluation, folder: Path, accounts: Iterable[str]) -> None:
    write_grades(evaluation, folder / "grades.csv")
    table = pa.Table.from_pandas(evaluation.accounts, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, folder / "accounts.parquet", compression="zstd")
    for firm in accounts:
        (folder / "account").mkdir(exist_ok=True)
        write_json(account_sheet(evaluation, firm), folder / "account" / f"{_file_name(firm)}.json")


def _file_name(firm_id: str) -> str:
    if firm_id in ("", ".", "..") or any(character in firm_id for character in '/\\:\0"<>|?*'):
        raise MujunError(f"企业代码“{firm_id}”不能用作文件名。", next_step="请先更正这个代码。")
    return firm_id


def _describe(evaluation: Evaluation, folder: Path) -> dict[str, Any]:
    grades = evaluation.grades
    graded = grades[grades["grade"] != ""]
    counts = (graded["group"] + " " + graded["grade"]).value_counts().sort_index()
    return {
        "format": FORMAT,
        "mujun": __version__,
        "year": evaluation.year,
        "rules": {
            "name": evaluation.rules.name,
            "title": evaluation.rules.title,
            "sha256": evaluation.rules.digest,
        },
        "firms": len(grades),
        "counts": {str(key): int(number) for key, number in counts.items()},
        "not_graded": {
            str(k): int(v) for k, v in grades.loc[grades["rank"].isna(), "reason"].value_counts().sort_index().items()
        },
        "baselines": {" ".join(key): repr(reference.value) for key, reference in sorted(evaluation.baselines.items())},
        "files": digests(folder),
    }
