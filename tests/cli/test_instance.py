"""``mujun instance`` from the outside: a folder of files in, a block problem out that reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest
import shapely

from mujun.base.creditcode import check_character
from mujun.cli.main import main
from mujun.files.instances import read_instance


def code(number: int) -> str:
    body = f"91330784MA00000{number:02d}"
    return body + check_character(body)


def wkt(west: float, south: float) -> str:
    return f'"{shapely.to_wkt(shapely.box(west, south, west + 0.001, south + 0.001))}"'


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "县"
    folder.mkdir()
    shapes = [wkt(120, 29), wkt(120.001, 29), wkt(120.00225, 29), wkt(120.0022, 29.5)]
    areas = [10000, 10000, 10000, 20000]
    rows = [f"G{n},甲镇,{a},{g}" for n, (a, g) in enumerate(zip(areas, shapes, strict=True), 1)]
    (folder / "宗地.csv").write_text(
        "宗地代码,镇街,登记面积,图形\n" + "\n".join([*rows, *rows[:0]]) + "\n", encoding="utf-8"
    )
    (folder / "企业.csv").write_text(f"统一社会信用代码,企业名称,是否规上\n{code(1)},示范甲,否\n", encoding="utf-8")
    (folder / "用地关系.csv").write_text(
        f"firm_id,parcel_id,from,kind,area_m2\n{code(1)},G1,2010-01-01,自有,10000\n", encoding="utf-8"
    )
    (folder / "年度指标.csv").write_text(f"firm_id,年度,税收(万元)\n{code(1)},2024,30\n", encoding="utf-8")
    road = shapely.to_wkt(shapely.LineString([(120.0021, 28.9), (120.0021, 29.1)]))
    (folder / "分隔与连接.csv").write_text(f'barrier_id,图形,类别,作用\nR1,"{road}",street,\n', encoding="utf-8")
    return folder


def run(county: Path, out: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["instance", str(county), "--out", str(out), "--json", *options]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_an_instance_reads_back(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "题"
    answer = run(county, out, "--budget", "900", "--max-blocks", "2", "--limit", "floor_m2=50", capsys=capsys)
    assert answer["edges"] == {"touches": 1, "faces": 1}
    assert (answer["pieces"], answer["largest"]) == (2, 3)
    problem = read_instance(out).problem
    assert problem.ids == ("G1", "G2", "G3", "G4")
    assert problem.edges.tolist() == [[0, 1], [1, 2]]
    assert problem.front_m[1] == pytest.approx(111, abs=1)
    assert problem.benefit.tolist() == pytest.approx([15 * 22, 15 * 24, 15 * 24, 30 * 24])
    assert problem.cost.tolist() == [600, 600, 600, 1200]
    assert problem.terms.budget == 900
    assert problem.terms.min_block_mu == 100
    assert problem.terms.max_blocks == 2
    assert problem.terms.resources == {"floor_m2": 50}
    told = json.loads((out / "adjacency.json").read_text(encoding="utf-8"))
    assert told == answer
    assert "不短于1米" in told["rule"]


def test_the_layer_shows_why(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(county, tmp_path / "题", capsys=capsys)
    layers = {}
    for name in ("parcels", "adjacency", "refused"):
        meta, _, shapes, values = pyogrio.raw.read(tmp_path / "题" / "adjacency.gpkg", layer=name)
        assert meta["crs"] == "EPSG:4490"
        layers[name] = (shapely.from_wkb(shapes), dict(zip(meta["fields"], values, strict=True)))
    shapes, fields = layers["adjacency"]
    assert [shape.geom_type for shape in shapes] == ["LineString"] * 2
    assert fields["reason"][1].startswith("隔街道R1，相对")
    assert len(layers["parcels"][0]) == 4
    assert len(layers["refused"][0]) == 0


def test_gap_findings_and_folder(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings = tmp_path / "findings.csv"
    findings.write_text("﻿parcel,criterion\nG2,low\nG2,other\nG9,low\n", encoding="utf-8")
    out = tmp_path / "题"
    answer = run(county, out, "--gap-m", "5", "--findings", str(findings), capsys=capsys)
    assert answer["edges"] == {"touches": 1}
    assert answer["gaining"] == 1
    assert any("1宗地不在宗地表里" in str(note) for note in answer["notes"])  # type: ignore[attr-defined]
    again = run(county, out, "--rules", "YK", capsys=capsys)
    assert again["edges"] == {"touches": 1, "faces": 1}
    (tmp_path / "别的").mkdir()
    (tmp_path / "别的" / "x.txt").write_text("x")
    assert main(["instance", str(county), "--out", str(tmp_path / "别的")]) == 2
    assert not (tmp_path / "别的" / "adjacency.gpkg").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--gap-m", "-1"], "相邻规则不能使用"),
        (["--budget", "nan"], "--budget"),
        (["--protected-share", "2"], "份额"),
        (["--limit", "floor"], "看不懂"),
        (["--limit", "grass=3"], "没有grass这一列"),
        (["--objective", "cost"], "--target-mu"),
        (["--max-block-mu", "5"], "--min-block-mu 大于"),
        (["--findings", "nowhere.csv"], "读不到认定结果"),
        (["--worth", "nowhere.yaml"], "参数文件"),
    ],
)
def test_broken_calls_are_refused_and_nothing_is_written(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main(["instance", str(county), "--out", str(tmp_path / "题"), *options]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "题").exists()
