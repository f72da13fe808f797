"""Instance folders: read to the letter, written back the same, and every fault with its address."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mujun.base.errors import MujunError, UnreadableInput
from mujun.files.instances import read_instance, write_instance
from mujun.renewal.blocks.problem import Objective, Problem, Terms

NODES = "id,benefit,cost,area_mu,lock\n007,1.5,2,3,\n08,-1,2,4,in\nNA,0,1e1,5.25,out\n"
EDGES = "a,b\n007,08\n08,NA\n"


def put(folder: Path, nodes: Any = NODES, edges: Any = EDGES, problem: Any = "budget: 10\n") -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in (("nodes.csv", nodes), ("edges.csv", edges), ("problem.yaml", problem)):
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (folder / name).write_bytes(data)
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(UnreadableInput) as caught:
        read_instance(folder)
    return str(caught.value)


def test_ids_are_kept_to_the_letter_and_figures_with_all_their_digits(tmp_path: Path) -> None:
    instance = read_instance(put(tmp_path))
    problem = instance.problem
    assert problem.ids == ("007", "08", "NA")
    assert problem.benefit.tolist() == [1.5, -1, 0]
    assert problem.cost.tolist() == [2, 2, 10]
    assert problem.area_mu.tolist() == [3, 4, 5.25]
    assert problem.lock.tolist() == [0, 1, -1]
    assert problem.edges.tolist() == [[0, 1], [1, 2]]
    assert problem.terms == Terms(budget=10.0)
    assert instance.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    nodes = "id,benefit,cost,area_mu,lock,together,protected\n甲,1,1,1,,王家,是\n乙,1,1,1,,王家,\n丙,1,1,1,,,否\n"
    folder = put(
        tmp_path,
        nodes.replace("\n", end).encode(encoding),
        "a,b\n甲,乙\n".replace("\n", end).encode(encoding),
        "objective: area  # 面积\n".encode(encoding),
    )
    problem = read_instance(folder).problem
    assert problem.ids == ("甲", "乙", "丙")
    assert problem.together.tolist() == [0, 0, -1]
    assert problem.protected.tolist() == [True, False, False]
    assert problem.terms.objective is Objective.AREA


def test_irregular_files_are_read_row_by_row_as_the_same(tmp_path: Path) -> None:
    """Quotes, blank rows, rows cut short and spare commas are no faults."""
    nodes = '"id",benefit,cost,area_mu,lock\n\n007,1.5,2,3\n"08",-1,2,4,in,,\n,,,,\nNA,0,1e1,5.25,out\n\n'
    plain, odd = read_instance(put(tmp_path)).problem, read_instance(put(tmp_path / "odd", nodes)).problem
    assert odd.ids == plain.ids
    assert odd.lock.tolist() == plain.lock.tolist()
    assert odd.area_mu.tolist() == plain.area_mu.tolist()


def test_an_id_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    nodes = 'id,benefit,cost,area_mu,lock\n"a,b",1,1,1,\n"c""d",1,1,1,\n"e\nf",1,1,1,\n'
    problem = read_instance(put(tmp_path, nodes, 'a,b\n"a,b","c""d"\n"e\nf","a,b"\n')).problem
    assert problem.ids == ("a,b", 'c"d', "e\nf")
    assert problem.edges.tolist() == [[0, 1], [0, 2]]


def test_blanks_around_an_id_belong_to_it_but_do_not_part_an_edge_from_its_parcel(tmp_path: Path) -> None:
    nodes = "id,benefit,cost,area_mu,lock\n p1,1,1,1,\np2 ,1,1,1,\n"
    instance = read_instance(put(tmp_path, nodes, "a,b\np1, p2\n"))
    assert instance.problem.ids == (" p1", "p2 ")
    assert instance.problem.edges.tolist() == [[0, 1]]
    assert len(instance.notes) == 2


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    edges = "a,b,front_m,road\n007,08,3,x\n08,007,5,x\n08,08,1,x\nNA,08,,x\n"
    instance = read_instance(put(tmp_path, NODES.replace("lock\n", "lock\n", 1), edges))
    assert instance.problem.edges.tolist() == [[0, 1], [1, 2]]
    assert instance.problem.front_m.tolist() == [5, 0]
    assert instance.notes == (
        "edges.csv 有1行是一宗地与自己相邻，未采用（第4行）。",
        "edges.csv 有1行重复，只算一次（第3行）。",
        "edges.csv 的“road”列未采用。",
    )


def test_every_key_of_the_problem(tmp_path: Path) -> None:
    nodes = "id,benefit,cost,area_mu,floor,lock,五金\na,1,1,1,5,,30\nb,1,1,1,,,\n"
    text = """
