"""The house stands: imports fall, rooms keep to themselves, files are short."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import MOST_LINES, imports, lengths, violations

ROOT = Path(__file__).parent.parent


def read(*folders: str) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }


def test_the_house_has_no_violations() -> None:
    assert violations(read("etlframe")) == []


def test_the_house_is_read_at_all() -> None:
    sources = read("etlframe")
    inside = [
        each
        for path, source in sources.items()
        for each in imports(path, source)
        if each.library == "etlframe"
    ]
    assert len(sources) > 20
    assert len(inside) > 20


def test_tests_and_scripts_are_short_too() -> None:
    assert lengths(read("tests", "data", "benchmarks")) == []


UPWARD = {
    "absolute": ("etlframe/steps/filter.py", "from etlframe.plan.plan import Plan"),
    "plain": ("etlframe/steps/filter.py", "import etlframe.plan.plan"),
    "relative": ("etlframe/steps/filter.py", "from ..plan.plan import Plan"),
    "relative room": ("etlframe/steps/filter.py", "from .. import plan"),
    "relative from a folder's __init__": ("etlframe/steps/__init__.py", "from ..plan import plan"),
    "relative from a deep file": ("etlframe/engines/duckdb/scan.py", "from ...plan import plan"),
    "in a function": ("etlframe/plan/plan.py", "def f():\n    from etlframe.runs import job"),
    "for types alone": (
        "etlframe/errors.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from etlframe.runs import result",
    ),
    "by name": (
        "etlframe/engines/base.py",
        "import importlib\nimportlib.import_module('etlframe.service')",
    ),
    "everything": ("etlframe/plan/plan.py", "from etlframe.pipeline import *"),
    "from the ground": ("etlframe/html.py", "from etlframe.expressions import tree"),
}


@pytest.mark.parametrize(("path", "source"), UPWARD.values(), ids=UPWARD)
def test_an_upward_import_is_found(path: str, source: str) -> None:
    (found,) = violations({path: source})
    assert found.startswith(f"{path}:{len(source.splitlines())}: imports etlframe.")
    assert "higher floor" in found


SIDEWAYS = {
    "floor 2": ("etlframe/storage/commit.py", "from etlframe.expressions import tree"),
    "floor 3": ("etlframe/schema/contract.py", "from etlframe.engines import base"),
    "floor 4": ("etlframe/loaders/file.py", "from ..sources import base"),
    "floor 10": ("etlframe/cli.py", "from etlframe.notebook import plots"),
}


@pytest.mark.parametrize(("path", "source"), SIDEWAYS.values(), ids=SIDEWAYS)
def test_a_sideways_import_is_found(path: str, source: str) -> None:
    (found,) = violations({path: source})
    assert "same floor" in found


@pytest.mark.parametrize(
    "source",
    [
        "import etlframe",
        "import etlframe as etl",
        "from etlframe import Pipeline",
        "from .. import Pipeline",
        "from etlframe import *",
    ],
)
def test_importing_the_face_is_found(source: str) -> None:
    (found,) = violations({"etlframe/notebook/magic.py": source})
    assert "face" in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("etlframe/engines/base.py", "import duckdb"),
        ("etlframe/engines/duckdb_types.py", "import duckdb"),
        ("etlframe/sources/file.py", "from duckdb import connect"),
        ("etlframe/engines/duckdb/frame.py", "import polars as pl"),
        ("etlframe/engines/polars.py", "import dask.dataframe"),
        ("etlframe/engines/dask.py", "from pyspark.sql import SparkSession"),
        ("etlframe/pipeline.py", "def show():\n    from IPython.display import display"),
        ("etlframe/runs/result.py", "import ipywidgets"),
        ("etlframe/cli.py", "import matplotlib.pyplot as plt"),
    ],
)
def test_a_library_in_a_room_that_does_not_own_it_is_found(path: str, source: str) -> None:
    (found,) = violations({path: source})
    assert "belongs to" in found


@pytest.mark.parametrize(
    "path",
    [
        "etlframe/steps/utils.py",
        "etlframe/steps/_common.py",
        "etlframe/runs/job_manager.py",
        "etlframe/engines/helpers/frames.py",
    ],
)
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    (found,) = violations({path: ""})
    assert "says nothing" in found


def test_a_file_that_is_too_long_is_found() -> None:
    longest = "x = 1\n" * MOST_LINES
    assert violations({"etlframe/plan/plan.py": longest}) == []
    (found,) = violations({"etlframe/plan/plan.py": longest + "x = 1\n"})
    assert "301 lines" in found


def test_a_room_without_a_floor_is_found() -> None:
    (found,) = violations({"etlframe/attic/box.py": "from etlframe.errors import ETLError"})
    assert "no floor" in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("etlframe/service.py", "from etlframe.scheduler import ETLScheduler"),
        ("etlframe/notebook/magic.py", "from ..service import ETLPipelineService"),
        ("etlframe/runs/job.py", "from .result import JobResult"),
        ("etlframe/runs/job.py", "from etlframe import errors"),
        ("etlframe/options.py", "from etlframe.errors import OptionError"),
        ("etlframe/engines/duckdb/frame.py", "import duckdb\nfrom etlframe.engines import base"),
        ("etlframe/notebook/plots.py", "import matplotlib.pyplot as plt\nimport pandas as pd"),
        ("etlframe/cli.py", "from etlframe.demo import demo"),
        ("etlframe/__main__.py", "from etlframe.cli import main"),
        ("etlframe/__init__.py", "from etlframe.notebook.dashboard import dashboard"),
        ("etlframe/plan/plan.py", "# from etlframe.service import x\ntext = 'import etlframe'"),
    ],
)
def test_an_import_that_falls_is_no_violation(path: str, source: str) -> None:
    assert violations({path: source}) == []
