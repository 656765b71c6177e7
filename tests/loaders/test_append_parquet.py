"""Appending to Parquet: columns by name, and no value changed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etlframe.engines.pandas import PandasRows
from etlframe.expressions.kinds import Kind
from etlframe.loaders.file import DataLoader
from etlframe.pipeline import Pipeline
from etlframe.runs.log import RunLog
from tests.loaders.appending import append, refused

# -- Parquet ---------------------------------------------------------------------------------------


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out [1]*?.parquet"


def test_columns_are_matched_by_name_and_new_ones_are_missing_in_old_rows(path: Path) -> None:
    parquet(path, a=[1], b=["x"])
    append(path, pd.DataFrame({"b": ["y"], "c": [2.5]}))
    assert pq.read_table(path).to_pylist() == [
        {"a": 1, "b": "x", "c": None},
        {"a": None, "b": "y", "c": 2.5},
    ]


def test_many_rows_stay_in_order(path: Path) -> None:
    for start in range(0, 600_000, 300_000):
        append(path, pd.DataFrame({"n": np.arange(start, start + 300_000)}))
    assert pq.read_table(path)["n"].to_numpy().tolist() == list(range(600_000))


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        (pa.array([1], pa.int32()), [2], pa.int64()),
        (pa.array([1], pa.int64()), [2.5], pa.float64()),
        (pa.array([1.5], pa.float64()), [2], pa.float64()),
        (pa.array([1.5], pa.float32()), [2.5], pa.float64()),
        (pa.array([1], pa.date32()), pd.to_datetime(["2024-01-02 03:00"]), pa.timestamp("us")),
    ],
)
def test_types_that_hold_each_other_become_the_wider_one(
    path: Path, old: pa.Array, new: Any, both: pa.DataType
) -> None:
    parquet(path, x=old)
    append(path, pd.DataFrame({"x": new}))
    table = pq.read_table(path)
    assert table.schema.types == [both]
    expected = [*old.cast(both).to_pylist(), *pa.array(pd.Series(new)).cast(both).to_pylist()]
    assert table["x"].to_pylist() == expected


@pytest.mark.parametrize(
    ("old", "new", "types"),
    [
        (["x"], [1], "VARCHAR in the file and BIGINT"),
        ([1], ["x"], "BIGINT in the file and VARCHAR"),
        ([True], [1], "BOOLEAN in the file and BIGINT"),
        ([1.5], pd.to_datetime(["2024-01-02"]), "DOUBLE in the file and TIMESTAMP"),
        (["x"], [["y"]], r"VARCHAR in the file and VARCHAR\[\]"),
    ],
)
def test_types_that_do_not_are_refused(path: Path, old: Any, new: Any, types: str) -> None:
    parquet(path, x=old)
    told = refused(path, pd.DataFrame({"x": new}))
    assert re.search(f"^Column 'x' is {types} in the new rows", told)


TOP, BILLIONS = 2**64 - 1, Decimal(10**18)
FINE = pa.array([Decimal("0.5")], pa.decimal128(38, 20))
OLD_DAY, NEW_DAY = dt.datetime(1500, 1, 1), dt.datetime(2024, 1, 2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([2**53 + 1], [0.5], "DOUBLE, which cannot hold 9007199254740993."),
        ([0.5], [2**53 + 1], "DOUBLE, which cannot hold 9007199254740993."),
        (pa.array([TOP], pa.uint64()), [-1], "UBIGINT, which cannot hold -1."),
        ([-1], np.array([TOP], "uint64"), f"BIGINT, which cannot hold {TOP}."),
        (FINE, [int(BILLIONS)], f"DECIMAL(38,20), which cannot hold {BILLIONS}."),
        (FINE, [BILLIONS * 10**9], f"DECIMAL(38,20), which cannot hold {BILLIONS * 10**9}."),
        (
            pa.array([NEW_DAY], pa.timestamp("ns")),
            np.array([OLD_DAY], "datetime64[us]"),
            "TIMESTAMP_NS, which cannot hold 1500-01-01 00:00:00.",
        ),
        (
            pa.array([OLD_DAY], pa.date32()),
            np.array([NEW_DAY], "datetime64[ns]"),
            "TIMESTAMP_NS, which cannot hold 1500-01-01.",
        ),
    ],
)
def test_a_value_that_the_type_of_both_cannot_hold_is_refused(
    path: Path, old: Any, new: Any, said: str
) -> None:
    parquet(path, x=old)
    told = refused(path, pd.DataFrame({"x": new}))
    assert told.startswith("Column 'x' is ")
    assert f"together they would be {said} Convert the new rows first" in told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (pa.array([TOP], pa.uint64()), np.array([1])),
        (pa.array([2**63 - 1], pa.int64()), np.array([3], "uint64")),
        (pa.array([-(2**63)], pa.int64()), np.array([7], "uint32")),
        (FINE, np.array([10**17])),
        (FINE, np.array([Decimal(3)], dtype=object)),
        (pa.array([Decimal(10**17)], pa.decimal128(38, 0)), [Decimal("0.25")]),
        (
            pa.array([dt.datetime(2024, 1, 1)], pa.timestamp("ns")),
            np.array(["2024-01-02"], "M8[us]"),
        ),
    ],
)
def test_values_that_it_can_hold_are_what_they_were(path: Path, old: pa.Array, new: Any) -> None:
    parquet(path, x=old)
    append(path, pd.DataFrame({"x": new}))
    assert pq.read_table(path)["x"].to_pylist() == [*old.to_pylist(), *pd.Series(new).tolist()]


def test_decimals_do_not_become_floats(path: Path) -> None:
    parquet(path, x=[Decimal("1.10")])
    assert "'x' is DECIMAL(3,2) in the file" in refused(path, pd.DataFrame({"x": [0.1]}))


@pytest.mark.parametrize("values", [["x"], [1], [True], [[1]]])
def test_a_column_whose_values_are_all_missing_has_any_type(path: Path, values: list[Any]) -> None:
    df, missing = pd.DataFrame({"x": values}), pd.DataFrame({"x": [None]}, dtype=object)
    for parts in ([df, missing], [missing, df]):
        path.unlink(missing_ok=True)
        for part in parts:
            append(path, part)
        found = pq.read_table(path)["x"].to_pylist()
        assert found == [v for part in parts for v in part["x"]]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (pa.int64(), pd.Series([np.nan])),
        (pa.int32(), pd.Series([None], dtype="Int64")),
        (pa.uint64(), pd.Series([np.nan])),
        (pa.float32(), pd.Series([np.nan])),
        (pa.decimal128(12, 2), pd.Series([None], dtype="Int64")),
        (pa.date32(), pd.Series([pd.NaT], dtype="datetime64[ns]")),
        (pa.string(), pd.Series([np.nan])),
    ],
    ids=lambda each: str(each) if isinstance(each, pa.DataType) else "",
)
def test_new_values_that_are_all_missing_leave_the_type_as_it_is(
    path: Path, kind: pa.DataType, missing: pd.Series[Any]
) -> None:
    parquet(path, x=pa.array([None, 3], pa.int32()).cast(kind))
    before = pq.read_table(path)
    append(path, pd.DataFrame({"x": missing}))
    assert pq.read_table(path).schema.types == [kind]
    assert pq.read_table(path)["x"].to_pylist() == [*before["x"].to_pylist(), None]


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
@pytest.mark.parametrize(("cell", "kind"), [("", pa.int64()), ("2.5", pa.float64())])
def test_an_empty_column_of_a_file_is_appended_to_integers(
    path: Path, engine: str, cell: str, kind: pa.DataType
) -> None:
    parquet(path, n=[1], s=["x"])
    source = path.with_name("in.csv")
    source.write_text(f"n,s\n,y\n{cell},z\n")
    plan = Pipeline("p", source).query("s != ''").to(path, mode="append")
    result = plan.run(engine, log=RunLog(path.with_name("log.jsonl")))
    assert (result.rows_extracted, result.rows_loaded) == (2, 2)
    table = pq.read_table(path)
    assert table.schema.types == [kind, pa.string()]
    assert table["s"].to_pylist() == ["x", "y", "z"]
    assert table["n"].to_pylist() == [1, None, float(cell) if cell else None]


def test_names_that_differ_by_case_are_refused_with_the_rename(path: Path) -> None:
    parquet(path, Speed=[1])
    told = refused(path, pd.DataFrame({"speed": [2]}))
    assert "has the column 'Speed', and the new rows have 'speed'" in told
    assert ".rename({'speed': 'Speed'})" in told


def test_kinds_that_are_known_are_kept(path: Path) -> None:
    rows = PandasRows(pd.DataFrame({"n": [1.0, None]}), {"n": Kind.INT})
    loader = DataLoader(path, mode="append")
    assert [loader.load_frame(rows).rows for _ in range(2)] == [2, 2]
    assert pq.read_table(path)["n"].type == pa.int64()


# -- what a person should know ---------------------------------------------------------------------


def told(path: Path, df: pd.DataFrame) -> tuple[str, ...]:
    return DataLoader(path, mode="append").load_frame(PandasRows(df)).warnings


def test_a_column_of_one_side_alone_is_told(path: Path) -> None:
    parquet(path, n=[1], delay=[2])
    assert told(path, pd.DataFrame({"n": [1], "dealy": [2]})) == (
        f"Column 'delay' of {path.name} is missing in the rows that were appended.",
        f"Column 'dealy' is new in {path.name}: it is missing in the rows before.",
    )


def test_integers_that_become_floats_are_told(path: Path) -> None:
    parquet(path, n=[1])
    assert told(path, pd.DataFrame({"n": [0.5]})) == (
        f"Column 'n' of {path.name} held integers and holds floats now.",
    )


def test_nothing_is_told_of_columns_that_stay(path: Path) -> None:
    parquet(path, n=[1], s=["x"], x=pa.array([1.5], pa.float32()))
    assert told(path, pd.DataFrame({"x": [2.5], "s": ["y"], "n": [2]})) == ()


def test_a_run_warns_of_what_appending_changed(path: Path) -> None:
    parquet(path, n=[1])
    plan = Pipeline("p", pd.DataFrame({"m": [2]})).to(path, mode="append")
    result = plan.run(log=RunLog(path.with_name("log.jsonl")))
    assert [each.partition(" of ")[0] for each in result.warnings][:1] == ["Column 'n'"]
    assert "'m' is new" in result.warnings[1]