budget: 1e6
min_block_mu: 2
max_block_mu: 30.5
max_blocks: 3
target_mu: 0.5
resources: {floor: 20, cost: 7}
protected_share_max: 0.25
holes: forbid
front_price: 0.01
objective: cost
budget_by_period: [1, 2.5]
"""
    folder = put(tmp_path, nodes, "a,b\na,b\n", text)
    (folder / "capacity.csv").write_text(
        "period,sector,floor_area_m2\n1,五金,100\n2,五金,50\n2,五金,7\n", encoding="utf-8"
    )
    instance = read_instance(folder)
    assert instance.problem.terms == Terms(
        objective=Objective.COST, budget=1e6, min_block_mu=2, max_block_mu=30.5, max_blocks=3, target_mu=0.5,
        resources={"floor": 20, "cost": 7}, protected_share_max=0.25, holes=False, front_price=0.01,
    )  # fmt: skip
    assert {name: use.tolist() for name, use in instance.problem.use.items()} == {"floor": [5, 0], "cost": [1, 1]}
    assert instance.budget_by_period == (1, 2.5)
    assert instance.capacity is not None
    assert instance.capacity.to_numpy().tolist() == [[1, "五金", 100], [2, "五金", 50], [2, "五金", 7]]
    assert instance.notes == ()
    periods = instance.periods
    assert periods is not None
    assert periods.budget == (1, 2.5)
    assert {sector: floor.tolist() for sector, floor in periods.floor_m2.items()} == {"五金": [30, 0]}
    assert {sector: room.tolist() for sector, room in periods.room_m2.items()} == {"五金": [100, 57]}


@pytest.mark.parametrize("text", ["", "budget:\nmax_blocks: null\n", "# 无\n"])
def test_absent_limits_do_not_bind(tmp_path: Path, text: str) -> None:
    assert read_instance(put(tmp_path, problem=text)).problem.terms == Terms()


HEAD = "id,benefit,cost,area_mu,lock\n"
BROKEN_NODES = [
    ("id,benefit,cost,area,lock\n", ["nodes.csv", "缺少“area_mu”列", "是否为“area”"]),
    (HEAD + "a,1,1,1,\n\nb,x,1,1,\n", ["nodes.csv", "第4行", "“benefit”列", "“x”不是有限的数"]),
    (HEAD + "a,nan,1,1,\n", ["第2行", "“benefit”列", "“nan”不是有限的数"]),
    (HEAD + "a,1,inf,1,\n", ["第2行", "“cost”列", "“inf”不是有限的数"]),
    (HEAD + "a,1,1e999,1,\n", ["第2行", "“cost”列", "“1e999”超出了可用的范围"]),
    (HEAD + "a,1,1,-0.5,\n", ["第2行", "“area_mu”列", "是负数“-0.5”"]),
    (HEAD + "a,1,,1,\n", ["第2行", "“cost”列", "是空的"]),
    (HEAD + "a,1,1,1,inn\n", ["第2行", "“lock”列", "“inn”不可识别", "是否为“in”"]),
    (HEAD + "a,1,1,1,\nb,1,1,1,\na,1,1,1,\n", ["第4行", "“id”列", "“a”与第2行重复"]),
    (HEAD + "a,1,1,1,\n ,1,1,1,\n", ["第3行", "“id”列", "是空的"]),
    (HEAD + "a,1,1,1,,7\n", ["nodes.csv", "第2行有6格"]),
    ("id,id,benefit,cost,area_mu,lock\n", ["第1行有重复的列名“id”"]),
    (HEAD[:-1] + ",protected\na,1,1,1,,maybe\n", ["第2行", "“protected”列", "“maybe”不是“是”或“否”"]),
    ("", ["nodes.csv", "是空的"]),
    (b"\x00\x01\x02\xff\x00" * 100, ["nodes.csv", "不是表格文本"]),
    (HEAD.encode() + "甲乙丙丁".encode("gb18030") + b",1,1,1,\n\xff\xff,1,1,1,\n", ["nodes.csv", "文字"]),
    (None, ["没有“nodes.csv”"]),
]  # fmt: skip
BROKEN_EDGES = [
    ("a,c\n007,08\n", ["edges.csv", "缺少“b”列"]),
    ("a,b\n007,08\n007,0O8\n", ["edges.csv", "第3行", "“b”列", "“0O8”不在 nodes.csv 里"]),
    ("a,b\n007,\n", ["edges.csv", "第2行", "“b”列", "是空的"]),
    ("a,b\n007\n", ["edges.csv", "第2行", "“b”列", "是空的"]),
    ("a,b,front_m\n007,08,-1\n", ["edges.csv", "第2行", "“front_m”列", "是负数“-1”"]),
    (None, ["没有“edges.csv”"]),
]
BROKEN_PROBLEMS = [
    ("budgte: 3\n", ["problem.yaml", "不认识“budgte”", "是否为“budget”"]),
    ("budget: 3\nbudget: 4\n", ["第2行的“budget”重复了"]),
    ("budget: -3\n", ["“budget”的值“-3”是负数"]),
    ("budget: .inf\n", ["“budget”的值“inf”不是有限的数"]),
    ("budget: .nan\n", ["“budget”的值“nan”不是有限的数"]),
    ("budget: many\n", ["“budget”的值“many”不是数"]),
    ("budget: true\n", ["“budget”的值“True”不是数"]),
    ("max_blocks: 2.5\n", ["“max_blocks”的值“2.5”不是整数"]),
    ("min_block_mu: 9\nmax_block_mu: 8\n", ["min_block_mu（9）大于 max_block_mu（8）"]),
    ("objective: cost\n", ["target_mu"]),
    ("objective: benfit\n", ["“objective”的值“benfit”不可识别", "是否为“benefit”"]),
    ("holes: no\n", ["“holes”的值“False”不可识别", "只能是allow、forbid"]),
    ("protected_share_max: 1.5\n", ["protected_share_max（1.5）大于1"]),
    ("resources: 5\n", ["“resources”应是"]),
    ("resources: {florr: 5}\n", ["resources 里的“florr”不是 nodes.csv 的数值列"]),
    ("resources: {lock: 5}\n", ["resources 里的“lock”不是 nodes.csv 的数值列"]),
    ("resources: {cost: x}\n", ["“resources.cost”的值“x”不是数"]),
    ("budget_by_period: 4\n", ["“budget_by_period”应是一列数"]),
    ("budget_by_period: [1, -2]\n", ["budget_by_period 第2期", "是负数"]),
    ("budget: [1\n", ["不是合法的 YAML"]),
    ("- budget\n", ["应是“键: 值”的列表"]),
    ("? [a, b]\n: 1\n", ["不是合法的 YAML"]),
    (b"\xff\xfe\xff", ["problem.yaml"]),
    (None, ["没有“problem.yaml”"]),
]


@pytest.mark.parametrize(
    ("part", "content", "parts"),
    [(part, *row) for part, rows in (("nodes", BROKEN_NODES), ("edges", BROKEN_EDGES), ("problem", BROKEN_PROBLEMS)) for row in rows],
)  # fmt: skip
def test_a_broken_instance_is_refused_in_one_sentence_with_an_address(
    tmp_path: Path, part: str, content: Any, parts: list[str]
) -> None:
    sentence = refusal(put(tmp_path, **{part: content}))
    assert [word for word in parts if word not in sentence] == []
    assert "\n" not in sentence


@pytest.mark.parametrize("period", ["0", "3", "1.5", "x"])
def test_capacity_belongs_to_a_period(tmp_path: Path, period: str) -> None:
    folder = put(tmp_path, problem="budget_by_period: [1, 2]\n")
    (folder / "capacity.csv").write_text(f"period,sector,floor_area_m2\n{period},x,1\n")
    assert "capacity.csv”第2行“period”列" in refusal(folder)


CAPACITY_HEAD = "period,sector,floor_area_m2\n"
BROKEN_CAPACITY = [
    ("period,sector,floor\n", ["capacity.csv", "缺少“floor_area_m2”列"]),
    (CAPACITY_HEAD + "1,x,-3\n", ["第2行", "“floor_area_m2”列", "是负数“-3”"]),
    (CAPACITY_HEAD + "1,x,\n", ["第2行", "“floor_area_m2”列", "是空的"]),
    (CAPACITY_HEAD + "1,x,1\n\n2,,1\n", ["第4行", "“sector”列", "是空的，而别的行写了行业"]),
    (CAPACITY_HEAD + "1,x,1\n2,textile,1\n", ["第3行的行业“textile”", "缺少“textile”或“floor_textile_m2”列", "是否为“floor_textil_m2”"]),
    (CAPACITY_HEAD + "1,y,1\n", ["第2行", "“sector”列", "两列：“y”或“floor_y_m2”"]),
    (CAPACITY_HEAD + "1,cost,1\n", ["第2行的行业“cost”", "缺少"]),
    (CAPACITY_HEAD + "1,,1\n", ["第2行的行业“”", "缺少“floor_m2”列"]),
    (CAPACITY_HEAD + "1,z,1\n", ["nodes.csv", "第3行", "“z”列", "是负数“-1”"]),
    ("", ["capacity.csv", "是空的"]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "parts"), BROKEN_CAPACITY)
def test_a_broken_capacity_is_refused_in_one_sentence_with_an_address(
    tmp_path: Path, content: str, parts: list[str]
) -> None:
    nodes = "id,benefit,cost,area_mu,x,y,floor_y_m2,z,floor_textil_m2\n007,1,2,3,4,5,6,7,8\n08,1,2,3,4,5,6,-1,8\n"
    folder = put(tmp_path, nodes, "a,b\n007,08\n", "budget_by_period: [1, 2]\n")
    (folder / "capacity.csv").write_text(content, encoding="utf-8")
    sentence = refusal(folder)
    assert [word for word in parts if word not in sentence] == []


def test_periods_without_budgets_are_those_of_the_capacity(tmp_path: Path) -> None:
    nodes = "id,benefit,cost,area_mu,floor_m2,floor_29_m2\n007,1,2,3,4,5\n08,1,2,3,,\n"
    folder = put(tmp_path, nodes, "a,b\n", "")
    assert read_instance(folder).periods is None
    (folder / "capacity.csv").write_text(CAPACITY_HEAD, encoding="utf-8")
    assert read_instance(folder).periods is None
    for sector, floor in (("", 4), ("29", 5)):
        (folder / "capacity.csv").write_text(CAPACITY_HEAD + f"3,{sector},9\n", encoding="utf-8")
        periods = read_instance(folder).periods
        assert periods is not None
        assert periods.budget == (np.inf, np.inf, np.inf)
        assert {name: value.tolist() for name, value in periods.floor_m2.items()} == {sector: [floor, 0]}
        assert {name: room.tolist() for name, room in periods.room_m2.items()} == {sector: [0, 0, 9]}
    (folder / "capacity.csv").write_text(CAPACITY_HEAD + "2024,29,9\n", encoding="utf-8")
    assert "不是年份" in refusal(folder)


def test_no_folder(tmp_path: Path) -> None:
    assert "没有" in refusal(tmp_path / "nowhere")


def same(first: Problem, second: Problem) -> bool:
    for field in dataclasses.fields(Problem):
        a, b = getattr(first, field.name), getattr(second, field.name)
        if field.name == "use":
            equal = a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
        else:
            equal = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
        if not equal:
            return False
    return True


def test_written_and_read_again_it_is_the_same_problem(tmp_path: Path) -> None:
    nodes = pd.DataFrame(
        {"id": ["007", "a,b", "中"], "benefit": [0.1, -1 / 3, 1e-7], "cost": [0.0, 2.5, 1e9], "area_mu": [1.0, 0.3, 2.0],
         "lock": ["", "in", "out"], "together": ["", "x", "x"], "protected": [True, False, False], "floor": [1.0, 2.0, 3.0],
         "塑料": [1.0, 0.0, 2.0], "floor_五金_m2": [0.1, 0.2, 0.3]}
    )  # fmt: skip
    edges = pd.DataFrame({"a": ["007", "a,b"], "b": ["a,b", "中"], "front_m": [1.25, 0.0]})
    terms = Terms(
        objective=Objective.COST, budget=1e9, min_block_mu=0.1, max_block_mu=8, max_blocks=2, target_mu=1 / 3,
        resources={"floor": 5}, protected_share_max=0.5, holes=False, front_price=2,
    )  # fmt: skip
    capacity = pd.DataFrame({"period": [1, 2], "sector": ["塑料", "五金"], "floor_area_m2": [10.0, 20.0]})
    folder = tmp_path / "x" / "instance"
    write_instance(folder, nodes, edges, terms, budget_by_period=[5, 6], capacity=capacity)
    instance = read_instance(folder)
    again = tmp_path / "again"
    write_instance(again, nodes, edges, terms)
    assert same(instance.problem, read_instance(again).problem)
    assert instance.problem.terms == terms
    assert instance.problem.benefit.tolist() == nodes["benefit"].tolist()
    assert instance.problem.together.tolist() == [-1, 0, 0] or instance.problem.together.tolist() == [-1, 1, 1]
    assert instance.budget_by_period == (5, 6)
    assert instance.capacity is not None
    assert instance.capacity.equals(capacity.astype({"sector": "str"}))
    assert instance.notes == ()


def test_an_instance_is_replaced_but_nothing_else_is(tmp_path: Path) -> None:
    nodes = pd.DataFrame({"id": ["a"], "benefit": [1.0], "cost": [1.0], "area_mu": [1.0]})
    edges = pd.DataFrame({"a": [], "b": []}, dtype="str")
    capacity = pd.DataFrame({"period": [1], "sector": ["x"], "floor_area_m2": [10.0]})
    folder = tmp_path / "instance"
    write_instance(folder, nodes.assign(x=1.0), edges, Terms(), capacity=capacity)
    (folder / "adjacency.gpkg").write_bytes(b"layer")
    write_instance(folder, nodes.assign(id="b"), edges, Terms(budget=1))
    instance = read_instance(folder)
    assert (instance.problem.ids, instance.problem.terms.budget, instance.capacity) == (("b",), 1, None)
    assert (folder / "adjacency.gpkg").read_bytes() == b"layer"
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    with pytest.raises(MujunError, match="不会覆盖"):
        write_instance(tmp_path / "other", nodes, edges, Terms())
    with pytest.raises(MujunError, match="floor"):
        write_instance(tmp_path / "new", nodes, edges, Terms(resources={"floor": 1}))
    assert not (tmp_path / "new").exists()


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(
    lambda text: text.strip() == text
)


@given(st.lists(words, min_size=1, max_size=6, unique=True), st.lists(st.floats(-1e9, 1e9), min_size=6, max_size=6))
def test_any_id_and_any_figure_come_back(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], figures: list[float]
) -> None:
    folder = tmp_path_factory.mktemp("words") / "instance"
    number = len(ids)
    nodes = pd.DataFrame({"id": ids, "benefit": figures[:number], "cost": 1.0, "area_mu": np.abs(figures[:number])})
    edges = pd.DataFrame({"a": ids[:-1], "b": ids[1:]}, dtype="str")
    write_instance(folder, nodes, edges, Terms())
    problem = read_instance(folder).problem
    assert problem.ids == tuple(ids)
    assert problem.benefit.tolist() == figures[:number]
    assert problem.edges.tolist() == [[n, n + 1] for n in range(number - 1)]
