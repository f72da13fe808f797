"""``mujun instance COUNTY --out INSTANCE``: the block problem of a county, with the adjacency as a layer."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mujun.base.errors import MujunError, UnreadableInput
from mujun.cli.terminal import progress, stderr, stdout
from mujun.evaluation import evaluate
from mujun.files.adjacency_layer import write_adjacency
from mujun.files.county import read_county
from mujun.files.instances import write_instance
from mujun.register.drawn import shapes_of
from mujun.register.tables import Register, RegisterTable
from mujun.renewal.adjacency import Adjacency, Rule, parcel_adjacency
from mujun.renewal.blocks.problem import Objective, Terms
from mujun.renewal.findings import find
from mujun.renewal.findings.figures import parcel_figures
from mujun.renewal.instance import Instance, Options, Together, build_instance
from mujun.rulebook.findings.load import load_findings_rules
from mujun.rulebook.load import load_rules
from mujun.rulebook.worth import WorthRules, load_worth


def add_parser(subparsers: Any) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("instance", help="由县文件夹做出集中连片的选块问题")
    parser.add_argument("county", type=Path, metavar="COUNTY", help="县文件夹")
    parser.add_argument("--out", type=Path, required=True, metavar="INSTANCE", help="写到这个文件夹")
    parser.add_argument("--year", type=int, help="年度（默认为有年度指标的最近一年，没有指标时为上一年）")
    parser.add_argument("--gap-m", type=float, default=30.0, metavar="M", help="最大间距，米；0为必须相接（30）")
    parser.add_argument("--front-m", type=float, default=1.0, metavar="M", help="最短相邻边，米（1）")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--rules", metavar="NAME_OR_FILE", help="只有按这个认定规则集认定的低效用地才有正效益")
    which.add_argument("--findings", type=Path, metavar="findings.csv", help="同上，用 mujun findings 写出的结果")
    parser.add_argument("--worth", type=Path, metavar="FILE", help="效益与费用参数（YAML；默认为随附的缺省值）")
    parser.add_argument("--budget", type=float, metavar="WAN", help="预算，万元（默认不限）")
    parser.add_argument("--min-block-mu", type=float, default=100.0, metavar="MU", help="每片最小面积，亩（100）")
    parser.add_argument("--max-block-mu", type=float, metavar="MU", help="每片最大面积，亩（默认不限）")
    parser.add_argument("--max-blocks", type=int, metavar="K", help="最多几片（默认不限）")
    parser.add_argument("--target-mu", type=float, metavar="MU", help="至少整治多少亩（默认不限）")
    parser.add_argument("--objective", choices=[o.value for o in Objective], default="benefit", help="目标（benefit）")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="某列合计的上限，如 floor_33_m2=20000；可多次给出",
    )
    parser.add_argument(
        "--together",
        choices=[t.value for t in Together],
        default="building",
        help="同进同出：同一房屋、同一权利人（building）",
    )
    parser.add_argument(
        "--protected-share", type=float, default=0.0, metavar="SHARE", help="片内保留宗地面积占比上限（0：不得入片）"
    )
    parser.add_argument("--front-price", type=float, default=0.0, metavar="WAN", help="每米外露边的代价，万元（0）")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 打印")


def run(args: argparse.Namespace) -> int:
    """Write the instance; print how many parcels, pairs and pieces."""
    rule, terms, worth = Rule(gap_m=args.gap_m, front_m=args.front_m), _terms(args), load_worth(args.worth)
    with progress("读取县文件夹") as advance:
        register, defects = read_county(args.county, progress=advance)
    register, notes = _named_once(register)
    year, said = _year(register, args.year)
    found = _found(register, year, args)
    with progress("判定相邻"):
        adjacency = parcel_adjacency(register["parcels"], rule, register["barriers"])
    instance = _instance(register, adjacency, worth, year, found, args)
    missing = [name for name in terms.resources if name not in instance.nodes]
    if missing:
        columns = [str(name) for name in instance.nodes if str(name).startswith("floor")]
        raise MujunError(f"没有{'、'.join(missing)}这一列，不能设上限。", next_step=f"可用：{'、'.join(columns)}。")
    with progress("写出结果"):
        write_instance(args.out, instance.nodes, instance.edges, terms)
        write_adjacency(
            args.out / "adjacency.gpkg",
            instance.nodes,
            shapes_of(register["parcels"]["geometry"].to_numpy(dtype=object)),
            adjacency,
        )
        answer = _answer(
            instance, adjacency, worth, year, [*notes, *said, *instance.notes, *adjacency.notes], len(defects)
        )
        (args.out / "adjacency.json").write_text(
            json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    _tell(answer, args)
    return 0


def _terms(args: argparse.Namespace) -> Terms:
    amounts = {"--budget": args.budget, "--min-block-mu": args.min_block_mu, "--max-block-mu": args.max_block_mu,
               "--target-mu": args.target_mu, "--front-price": args.front_price, "--max-blocks": args.max_blocks}  # fmt: skip
    for name, value in amounts.items():
        if value is not None and not 0 <= value < float("inf"):
            raise MujunError(f"{name} 的值“{value:g}”不可用。", next_step="请给不小于 0 的数。")
    if not 0 <= args.protected_share <= 1:
        raise MujunError(
            f"--protected-share 的值“{args.protected_share:g}”不可用。", next_step="它是份额，应在0与1之间。"
        )
    if args.max_block_mu is not None and args.max_block_mu < args.min_block_mu:
        raise MujunError("--min-block-mu 大于 --max-block-mu。", next_step="请更正其中一个。")
    objective = Objective(args.objective)
    if objective is Objective.COST and args.target_mu is None:
        raise MujunError("目标为费用最少（cost）时必须给出 --target-mu。")
    return Terms(
        objective, args.budget, args.min_block_mu, args.max_block_mu, args.max_blocks, args.target_mu,
        dict(_limit(text) for text in args.limit), args.protected_share, True, args.front_price,
    )  # fmt: skip


def _limit(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        amount = float(value)
    except ValueError:
        amount = -1.0
    if not name or not 0 <= amount < float("inf"):
        raise MujunError(f"--limit “{text}”看不懂。", next_step="请写成 列名=上限，如 floor_33_m2=20000。")
    return name, amount


def _named_once(register: Register) -> tuple[Register, list[str]]:
    """Keep the first parcel of each code; those without a code cannot be named in a plan."""
    parcels = register["parcels"]
    kept = (~parcels["parcel_id"].duplicated() & (parcels["parcel_id"] != "")).to_numpy()
    if not kept.any():
        raise UnreadableInput("县文件夹里没有宗地。", next_step="请补上宗地表（parcels）后重试。")
    if kept.all():
        return register, []
    data = parcels[kept].reset_index(drop=True)
    told = f"{int((~kept).sum())}宗地没有代码或代码重复，没有列入。"
    return Register({**register.tables, "parcels": RegisterTable(data)}, register.sources), [told]


def _year(register: Register, asked: int | None) -> tuple[int, list[str]]:
    """Return the year that counts and, where nobody said it and no figures do, a note; a missing table is empty."""
    years = register["measures"]["year"].dropna()
    if asked is not None or not years.empty:
        return (int(years.max()) if asked is None else asked), []
    last = dt.date.today().year - 1
    return last, [f"没有年度指标，按上一年（{last}年）计算；可用 --year 另定。"]


def _found(register: Register, year: int, args: argparse.Namespace) -> set[str] | None:
    if args.findings is not None:
        return _named(args.findings)
    if args.rules is None:
        return None
    rules = load_findings_rules(args.rules)
    grades = None
    if rules.needs_grades and rules.grade_rules:
        with progress("按评价规则集定等级"):
            try:
                grades = evaluate(register, load_rules(rules.grade_rules), year).grades[["firm_id", "grade"]]
            except MujunError as error:
                stderr().print(f"不能按{rules.grade_rules}评价，等级标准没有适用：{error}", markup=False)
    return set(find(register, rules, year, grades).table["parcel_id"].astype(str))


def _named(path: Path) -> set[str]:
    file = path / "findings.csv" if path.is_dir() else path
    try:
        table = pd.read_csv(file, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"读不到认定结果“{path}”。", why=str(error).splitlines()[0]) from None
    column = next((name for name in ("parcel", "parcel_id", "宗地代码") if name in table), None)
    if column is None:
        raise UnreadableInput(f"“{file}”里没有 parcel 列。", next_step="请给出 mujun findings 写出的 findings.csv。")
    return set(table[column].str.removeprefix("'")) - {""}


def _instance(
    register: Register,
    adjacency: Adjacency,
    worth: WorthRules,
    year: int,
    found: set[str] | None,
    args: argparse.Namespace,
) -> Instance:
    day = dt.date(year, 12, 31)
    figures = parcel_figures(register, year)
    columns = {name: figures.columns[name] for name in ("area_mu", "tax_per_mu")}
    used = (figures.users.main >= 0) | figures.users.unclear
    options = Options(Together(args.together), args.protected_share)
    table = pd.DataFrame({**columns, "used": used})
    return build_instance(register, table, adjacency, worth.on(day), day, found, options)


def _answer(
    instance: Instance, adjacency: Adjacency, worth: WorthRules, year: int, notes: list[str], defects: int
) -> dict[str, Any]:
    ids = instance.nodes["id"].to_numpy(dtype=object)
    sizes = np.unique(adjacency.pieces(), return_counts=True)[1]
    return {
        "year": year,
        "rule": adjacency.rule.describe(),
        "worth": worth.sentences(dt.date(year, 12, 31)),
        "parcels": len(instance.nodes),
        "gaining": int((instance.nodes["benefit"] > 0).sum()),
        "edges": {str(k): int(n) for k, n in pd.Series(adjacency.kind, dtype="str").value_counts().items()},
        "pieces": len(sizes),
        "largest": int(sizes.max()),
        "refused": {str(k): int(n) for k, n in adjacency.refused["reason"].astype("str").value_counts().items()},
        "passages": _told(ids, adjacency.passages, "reason"),
        "repairs": _told(ids, adjacency.repairs, "fault"),
        "notes": notes,
        "defects": defects,
    }


def _told(ids: npt.NDArray[np.object_], table: pd.DataFrame, what: str) -> list[dict[str, str]]:
    names = ids[table["position"].to_numpy(dtype=np.int64)]
    return [{"id": str(name), what: str(text)} for name, text in zip(names, table[what], strict=True)]


def _tell(answer: dict[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    labels = {"touches": "相接", "faces": "隔空相对", "bridged": "经桥、路、沟连接", "decided": "按决定"}
    edges = "，".join(f"{labels[kind]} {count} 对" for kind, count in answer["edges"].items())
    stdout().print(answer["rule"], markup=False)
    stdout().print(f"{answer['parcels']} 宗地（{answer['gaining']} 宗有正效益），{edges or '没有相邻'}；"
                   f"连成 {answer['pieces']} 块，最大的有 {answer['largest']} 宗。", markup=False)  # fmt: skip
    for sentence in answer["worth"]:
        stderr().print(sentence, markup=False)
    for passage in answer["passages"]:
        stderr().print(f"宗地{passage['id']}没有参与相邻：{passage['reason']}。", markup=False)
    for note in [
        *answer["notes"],
        *([f"图形有问题而修补或没有使用的宗地 {len(answer['repairs'])} 宗。"] if answer["repairs"] else []),
    ]:
        stderr().print(note, markup=False)
    stderr().print(f"结果已写入 {args.out}", markup=False)
