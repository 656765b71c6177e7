"""What failed is told in words, with counts and examples, and as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from tests.schema.flights import FLIGHTS, bad, failed, good


def test_a_missing_column_is_told_with_the_near_names() -> None:
    error = failed(good().rename(columns={"carrier": "carier"}), FLIGHTS)
    assert error.messages == ["column 'carrier' is not in the data. Did you mean 'carier'?"]
    assert error.failure_cases["index"].isna().all()


def test_a_wrong_dtype_is_one_failure_of_no_row() -> None:
    error = failed(good().assign(carrier=[1, 2]), pa.DataFrameSchema({"carrier": pa.Column(str)}))
    assert error.messages == ["column 'carrier' is int64, not str"]
    assert error.failure_cases["failure_case"].tolist() == ["int64"]
    assert error.failure_cases["index"].isna().all()


@pytest.mark.parametrize("coerce", [False, True])
@pytest.mark.parametrize("nullable", [False, True])
def test_integers_that_missing_values_made_floats_are_explained(
    *, coerce: bool, nullable: bool
) -> None:
    schema = pa.DataFrameSchema({"n": pa.Column("int64", coerce=coerce, nullable=nullable)})
    told = " ".join(failed(pd.DataFrame({"n": [1.0, None, None]}), schema).messages)
    assert "2 values missing, which int64 cannot hold" in told
    assert "pa.Column('Int64', nullable=True, coerce=True)" in told


def test_floats_that_are_not_integers_get_no_explanation_about_missing_values() -> None:
    error = failed(pd.DataFrame({"n": [1.5]}), pa.DataFrameSchema({"n": pa.Column(int)}))
    assert error.messages == ["column 'n' is float64, not int64"]


def test_what_cannot_be_converted_is_told_once() -> None:
    schema = pa.DataFrameSchema({"n": pa.Column(float, coerce=True)})
    error = failed(pd.DataFrame({"n": ["1", "x", "y"]}), schema)
    assert error.messages == ["column 'n': 2 rows cannot become float64, for example 'x', 'y'"]
    assert error.failure_cases["index"].tolist() == [1, 2]


def test_missing_and_repeated_values_are_told_in_words() -> None:
    schema = pa.DataFrameSchema({"s": pa.Column(str), "u": pa.Column(int, unique=True)})
    error = failed(pd.DataFrame({"s": ["a", None], "u": [7, 7]}), schema)
    assert error.messages == [
        "column 's': not nullable, but the value is missing in 1 row",
        "column 'u': unique, but the value is repeated in 2 rows, for example 7",
    ]


def test_rows_that_repeat_each_other_are_told_with_the_columns() -> None:
    df = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "x"], "c": [1, 2, 3]})
    error = failed(df, pa.DataFrameSchema({}, unique=["a", "b"]))
    (message,) = error.messages
    assert message.startswith("the frame: 2 rows repeat each other in 'a', 'b', which the schema")
    assert message.endswith("for example row 0, row 1")


def test_strict_and_ordered_schemas_tell_which_columns_they_mean() -> None:
    strict = failed(good(), pa.DataFrameSchema({"carrier": pa.Column(str)}, strict=True))
    assert strict.messages == ["column 'distance' is not in the schema, which is strict"]
    swapped = pa.DataFrameSchema({"distance": pa.Column(), "carrier": pa.Column()}, ordered=True)
    assert failed(good(), swapped).messages == [
        "column 'carrier' is not where the schema, which is ordered, has it",
        "column 'distance' is not where the schema, which is ordered, has it",
    ]


def test_a_check_of_the_whole_frame_gives_its_rows_once() -> None:
    schema = pa.DataFrameSchema(
        checks=[
            pa.Check(lambda d: d["a"] < d["b"], name="a_before_b"),
            pa.Check(lambda d: len(d) > 10, error="enough rows"),
        ]
    )
    error = failed(pd.DataFrame({"a": [1, 5, 2], "b": [2, 3, 1]}), schema)
    assert error.messages == [
        "the frame: a_before_b failed for 2 rows, for example row 1, row 2",
        "the frame: enough rows failed",
    ]
    cases = error.failure_cases
    assert cases["column"].isna().all()
    assert cases["failure_case"].tolist() == [{"a": 5, "b": 3}, {"a": 2, "b": 1}, False]
    assert cases["index"].tolist() == [1, 2, None]


def test_a_check_that_breaks_is_a_failure_with_its_cause() -> None:
    schema = pa.DataFrameSchema({"distance": pa.Column(int, pa.Check(lambda s: s.nothing > 0))})
    (message,) = failed(good(), schema).messages
    assert message.startswith("column 'distance': <lambda> (check 0) could not be run: Attribute")


def test_a_check_that_looks_at_missing_values_may_fail_on_them() -> None:
    check = pa.Check(lambda s: s.notna(), ignore_na=False, error="present")
    schema = pa.DataFrameSchema({"n": pa.Column(float, check, nullable=True)})
    assert failed(pd.DataFrame({"n": [1.0, None]}), schema).messages == [
        "column 'n': present failed for 1 row"
    ]


def test_a_check_that_stops_counting_says_at_least() -> None:
    check = pa.Check.gt(0, n_failure_cases=2)
    schema = pa.DataFrameSchema({"n": pa.Column(int, check)})
    assert failed(pd.DataFrame({"n": [-1, -2, -3]}), schema).messages == [
        "column 'n': greater_than(0) failed for at least 2 rows, for example -1, -2"
    ]


def test_checks_of_the_index_columns_by_pattern_and_defaults_are_told() -> None:
    df = pd.DataFrame({"a": [1]})
    index = pa.DataFrameSchema(index=pa.Index(int, pa.Check.gt(0)))
    assert failed(df, index).messages == [
        "index 'index': greater_than(0) failed for 1 row, for example 0"
    ]
    pattern = pa.DataFrameSchema({"x_.*": pa.Column(int, regex=True)})
    assert failed(df, pattern).messages == ["no column matches 'x_.*'"]
    default = pa.DataFrameSchema({"z": pa.Column(int)}, add_missing_columns=True)
    assert failed(df, default).messages == [
        "column 'z' is not in the data, and the schema has no default for it"
    ]


def test_examples_are_three_distinct_values_and_short() -> None:
    schema = pa.DataFrameSchema({"s": pa.Column(str, pa.Check.str_length(max_value=1))})
    df = pd.DataFrame({"s": ["aa", "aa", "bb", "cc", "dd", "e" * 99]})
    assert failed(df, schema).messages == [
        "column 's': str_length(None, 1) failed for 6 rows, for example 'aa', 'bb', 'cc'"
    ]
    (message,) = failed(df.tail(1), schema).messages
    assert message.endswith(f"for example '{'e' * 36}...")


def test_whole_numbers_beside_missing_values_are_shown_as_whole() -> None:
    schema = pa.DataFrameSchema({"n": pa.Column(float, pa.Check.gt(0), nullable=True)})
    df = pd.DataFrame({"n": [-5.0, None, -1.5, -np.inf]})
    assert failed(df, schema).messages == [
        "column 'n': greater_than(0) failed for 3 rows, for example -5, -1.5, -inf"
    ]


def test_counts_have_their_thousands_marked() -> None:
    schema = pa.DataFrameSchema({"n": pa.Column(int, pa.Check.gt(0))})
    (message,) = failed(pd.DataFrame({"n": [-1] * 1234}), schema).messages
    assert "failed for 1,234 rows" in message


def test_a_frame_whose_index_repeats_labels_is_reported_too() -> None:
    df = pd.concat([bad(), bad()])
    schema = pa.DataFrameSchema(checks=pa.Check(lambda d: d["distance"] > 0, name="positive"))
    error = failed(df, schema)
    assert "positive failed for 6 rows, for example row 1, row 2, row 3" in error.messages[0]
    assert error.failure_cases["index"].tolist() == [1, 2, 3, 5, 6, 7]
