"""Engines by name; each is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from etlframe.errors import UnknownNameError
from etlframe.options import ENGINES, get_options

if TYPE_CHECKING:
    from etlframe.engines.base import Engine

_CLASSES = {"duckdb": "DuckDBEngine", "polars": "PolarsEngine"}
"""The class of each engine, in ``engines/<name>/engine.py``."""

AUTO = "duckdb"
"""The engine of ``"auto"``."""

READER = "duckdb"
"""The engine that reads a file which goes into pandas."""


def engine_name(name: str | None) -> str:
    """Return the engine that was asked for, or the option's.

    Raises:
        UnknownNameError: There is none of that name (a ``KeyError``), with the near ones.
    """
    chosen = get_options().engine if name is None else name
    if chosen not in ENGINES:
        raise UnknownNameError("engine", chosen, ENGINES)
    return chosen


def open_engine(name: str) -> Engine:
    """Return a new engine for one run; ``"pandas"`` needs none, its frames are DataFrames."""
    module = import_module(f"etlframe.engines.{name}.engine")
    engine: Engine = getattr(module, _CLASSES[name])()
    return engine
