"""What was found of decimals, as cases: every engine gives what pandas gives, and exactly that.

Plain pandas refuses arithmetic on decimals in strings, rounds their mean, and compares them with
floats that miss the last digit; what etlframe means instead is written here with the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etlframe import ETLError, Pipeline

from .comparing import assert_same

ENGINES = ("pandas", "duckdb", "polars")


def money(*written: str | None, digits: tuple[int, int] = (15, 2)) -> pd.Series[Any]:
    values = [None if each is None else Decimal(each) for each in written]
    made: pd.Series[Any] = pd.Series(values, dtype=pd.ArrowDtype(pa.decimal128(*digits)))
    return made


DF = pd.DataFrame(
    {
        "k": ["a", "b", "a", "b"],
        "m": money("901.23", None, "0.35", "-2.5"),
        "d": money("0.07", "0.1", "0.05", "0"),
        "t": money("0.08", "0", "0.02", "1"),
        "r": money("1.005", "0.35", "-2.500", "0", digits=(12, 3)),
        "big": money("9999999999999.99", "0.01", "1", "5"),
        "i": [1, 2, 3, 4],
        "n": [1.0, np.nan, 3.0, 4.0],
        "f": [0.5, np.nan, np.inf, -2.5],
        "b": [True, False, True, True],
    }
)

WANTED = [Decimal("0.35"), 901.23, 1]
WANTED_DECIMAL, WANTED_FLOAT = Decimal("0.5"), np.float64(0.35)

Case = Callable[[Pipeline], Pipeline]
CASES: dict[str, Case] = {
    "a product beyond 18 digits, which DuckDB holds in 64 bits": lambda p: p.assign(
        x="big * big * m"
    ),
    "a sum beyond 18 digits": lambda p: p.assign(x="big * 99999 + big * 99999"),
    "different scales": lambda p: p.assign(x="m + r", y="m * r", z="r - m", w="m > r"),
    "a sign": lambda p: p.assign(x="+m", y="-m", z="abs(-m) - -m"),
    "whole numbers that miss values are floats": lambda p: p.assign(x="m * n", y="m > n"),
    "floats, infinities and NaN": lambda p: p.assign(x="m * f", y="f / d", z="m < f", w="d / f"),
    "division by zero": lambda p: p.assign(x="m / d", y="d / d", z="i / d"),
    "a sum of none is zero, with all digits": lambda p: (
        p.query("m.isna()").groupby("k").agg(x=("m", "sum"), y=("m", "mean"), z=("m", "min"))
    ),
    "no rows": lambda p: p.head(0).assign(x="m * d", y="m > 1", z="m / d"),
    "a comparison that misses, as a column": lambda p: p.assign(x="m > 1").assign(y="x == b"),
    "a comparison that cannot miss is bool": lambda p: p.assign(x="d > 0.05"),
    "what missed is filtered out, and the comparison is bool": lambda p: p.query(
        "m.notna()"
    ).assign(x="m > 1"),
    "missing or true is true, missing or false is missing": lambda p: p.assign(x="m > 1 or b"),
    "a choice takes missing for False": lambda p: p.assign(
        x=lambda d: d["i"].where(d["m"] > 1, 0), y=lambda d: d["d"].mask(d["m"] > 1)
    ),
    "clip leaves missing values": lambda p: p.assign(x="m.clip(0, 1)"),
    "decimals in a list of columns": lambda p: p.query("m in [d, r, 0.35]"),
    "nothing is None, all is different from it": lambda p: p.query("not m == None and m != None"),
    "a list in a variable": lambda p: p.query("m == @WANTED and d != @WANTED"),
    "a Decimal beside floats": lambda p: p.query("f < @WANTED_DECIMAL or m < @WANTED_FLOAT"),
    "not in": lambda p: p.query("d not in [0.07, 1]"),
    "a Decimal in a variable": lambda p: p.assign(x=lambda d: d["m"] * Decimal("0.0700")),
    "aggregates of products": lambda p: (
        p.assign(x="m * (1 - d)", y="x * (1 + t)")
        .groupby("k")
        .agg(a=("x", "sum"), b=("y", "sum"), c=("y", "mean"), e=("y", "max"))
    ),
    "keys of different digits": lambda p: p.merge(DF[["r", "i"]], left_on="m", right_on="r"),
    "one column of different digits": lambda p: p.select("m").concat(
        DF[["r"]].set_axis(["m"], axis=1)
    ),
    "fill with more digits than there are": lambda p: p.fillna({"m": Decimal("0.005")}),
    "half to even": lambda p: p.assign(x="r.round(2)", y="m.round()", z="m.round(5)"),
    "windows": lambda p: p.assign(
        x="m.shift()", y="d.diff()", z=lambda d: d.groupby("k")["m"].transform("sum")
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_engine_gives_the_answer_of_pandas(case: str, engine: str) -> None:
    assert_same(CASES[case](Pipeline("case", DF)), engine)


ANSWERS: dict[str, tuple[str, list[Any]]] = {
    "an exact product": ("m * (1 - d)", [Decimal("838.1439"), None, Decimal("0.3325"),
                                         Decimal("-2.5")]),
    "a type of over 38 digits": ("m * (1 - d) * (1 + t)", [
        Decimal("905.195412"), None, Decimal("0.33915"), Decimal(-5),
    ]),
    "a quotient is a float": ("i / d * 0 + m / 2", [450.615, None, 0.175, None]),
    "0.35 is 0.35": ("m == 0.35", [False, None, True, False]),
    "among numbers": ("m in [0.35, 2, 901.23]", [True, False, True, False]),
    "not of a missing comparison": ("not m > 1", [False, None, True, True]),
    "between floats": ("d.between(0.05, 0.07)", [True, False, True, False]),
}  # fmt: skip


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("case", ANSWERS)
def test_a_string_means_what_it_says(case: str, name: str) -> None:
    string, expected = ANSWERS[case]
    got = Pipeline("p", DF).assign(x=string).collect(name)["x"]
    assert [None if pd.isna(each) else each for each in got] == expected


@pytest.mark.parametrize("name", ENGINES)
def test_a_mean_is_a_float_and_not_rounded_to_the_column(name: str) -> None:
    got = Pipeline("p", DF).groupby("b").agg(x=("d", "mean"), n=("d", "count")).collect(name)
    assert got.dtypes.astype(str).to_dict() == {"b": "bool", "x": "float64", "n": "int64"}
    assert got["x"].tolist() == pytest.approx([0.1, 0.04])


@pytest.mark.parametrize("name", ENGINES)
def test_digits_that_do_not_fit_are_an_error(name: str) -> None:
    pipeline = Pipeline("p", DF).assign(x="big * big * big * big")
    with pytest.raises(ETLError):
        pipeline.collect(name)


@pytest.mark.parametrize("name", ["duckdb", "polars"])
def test_a_file_of_decimals_runs_on_the_engine_alone(name: str, tmp_path: Path) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.Table.from_pandas(DF, preserve_index=False), path)
    pipeline = (
        Pipeline("q6", path)
        .query("d >= 0.05 and d <= 0.07 and m > 0")
        .assign(x="m * (1 - d)")
        .groupby("k")
        .agg(revenue=("x", "sum"), share=("d", "mean"))
    )
    assert {step.engine for step in pipeline.explain(name).steps} == {name}
    assert_same(pipeline, name)
    assert pipeline.to(str(out)).run(engine=name).ok
    written = pq.read_table(out)
    assert written.schema.field("revenue").type == pa.decimal128(38, 4)
    assert written["revenue"].to_pylist() == [Decimal("838.4764")]


@pytest.mark.parametrize("name", ENGINES)
def test_a_file_has_the_digits_of_pandas(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert Pipeline("p", DF).assign(x="m * d", y="1 - d").to(str(out)).run(engine=name).ok
    schema = pq.read_schema(out)
    assert schema.field("x").type == pa.decimal128(31, 4)
    assert schema.field("y").type == pa.decimal128(22, 2)
