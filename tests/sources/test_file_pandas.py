"""What is read is what pandas reads, where the rules agree."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etlframe.sources.file import FileSource

# Text that cannot be mistaken for a number, a date or a word for missing: the rules differ there.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(
    lambda text: f"t{text}"
)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False)
BOOLEANS = st.booleans()


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Return a frame of some columns of one type each, some with missing values."""
    rows = draw(st.integers(1, 12))
    columns: dict[str, Any] = {}
    for at in range(draw(st.integers(1, 5))):
        values, dtype = draw(
            st.sampled_from([(INTEGERS, "int64"), (FLOATS, "float64"), (TEXT, "str")])
        )
        cells = st.lists(values, min_size=rows, max_size=rows)
        series = pd.Series(draw(cells), dtype=dtype)
        if dtype != "int64" and draw(st.booleans()):
            keep = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
            series = series.where(pd.Series(keep))
        columns[f"c{at}"] = series
    return pd.DataFrame(columns)


def read_both(df: pd.DataFrame, **options: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        df.to_csv(path, index=False, **options)
        ours = FileSource(path, sep=options.get("sep")).extract()
        return ours, pd.read_csv(path, sep=options.get("sep", ","))


@given(frames())
@settings(max_examples=60)
def test_csv_is_read_as_pandas_reads_it(df: pd.DataFrame) -> None:
    ours, theirs = read_both(df)
    pd.testing.assert_frame_equal(ours, theirs)


@given(frames(), st.sampled_from([";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=30)
def test_other_dialects_are_read_as_pandas_reads_them(df: pd.DataFrame, sep: str, end: str) -> None:
    ours, theirs = read_both(df, sep=sep, lineterminator=end)
    pd.testing.assert_frame_equal(ours, theirs)


@given(frames())
@settings(max_examples=40)
def test_json_lines_and_csv_give_the_same_frame(df: pd.DataFrame) -> None:
    df = df.replace([float("inf"), float("-inf")], 0.5)  # JSON has no word for them
    with TemporaryDirectory() as folder:
        df.to_csv(Path(folder, "a.csv"), index=False)
        records = df.astype(object).where(df.notna(), None).to_dict("records")
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        Path(folder, "a.jsonl").write_text(lines, encoding="utf-8")
        from_csv = FileSource(Path(folder, "a.csv")).extract()
        from_json = FileSource(Path(folder, "a.jsonl")).extract()
    pd.testing.assert_frame_equal(from_csv, from_json)
