"""What may stand for a source and for a destination."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import PlanError
from etlframe.loaders.file import DataLoader
from etlframe.plan.given import as_destination, as_source
from etlframe.sources.file import FileSource
from etlframe.sources.frame import FrameSource


@pytest.mark.parametrize("path", ["in.csv", Path("in.csv")], ids=["text", "Path"])
def test_a_path_is_a_file_that_is_not_opened_yet(path: str | Path) -> None:
    source = as_source(path)
    assert isinstance(source, FileSource)
    assert source.describe() == "in.csv"


@pytest.mark.parametrize(
    "given", [pd.DataFrame({"n": [1]}), lambda: pd.DataFrame({"n": [1]})], ids=["frame", "function"]
)
def test_a_frame_or_a_function_that_returns_one_is_a_source(given: Any) -> None:
    source = as_source(given)
    assert isinstance(source, FrameSource)
    assert source.extract().to_dict("list") == {"n": [1]}


def test_a_source_is_taken_as_it_is() -> None:
    source = FileSource("in.csv", dtypes={"zip": "str"})
    assert as_source(source) is source


@pytest.mark.parametrize("given", [None, 7, ["a.csv"]])
def test_anything_else_is_no_source(given: Any) -> None:
    with pytest.raises(PlanError, match=f"A source is a path.*not {type(given).__name__}"):
        as_source(given)


def test_a_path_is_a_destination_with_its_mode_and_options() -> None:
    made = as_destination(Path("out.csv"), "append", delimiter=";")
    assert isinstance(made, DataLoader)
    assert (made.mode, made.options) == ("append", {"delimiter": ";"})


def test_a_destination_or_none_is_taken_as_it_is() -> None:
    loader = DataLoader("out.csv")
    assert as_destination(loader) is loader
    assert as_destination(None) is None


@pytest.mark.parametrize("given", [7, ["a.csv"], pd.DataFrame()])
def test_anything_else_is_no_destination(given: Any) -> None:
    with pytest.raises(PlanError, match=f"path or a DataLoader, not {type(given).__name__}"):
        as_destination(given)
