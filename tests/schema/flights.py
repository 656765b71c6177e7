"""A schema of flights as a model and as a schema, and frames that keep it and do not."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.typing import Series

from etlframe.errors import ValidationError
from etlframe.schema import contract


class Flights(pa.DataFrameModel):
    carrier: Series[str] = pa.Field(isin=["UA", "AA"])
    distance: Series[int] = pa.Field(gt=0)


FLIGHTS = pa.DataFrameSchema(
    {
        "carrier": pa.Column(str, pa.Check.isin(["UA", "AA"])),
        "distance": pa.Column(int, pa.Check.gt(0)),
    },
    name="Flights",
)


def good() -> pd.DataFrame:
    return pd.DataFrame({"carrier": ["UA", "AA"], "distance": [719, 1085]})


def bad() -> pd.DataFrame:
    return pd.DataFrame({"carrier": ["UA", "ZZ", "AA", "YY"], "distance": [719, -1, 0, -1]})


def failed(df: pd.DataFrame, schema: object) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        contract.check(df, schema, step="validate Flights")
    return caught.value
