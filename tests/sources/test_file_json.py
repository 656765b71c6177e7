"""JSON and JSON Lines files: the same types as in CSV, nested values, and no field lost."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import ColumnNotFoundError
from etlframe.pipeline import Pipeline
from etlframe.sources.file import FileSource
from tests.sources.conftest import Write

NAN = float("nan")


@pytest.fixture(params=["json", "jsonl"])
def read(request: pytest.FixtureRequest, write: Write) -> Any:
    """Return a function that writes records, given as JSON texts, and reads them."""

    def read(*records: str, **options: Any) -> pd.DataFrame:
        if request.param == "json":
            path = write("a.json", "[\n" + ",\n".join(records) + "\n]\n")
        else:
            path = write("a.jsonl", "".join(f"{record}\n" for record in records))
        return FileSource(path, **options).extract()

    return read


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        (["1", "-2"], [1, -2], "int64"),
        (["1", "null"], [1.0, NAN], "float64"),
        (["1", "1.5", "1e3"], [1.0, 1.5, 1000.0], "float64"),
        (["NaN", "1", "-Infinity"], [NAN, 1.0, float("-inf")], "float64"),
        (["null", "null"], [NAN, NAN], "float64"),
        (["true", "false"], [True, False], "bool"),
        (["true", "null"], [True, NAN], "object"),
        (['"5"', '"6"'], ["5", "6"], "str"),
        (['"NA"', '""'], ["NA", ""], "str"),
        (['"007"', "null"], ["007", None], "str"),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"], "str"),
        (["123456789012345678901234567890"], ["123456789012345678901234567890"], "str"),
        (["9007199254740993", "1.5"], ["9007199254740993", "1.5"], "str"),
        (["1", '"x"', "true"], ["1", "x", "true"], "str"),
        (["[1]", "5"], ["[1]", "5"], "str"),
        ([r'"a\n\"\u00e9\\"', '"\U0001f600"'], ['a\n"\u00e9\\', "\U0001f600"], "str"),
        (['"03/04/2024"'], ["03/04/2024"], "str"),
    ],
)
def test_plain_values(read: Any, values: list[str], expected: list[object], dtype: str) -> None:
    frame = read(*(f'{{"a": {value}, "b": 0}}' for value in values))
    pd.testing.assert_series_equal(frame["a"], pd.Series(expected, dtype=dtype, name="a"))


def test_iso_dates_and_times_are_told_as_in_csv(read: Any) -> None:
    frame = read(
        '{"d": "2024-01-02", "t": "2024-01-02T03:04:05.5", "z": "2024-01-02T03:04:05+01:00"}',
        '{"d": null, "t": "2024-01-02", "z": NaN}',
    )
    assert frame.dtypes.astype(str).to_dict() == {
        "d": "datetime64[us]",
        "t": "datetime64[us]",
        "z": "datetime64[us, UTC]",
    }
    assert frame["z"][0] == pd.Timestamp("2024-01-02T02:04:05Z")
    assert frame["t"][1] == pd.Timestamp("2024-01-02")


def test_a_field_that_only_some_records_have_is_missing_in_the_others(read: Any) -> None:
    frame = read('{"a": 1}', '{"b": "x"}')
    assert frame.isna().to_numpy().tolist() == [[False, True], [True, False]]


def test_nested_values_are_lists_and_dicts(read: Any) -> None:
    frame = read(
        '{"l": [1, 2], "s": {"x": 1, "y": [{"z": "q"}]}, "e": []}',
        '{"l": null, "s": {"x": 2.5}, "e": [null]}',
    )
    assert frame["l"].tolist() == [[1, 2], None]
    assert frame["s"].tolist() == [{"x": 1.0, "y": [{"z": "q"}]}, {"x": 2.5, "y": None}]
    assert frame["e"].tolist() == [[], [None]]


def test_nested_values_of_no_one_type_keep_their_text(read: Any) -> None:
    frame = read('{"l": [1, "x", {"q": 1}], "s": {"P": 1, "p": 2}, "o": {}}')
    assert frame["l"].tolist() == [["1", "x", '{"q":1}']]
    assert json.loads(frame["s"][0]) == {"P": 1, "p": 2}
    assert frame["o"].tolist() == ["{}"]


def test_nested_integers_beyond_63_bits_are_exact(read: Any) -> None:
    assert read('{"a": {"x": 18446744073709551615}}')["a"].tolist() == [{"x": 18446744073709551615}]


def test_fields_that_differ_by_case_only_are_columns_of_their_own(read: Any) -> None:
    frame = read('{"A": 1, "a": 2, "a_1": 3}', '{"a": 4}')
    assert list(frame.columns) == ["A", "a", "a_1"]
    assert frame["a"].tolist() == [2, 4]


def test_dtypes_override_what_the_values_tell(read: Any) -> None:
    frame = read('{"a": "007", "b": 5}', dtypes={"a": "int64", "b": "str"})
    assert frame.to_dict("list") == {"a": [7], "b": ["5"]}


def test_field_names_may_be_anything(read: Any) -> None:
    frame = read('{"say \\"hi\\"": 1, "a b": 2, "it\'s": 3, "select": 4}')
    assert list(frame.columns) == ['say "hi"', "a b", "it's", "select"]


@pytest.mark.parametrize("text", ["[]", " [ ]\n"])
def test_an_empty_array_is_a_frame_without_columns(write: Write, text: str) -> None:
    frame = FileSource(write("a.json", text)).extract()
    assert frame.shape == (0, 0)
    assert isinstance(frame.index, pd.RangeIndex)


@pytest.mark.parametrize(("suffix", "text"), [("json", "[]"), ("jsonl", "\n"), ("jsonl", "\r\n")])
def test_dtypes_are_the_columns_of_a_file_without_records(
    write: Write, suffix: str, text: str
) -> None:
    dtypes = {"a": "int64", "b": "str", "c": "datetime64[us, UTC]", "d": "bool", "e": "float64"}
    source = FileSource(write(f"a.{suffix}", text), dtypes=dtypes)
    assert source.columns() == list(dtypes)
    frame = source.extract()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dtypes
    assert isinstance(frame.index, pd.RangeIndex)


def test_a_column_of_a_file_without_records_is_told_to_be_nowhere(write: Write) -> None:
    plan = Pipeline("p", FileSource(write("a.jsonl", "\n"))).query("n > 1")
    for ask in (plan.explain, plan.collect):
        with pytest.raises(
            ColumnNotFoundError, match=r"no column 'n'\. There are no columns at all"
        ):
            ask()


def test_blank_lines_are_no_records(write: Write) -> None:
    assert len(FileSource(write("a.jsonl", '{"a": 1}\n\n{"a": 2}\n')).extract()) == 2


def test_an_array_may_be_written_over_many_lines(write: Write) -> None:
    text = json.dumps([{"a": 1}, {"a": 2}], indent=4)
    assert FileSource(write("a.json", text)).extract()["a"].tolist() == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-16"])
def test_encodings(write: Write, encoding: str) -> None:
    path = write("a.jsonl", '{"a": "caf\u00e9"}\n'.encode(encoding))
    assert FileSource(path, encoding=encoding).extract()["a"].tolist() == ["caf\u00e9"]


def test_fields_whose_names_differ_by_case_only_keep_their_values_in_a_large_file(
    write: Write,
) -> None:
    lines = ['{"a": 1, "b": "x", "k": 2.5}'] * 30_000 + ['{"b": "y", "A": 3, "a": 2}']
    with pytest.warns(UserWarning, match="whole file"):
        df = FileSource(write("a.jsonl", "\n".join(lines))).extract().fillna(-1)
    assert df.iloc[-1].to_dict() == {"a": 2, "b": "y", "k": -1, "A": 3}
    assert df.iloc[0].to_dict() == {"a": 1, "b": "x", "k": 2.5, "A": -1}
