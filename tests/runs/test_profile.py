"""A profile tells where a run's time went, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.runs.profile import COLUMNS, Line, Profile, lines_of
from etlframe.steps.aggregate import aggregate
from etlframe.steps.rows import SortValues
from etlframe.timing import Part, Phase


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{'ab'[at % 2]},{at}\n" for at in range(1000))
    (tmp_path / "in.csv").write_text(f"k,v\n{rows}")
    return tmp_path


def pipeline(mode: str = "write") -> etl.Pipeline:
    read = etl.Pipeline("sums", "in.csv").query("v > 9")
    return read.groupby("k").agg(n=("v", "count"), s=("v", "sum")).to("out/sums.csv", mode=mode)


def top(frame: pd.DataFrame) -> list[str]:
    return frame.loc[frame["level"] == 0, "phase"].tolist()


# -- what is run -----------------------------------------------------------------------------------


def test_a_profile_loads_nothing_and_is_not_in_the_log(folder: Path) -> None:
    profile = pipeline().profile()
    assert (profile.rows_extracted, profile.rows_loaded) == (1000, 2)
    assert sorted(each.name for each in folder.iterdir()) == [".etlframe", "in.csv"]
    assert list((folder / ".etlframe" / "logs").iterdir()) == []


def test_a_profile_of_an_append_takes_the_old_rows_along_and_leaves_them(folder: Path) -> None:
    pipeline().run().raise_for_status()
    old = (folder / "out/sums.csv").read_bytes()
    there = sorted((folder / "out").iterdir())
    assert pipeline("append").profile().rows_loaded == 2
    assert (folder / "out/sums.csv").read_bytes() == old
    assert sorted((folder / "out").iterdir()) == there


def test_a_failure_is_the_run_s_own_error_and_leaves_nothing(folder: Path) -> None:
    def spoil(df: pd.DataFrame) -> pd.DataFrame:
        raise ZeroDivisionError("by zero")

    with pytest.raises(etl.errors.StepError, match="spoil"):
        etl.Pipeline("bad", "in.csv").pipe(spoil).to("out/bad.csv").profile()
    assert not (folder / "out").exists()


def test_a_destination_of_another_kind_is_left_out(folder: Path) -> None:
    from tests.runs.fakes import CsvTarget

    class Elsewhere(CsvTarget, etl.loaders.base.Destination):  # type: ignore[misc]
        check = load = load_frame = None

    target: Any = Elsewhere(folder / "out.csv")
    profile = etl.Pipeline("sums", "in.csv", destination=target).profile()
    assert (profile.rows_loaded, profile.destination) == (0, "out.csv")


# -- what it tells ---------------------------------------------------------------------------------


def test_its_phases_make_up_the_whole_time() -> None:
    profile = pipeline().profile("duckdb")
    frame = profile.frame()
    assert frame.dtypes.astype(str).to_dict() == COLUMNS
    assert top(frame) == [
        "write the log",
        "sniff the source",
        "open the engine",
        "plan the steps",
        "load",
        "write the log",
        "everything else",
    ]
    whole = frame[frame["level"] == 0]
    assert whole["seconds"].sum() == pytest.approx(profile.seconds)
    assert whole["share"].sum() == pytest.approx(1)
    assert frame.loc[frame["phase"] == "load", "rows"].tolist() == [2]


def test_duckdb_s_operators_are_told_with_the_step_that_they_are_of() -> None:
    frame = pipeline().profile("duckdb").frame()
    operators = frame[frame["cpu_seconds"].notna()].set_index("phase")
    assert {"plan the query", "read in.csv", "filter", "aggregate", "write"} <= set(operators.index)
    assert operators.loc["read in.csv", "rows"] == 1000
    assert operators.loc["aggregate", "step"] == "groupby k agg n, s"
    assert operators["started"].isna().all()
    computed = frame.loc[frame["phase"] == "compute and write", "seconds"].item()
    assert operators["seconds"].sum() == pytest.approx(computed, rel=0.01)


def test_steps_in_pandas_have_a_time_each() -> None:
    frame = pipeline().profile("pandas").frame()
    assert top(frame)[1:4] == ["extract", "query v > 9", "groupby k agg n, s"]
    steps = frame[frame["step"] != ""].set_index("step")
    assert steps.loc["query v > 9", "rows"] == 990
    assert (steps["engine"] == "pandas").all()


def test_polars_tells_its_phases() -> None:
    frame = pipeline().profile("polars").frame()
    assert "compute and write" in frame.loc[frame["engine"] == "polars", "phase"].tolist()


def test_an_operator_that_two_steps_may_have_asked_for_is_of_none() -> None:
    steps = [aggregate(("k",), n=("v", "count")), SortValues(("n",), (True,), "last")]
    parts = (Part("aggregate", "aggregate", 1.0), Part("sort", "sort", 3.0))
    lines = lines_of([Phase("compute", 0, 1.0, 2.0, parts=parts)], 4.0, steps)
    assert [(line.name, line.step, line.at, line.seconds) for line in lines] == [
        ("compute", "", 1.0, 2.0),
        ("aggregate", "groupby k agg n", 1.0, 0.5),
        ("sort", "", 1.5, 1.5),
        ("everything else", "", 2.0, 2.0),
    ]


# -- how it looks ----------------------------------------------------------------------------------

MADE_UP = Profile(
    "<delays>",
    "duckdb+pandas",
    2.0,
    (
        Line("sniff the source", 0, "", "", None, 0.0, 0.25),
        Line("compute", 0, "duckdb", "", 14, 0.25, 1.0),
        Line("aggregate", 1, "duckdb", "groupby a<b", 14, 0.25, 0.5, cpu=1.0),
        Line("write", 1, "duckdb", "", None, 0.75, 0.0001, cpu=0.1),
        Line("rank", 0, "pandas", "rank", 5, 1.25, 0.5),
        Line("everything else", 0, "", "", None, 1.75, 0.25),
    ),
    rows_extracted=27_004,
    rows_loaded=5,
    destination="out/<delays>.csv",
    memory=12_000_000,
    spilled=1_500_000_000,
)


def test_it_is_a_waterfall_in_a_terminal() -> None:
    heading, *lines = repr(MADE_UP).splitlines()
    assert heading == (
        "<delays>: 2.0 s, engine duckdb+pandas, 27,004 rows read, 5 to load, "
        "12 MB held by DuckDB, 1.5 GB spilled to the disk"
    )
    assert lines == [
        "  sniff the source                   250 ms  ████",
        "  compute                    duckdb   1.0 s      ████████████████",
        "    aggregate (groupby a<b)  duckdb  500 ms      ░░░░░░░░",
        "  rank                       pandas  500 ms                      ████████",
        "  everything else                    250 ms                              ████",
        "  ░ operators work at the same time; they share out the engine's time by their CPU time.",
    ]


def test_it_is_a_card_in_a_notebook() -> None:
    html = MADE_UP._repr_html_()
    assert "Profile of &lt;delays&gt;" in html
    assert "aggregate (groupby a&lt;b)" in html
    assert "<delays>" not in html
    assert "left:12.50%;width:50.00%" in html
    assert "out/&lt;delays&gt;.csv (nothing was loaded)" in html
    assert ">write<" not in html, "a line that takes no time is not shown"


def test_a_run_that_took_no_time_can_be_shown() -> None:
    nothing = Profile("p", "pandas", 0.0, (Line("extract", 0, "pandas", "", None, 0.0, 0.0),))
    assert repr(nothing) == "p: 0 ms, engine pandas, – rows read\n  extract  pandas  <1 ms"
    assert "extract" in nothing._repr_html_()
    assert nothing.frame()["share"].tolist() == [0.0]
