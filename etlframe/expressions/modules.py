"""``pd`` as a traced function sees it: pandas, whose functions of columns know stand-ins.

``pd.isna(d["x"])`` would look at the stand-in itself. pandas is not patched: the traced function is
rebuilt with globals and cells in which pandas, and these functions of it, are replaced. Where the
real ones are reached all the same (through another function, or an import inside the function),
the stand-in refuses what they ask, and the step runs in pandas.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

from etlframe.expressions import words
from etlframe.expressions.stand_ins import is_column


def with_modules(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as it is traced: what it calls ``pd`` knows stand-ins."""
    pandas = sys.modules.get("pandas")
    if pandas is None or type(function) is not FunctionType:
        return function
    knowing: dict[int, Any] = {id(pandas): _Pandas(pandas)}
    for name, build in words.PANDAS_FUNCTIONS.items():
        knowing[id(getattr(pandas, name))] = _knowing(getattr(pandas, name), build)
    cells = tuple(_cell(cell, knowing) for cell in function.__closure__ or ())
    rebuilt = FunctionType(
        function.__code__,
        _Globals(function.__globals__, knowing),
        function.__name__,
        function.__defaults__,
        cells or None,
    )
    rebuilt.__kwdefaults__ = function.__kwdefaults__
    return rebuilt


def _cell(cell: CellType, knowing: dict[int, Any]) -> CellType:
    try:
        held = cell.cell_contents
    except ValueError:  # not filled yet
        return cell
    # A cell that is not replaced stays shared, as ``nonlocal`` writes to it.
    return CellType(knowing[id(held)]) if id(held) in knowing else cell


class _Globals(dict[str, Any]):
    """A function's globals, looked up when they are asked for, with pandas replaced."""

    def __init__(self, live: dict[str, Any], knowing: dict[int, Any]) -> None:
        super().__init__({"__builtins__": live.get("__builtins__", __builtins__)})
        self._live = live
        self._knowing = knowing

    def __missing__(self, name: str) -> Any:
        found = self._live[name]
        return self._knowing.get(id(found), found)


class _Pandas:
    """pandas, but for the functions that know stand-ins."""

    def __init__(self, pandas: Any) -> None:
        self._pandas = pandas

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._pandas, name)
        build = words.PANDAS_FUNCTIONS.get(name)
        return _knowing(found, build) if build else found


def _knowing(real: Callable[..., Any], build: Callable[..., Any]) -> Callable[..., Any]:
    def of_column(*args: Any, **kwargs: Any) -> Any:
        if args and is_column(args[0]):
            return args[0].tracer.guarded(build, *args, **kwargs)
        return real(*args, **kwargs)

    return of_column
