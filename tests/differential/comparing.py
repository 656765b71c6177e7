"""Compares two engines' answers: values, row order, column order, dtypes."""

from __future__ import annotations

import warnings

import pandas as pd

from etlframe import Pipeline


def answer(pipeline: Pipeline, engine: str) -> pd.DataFrame | str:
    """Return the frame, or the kind of error."""
    with warnings.catch_warnings():
        # numpy warns of a quantile between infinities, which is missing.
        warnings.filterwarnings("ignore", "invalid value encountered", RuntimeWarning)
        try:
            return pipeline.collect(engine)
        except Exception as error:  # noqa: BLE001 - an error is an answer, and must be the same
            return type(error).__name__


def assert_same(pipeline: Pipeline, engine: str) -> None:
    """Assert that an engine gives pandas' answer."""
    expected, got = answer(pipeline, "pandas"), answer(pipeline, engine)
    if isinstance(expected, str) or isinstance(got, str):
        assert isinstance(expected, str), f"{engine} failed with {got}, pandas gave:\n{expected}"
        assert isinstance(got, str), f"pandas failed with {expected}, {engine} gave:\n{got}"
        # An engine looks for columns before it reads rows and sees what is wrong with them.
        assert got in (expected, "ColumnNotFoundError")
        return
    assert list(got.columns) == list(expected.columns)
    assert isinstance(got.index, pd.RangeIndex)
    # Sums are added up in another order: the last digits may differ. Whole numbers of a calendar
    # (int32 in pandas) are int64 on an engine: the kind is compared, not the width.
    got, expected = _one_missing(got), _one_missing(expected)
    pd.testing.assert_frame_equal(
        _wide(got), _wide(expected), check_exact=False, rtol=1e-9, atol=1e-9
    )


def _wide(df: pd.DataFrame) -> pd.DataFrame:
    wide = {name: "int64" for name in df.columns if df[name].dtype == "int32"}
    # pandas counts a column in seconds where to_datetime found no time at all (declared).
    none = {name: "datetime64[us]" for name in df.columns if df[name].dtype == "datetime64[s]"}
    return df.astype(wide | none)


def _one_missing(df: pd.DataFrame) -> pd.DataFrame:
    """None and NaN in a column of objects are one to etlframe: a merge adds the other one."""
    objects = [str(name) for name in df if df[name].dtype == "object"]
    return df.assign(**{name: df[name].where(df[name].notna(), None) for name in objects})
