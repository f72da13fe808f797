from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mujun.demo.catch import Catch, catch
from mujun.demo.county import write_county


def planted(*rows: tuple[int, str, str, int]) -> pd.DataFrame:
    columns = ["case", "codes", "role", "row"]
    frame = pd.DataFrame(rows, columns=columns).assign(kind="k", file="a.csv", sheet="", field="x")
    return frame.astype({"row": "Int64"})


def found(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "severity", "row"]).assign(file="a.csv", sheet="", field="x")
    return frame.astype({"row": "Int64"})


LIST = planted(
    (1, "bad|worse", "planted", 2), (1, "bad|worse", "planted", 3), (2, "bad", "planted", 9), (2, "", "consequence", 5)
)


def test_one_row_of_a_case_and_one_of_its_codes_is_enough() -> None:
    result = Catch(LIST, found(("worse", "error", 3), ("other", "error", 9)), 100)
    assert result.by_kind().loc["k", ["planted", "caught"]].tolist() == [2, 1]
    assert result.recall == 0.5
    assert result.missed()["row"].tolist() == [9]


def test_wolf_is_what_nothing_planted_explains() -> None:
    loud = found(
        ("bad", "warning", 2),
        ("x", "warning", 5),
        ("x", "error", 7),
        ("y", "error", 7),
        ("z", "notice", 8),
        ("f", "error", None),
    )
    result = Catch(LIST, loud, 100)
    assert result.false_alarms()["row"].tolist() == [7, 7]
    assert result.false_share() == 0.01
    assert result.false_share(strict=True) == 0.02


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11])
def test_the_demonstration_county_is_read_as_it_should(tmp_path: Path, seed: int) -> None:
    write_county(tmp_path / "county", seed=seed, scale=0.3)
    result = catch(tmp_path / "county")
    assert len(result.by_kind()) >= 40
    assert result.recall >= 0.99, result.missed()
    assert result.false_share() <= 0.005, result.false_alarms()
    assert result.in_the_cell() >= 0.99
