"""Every row that pandas would check is seen, whatever follows; and no other row is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

import etlframe as etl
from etlframe.errors import KeysNotUniqueError, ValidationError
from etlframe.plan.explain import explained

ROWS = 300_000
NEAR = pa.DataFrameSchema({"n": pa.Column(int, pa.Check.lt(ROWS - 1))}, name="Near")
"""What the last row alone does not keep."""

Plan = Callable[[etl.Pipeline], etl.Pipeline]
OTHERS = pd.DataFrame({"k": [1, 2], "w": [3, 4]})

FOLLOWING: dict[str, Plan] = {
    "nothing": lambda p: p,
    "a filter by the checked column": lambda p: p.query("n < 9"),
    "a filter by another": lambda p: p.query("k == 1"),
    "two filters": lambda p: p.query("k == 1").query("n < 9"),
    "a filter that the file's statistics answer": lambda p: p.query("n > 10**9"),
    "a filter that is never true": lambda p: p.query("k in []"),
    "the column changed, then a filter": lambda p: p.assign(n="n * 2").query("n < 9"),
    "columns dropped": lambda p: p.select("k"),
    "groups, some of them left out": lambda p: p.groupby("k").agg(n=("n", "min")).query("k == 1"),
    "groups of which no one is left": lambda p: p.groupby("k").agg(n=("n", "min")).query("k > 99"),
    "groups, the first one": lambda p: p.groupby("k").agg(n=("n", "min")).head(1),
    "the largest of groups": lambda p: p.groupby("k")["n"].nlargest(2),
    "the largest of groups, the first one": lambda p: p.groupby("k")["n"].nlargest(2).head(1),
    "many of the largest of groups": lambda p: p.groupby("k")["n"].nsmallest(11).query("k == 1"),
    "the first rows of groups": lambda p: p.groupby("k").head(2).query("k == 1"),
    "the first rows of groups, the first one": lambda p: p.groupby("k").head(2).head(1),
    "the first rows": lambda p: p.head(2),
    "no rows": lambda p: p.head(0),
    "the last rows of the first ones": lambda p: p.head(5).tail(1),
    "all but the last": lambda p: p.head(-1),
    "the last rows": lambda p: p.tail(1),
    "no last rows": lambda p: p.tail(0),
    "the greatest": lambda p: p.sort_values("n", ascending=False).head(1),
    "the smallest": lambda p: p.sort_values("n").head(1),
    "without duplicates": lambda p: p.drop_duplicates("k"),
    "the first of those without": lambda p: p.drop_duplicates("k").head(1),
    "a merge with few": lambda p: p.merge(OTHERS, on="k"),
    "a merge with none": lambda p: p.merge(OTHERS.query("w > 9"), on="k"),
    "a merge with those that have a match": lambda p: p.merge(OTHERS, on="k", how="left_semi"),
    "the first of a left merge": lambda p: p.merge(OTHERS, on="k", how="left").head(1),
    "a right merge": lambda p: p.merge(OTHERS, on="k", how="right"),
    "none of them, and a right merge": lambda p: p.query("n < 0").merge(
        OTHERS, on="k", how="right"
    ),
    "none of them, and others": lambda p: p.query("n < 0").concat(OTHERS),
    "others, and then the first": lambda p: p.concat(OTHERS).head(1),
    "a sum of all": lambda p: p.assign(s=lambda d: d["n"].sum()).query("k == 1"),
    "the row before": lambda p: p.assign(s=lambda d: d["n"].shift()).head(3),
    "a function": lambda p: p.pipe(lambda d: d.head(1)),
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    df = pd.DataFrame({"n": np.arange(ROWS), "k": np.arange(ROWS) % 5, "s": "text"})
    for suffix in ("parquet", "csv"):
        etl.DataLoader(folder / f"in.{suffix}").load(df)
    return folder


@pytest.fixture(params=["parquet", "csv"])
def rows(request: pytest.FixtureRequest, folder: Path) -> etl.Pipeline:
    return etl.Pipeline("rows", folder / f"in.{request.param}")


def validated_on(pipeline: etl.Pipeline, engine: str) -> list[str]:
    steps = explained(pipeline, engine).steps
    return [step.engine for step in steps if step.name.startswith("validate")]


@pytest.mark.parametrize("follows", FOLLOWING.values(), ids=FOLLOWING)
def test_a_row_that_a_later_step_leaves_out_is_seen(
    rows: etl.Pipeline, engine: str, follows: Plan
) -> None:
    pipeline = follows(rows.validate(NEAR))
    assert validated_on(pipeline, engine) == [engine]
    with pytest.raises(ValidationError, match=f"failed for 1 row, for example {ROWS - 1}"):
        pipeline.collect(engine)


@pytest.mark.parametrize("follows", FOLLOWING.values(), ids=FOLLOWING)
def test_rows_that_keep_the_schema_go_on(rows: etl.Pipeline, engine: str, follows: Plan) -> None:
    before = rows.query(f"n < {ROWS - 1}")
    got = follows(before.validate(NEAR)).collect(engine)
    pd.testing.assert_frame_equal(got, follows(before).collect(engine))


@pytest.mark.parametrize(
    "before",
    [
        lambda p: p.query(f"n < {ROWS - 1}"),
        lambda p: p.query("k == 0"),
        lambda p: p.head(9),
        lambda p: p.drop_duplicates("k"),
        lambda p: p.merge(OTHERS, on="k").query("n < 99"),
    ],
)
def test_a_row_that_an_earlier_step_left_out_is_not_checked(
    rows: etl.Pipeline, engine: str, before: Plan
) -> None:
    assert len(before(rows).validate(NEAR).collect(engine)) > 0


def test_a_merge_sees_the_rows_of_both_sides(rows: etl.Pipeline, engine: str) -> None:
    keys = etl.Pipeline("keys", OTHERS).rename({"w": "n"})
    for how in ("inner", "left", "right", "outer", "left_semi", "left_anti"):
        merged = keys.merge(rows.validate(NEAR).query("k == 1"), on="k", how=how)
        with pytest.raises(ValidationError):
            merged.collect(engine)


def test_what_fails_first_in_the_plan_is_told(rows: etl.Pipeline, engine: str) -> None:
    twice = pd.DataFrame({"k": [1, 1]})
    checked_first = rows.validate(NEAR).merge(twice, on="k", validate="m:1")
    merged_first = rows.merge(twice, on="k", validate="m:1").validate(NEAR)
    with pytest.raises(ValidationError):
        checked_first.collect(engine)
    with pytest.raises(KeysNotUniqueError):
        merged_first.collect(engine)


def test_nothing_is_loaded_where_a_row_is_refused(
    rows: etl.Pipeline, engine: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    assert rows.head(3).to(out).run(engine).ok
    had = out.read_bytes()
    for mode in ("write", "append"):
        result = rows.validate(NEAR).to(out, mode=mode).run(engine)
        assert [each["type"] for each in result.errors] == ["ValidationError"]
        assert result.attempts == 1
        assert out.read_bytes() == had
    assert [each.name for each in tmp_path.glob("[!.]*")] == ["out.parquet"]


def test_a_plan_that_may_not_fall_back_still_tells_what_fails(
    rows: etl.Pipeline, engine: str
) -> None:
    with etl.set_options(fallback="error"), pytest.raises(ValidationError):
        rows.validate(NEAR).collect(engine)


def test_the_first_rows_are_shown_once_all_are_checked(rows: etl.Pipeline, engine: str) -> None:
    with etl.set_options(engine=engine):
        assert len(rows.query("k == 0").validate(NEAR).preview(3)) == 3
        with pytest.raises(ValidationError):
            rows.validate(NEAR).preview(3)


def test_missing_values_that_were_left_out_decide_the_dtype(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "in.csv"
    lines = [f"{n},{n % 2 == 0}" for n in range(50_000)]
    path.write_text("\n".join(["n,b", *lines, ",", ""]))
    filtered = etl.Pipeline("p", path).query("n < 10")
    for name, dtype in (("n", int), ("b", bool)):
        pipeline = filtered.validate(pa.DataFrameSchema({name: pa.Column(dtype)}))
        assert validated_on(pipeline, engine) == [engine]
        with pytest.raises(ValidationError, match=f"column '{name}' is (float64|object), not"):
            pipeline.collect(engine)
    path.write_text("\n".join(["n,b", *lines, ""]))
    kept = filtered.validate(pa.DataFrameSchema({"n": pa.Column(int), "b": pa.Column(bool)}))
    assert list(kept.collect(engine).dtypes) == ["int64", "bool"]
