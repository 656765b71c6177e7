"""A frame keeps a Pandera schema, or every failure of it is told at once."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pandera.pandas as pa
import pytest

from etlframe.errors import PlanError
from etlframe.schema import contract
from tests.schema.flights import FLIGHTS, Flights, bad, failed, good

BOTH = pytest.mark.parametrize(
    "schema", [Flights, Flights.to_schema(), FLIGHTS], ids=["model", "to_schema", "schema"]
)


# -- frames that keep the schema -------------------------------------------------------------------


@BOTH
def test_a_frame_that_keeps_the_schema_comes_back(schema: object) -> None:
    pd.testing.assert_frame_equal(contract.check(good(), schema, step="validate"), good())


def test_the_frame_that_comes_back_is_coerced() -> None:
    schema = pa.DataFrameSchema({"n": pa.Column("Int64", coerce=True, nullable=True)})
    checked = contract.check(pd.DataFrame({"n": [1.0, None]}), schema, step="validate")
    assert checked["n"].dtype == "Int64"


def test_the_frame_that_comes_back_is_parsed_and_has_defaults() -> None:
    schema = pa.DataFrameSchema(
        {
            "s": pa.Column(str, parsers=pa.Parser(lambda s: s.str.strip())),
            "v": pa.Column(int, default=0),
        },
        add_missing_columns=True,
    )
    checked = contract.check(pd.DataFrame({"s": [" a "]}), schema, step="validate")
    assert checked.to_dict("list") == {"s": ["a"], "v": [0]}


def test_the_frame_that_went_in_is_not_changed() -> None:
    df = pd.DataFrame({"n": ["1", "2"]})
    contract.check(df, pa.DataFrameSchema({"n": pa.Column(int, coerce=True)}), step="validate")
    assert df["n"].tolist() == ["1", "2"]


def test_an_empty_frame_is_checked_for_its_columns_alone() -> None:
    assert len(contract.check(good().iloc[:0], FLIGHTS, step="validate")) == 0


# -- frames that do not ----------------------------------------------------------------------------


@BOTH
def test_all_failures_are_told_with_counts_and_examples(schema: object) -> None:
    assert failed(bad(), schema).messages == [
        "column 'carrier': isin(['UA', 'AA']) failed for 2 rows, for example 'ZZ', 'YY'",
        "column 'distance': greater_than(0) failed for 3 rows, for example -1, 0",
    ]


def test_the_error_names_the_step_and_the_schema() -> None:
    error = failed(bad(), Flights)
    assert error.step == "validate Flights"
    assert str(error).startswith(
        "Step 'validate Flights': the data does not keep Flights: column 'carrier': isin"
    )


def test_the_error_shows_some_messages_and_counts_the_others() -> None:
    schema = pa.DataFrameSchema({name: pa.Column(int) for name in "abcdefg"})
    error = failed(pd.DataFrame({"z": [1]}), schema)
    assert len(error.messages) == 7
    assert str(error).endswith("; and 2 more")


def test_failure_cases_hold_every_value_with_its_row() -> None:
    cases = failed(bad(), FLIGHTS).failure_cases
    assert list(cases.columns) == ["column", "check", "failure_case", "index"]
    assert cases["column"].tolist() == ["carrier"] * 2 + ["distance"] * 3
    assert cases["check"].tolist() == ["isin(['UA', 'AA'])"] * 2 + ["greater_than(0)"] * 3
    assert cases["failure_case"].tolist() == ["ZZ", "YY", -1, 0, -1]
    assert cases["index"].tolist() == [1, 3, 1, 2, 3]


# -- schemas that cannot be used -------------------------------------------------------------------


@pytest.mark.parametrize("schema", [{"a": int}, int, None, "Flights", pa.Column(int)])
def test_what_is_no_schema_is_a_mistake_in_the_plan(schema: object) -> None:
    assert not contract.is_schema(schema)
    with pytest.raises(PlanError, match=r"needs a pandera DataFrameSchema .* pa\.Column"):
        contract.check(good(), schema, step="validate")


def test_a_model_that_is_broken_is_a_mistake_in_the_plan() -> None:
    class Broken(pa.DataFrameModel):
        a: int

        @pa.check("elsewhere")
        def positive(cls, series: pd.Series) -> pd.Series:  # noqa: N805 - pandera's way
            return series > 0

    with pytest.raises(PlanError, match="the schema Broken cannot be used: Check positive"):
        contract.check(good(), Broken, step="validate")


def test_dropping_invalid_rows_is_refused() -> None:
    class Dropping(Flights):
        class Config:
            drop_invalid_rows = True

    in_column = pa.DataFrameSchema({"distance": pa.Column(int, drop_invalid_rows=True)})
    with pytest.raises(PlanError, match="the schema has drop_invalid_rows=True"):
        contract.check(good(), Dropping, step="validate")
    with pytest.raises(PlanError, match="column 'distance' has drop_invalid_rows=True"):
        contract.check(good(), in_column, step="validate")


def test_a_schema_for_polars_is_a_mistake_in_the_plan() -> None:
    import pandera.polars as of_polars

    schema = of_polars.DataFrameSchema({"a": of_polars.Column(int)})
    assert contract.is_schema(schema)
    with pytest.raises(PlanError, match=r"one of pandera\.polars"):
        contract.check(good(), schema, step="validate")


# -- names and imports -----------------------------------------------------------------------------


def test_schemas_are_called_by_their_names() -> None:
    assert contract.describe(Flights) == "Flights"
    assert contract.describe(FLIGHTS) == "Flights"
    assert contract.describe(pa.DataFrameSchema({})) == "DataFrameSchema"


@BOTH
def test_schemas_are_known(schema: object) -> None:
    assert contract.is_schema(schema)


def test_pandera_is_not_imported_to_tell_what_is_a_schema() -> None:
    code = (
        "import sys; from etlframe.schema import contract; contract.is_schema({}); "
        "sys.exit('pandera' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
