"""The checked clean-up with Hamilton: pandas in functions, whose arguments are what they need."""

from __future__ import annotations

import sys

import pandas as pd  # noqa: TC002 - Hamilton reads the annotations
from hamilton import ad_hoc_utils, driver

from benchmarks.programs.lineitem import with_pandas


def rows(source: str) -> pd.DataFrame:
    """Read the lines."""
    return with_pandas.read(source, None)


def answer(rows: pd.DataFrame) -> pd.DataFrame:
    """Clean and check them."""
    return with_pandas.checked(rows)


if __name__ == "__main__":
    _, source, target = sys.argv[1:]
    module = ad_hoc_utils.create_temporary_module(rows, answer)
    graph = driver.Builder().with_modules(module).build()
    found = graph.execute(["answer"], inputs={"source": source})
    with_pandas.write(found["answer"], target)
