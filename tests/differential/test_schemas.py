"""A schema means the same on every engine: verdict, report, and the frame that comes back."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import etlframe as etl
from etlframe.errors import ValidationError

from .comparing import assert_same
from .frames import INF, frames
from .random_schemas import AFTER, BEFORE, schemas

COLUMNS = ["i", "j", "m", "f", "g", "s", "k", "b", "t", "z"]


@st.composite
def _frames(draw: st.DrawFn) -> pd.DataFrame:
    df = draw(frames())
    gaps = draw(st.sampled_from([0, 0, 1, 2]))  # whole numbers, with or without missing values
    holes = [gaps > 1 and at % 3 == 0 for at in range(len(df))]
    return df.assign(m=df["i"].mask(pd.Series(holes, dtype=bool)))[COLUMNS]


def verdict(pipeline: etl.Pipeline, engine: str) -> ValidationError | None:
    try:
        pipeline.collect(engine)
    except ValidationError as error:
        return error
    except Exception:  # noqa: BLE001 - other errors are compared elsewhere
        return None
    return None


def assert_same_verdict(pipeline: etl.Pipeline, engine: str) -> None:
    expected, got = verdict(pipeline, "pandas"), verdict(pipeline, engine)
    if expected is None or got is None:
        assert expected is got
        assert_same(pipeline, engine)
        return
    assert str(got) == str(expected)
    assert got.messages == expected.messages
    assert got.step == expected.step
    pd.testing.assert_frame_equal(got.failure_cases, expected.failure_cases)


SOURCES = ["csv", "jsonl", "parquet", "frame", "frame"]


@given(data=st.data())
def test_a_schema_means_the_same_on_every_engine(data: st.DataObject, engine: str) -> None:
    df, suffix = data.draw(_frames()), data.draw(st.sampled_from(SOURCES))
    if suffix == "jsonl":  # JSON has no infinity, and the loader refuses it
        df = df.replace([INF, -INF], float("nan"))
    with TemporaryDirectory() as folder:
        source: pd.DataFrame | Path = df
        if suffix != "frame":
            source = Path(folder, f"in.{suffix}")
            etl.DataLoader(source).load(df)
        pipeline = data.draw(st.sampled_from(BEFORE))(etl.Pipeline("p", source))
        pipeline = pipeline.validate(data.draw(schemas()))
        assert_same_verdict(data.draw(st.sampled_from(AFTER))(pipeline), engine)
