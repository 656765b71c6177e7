"""What a step remembers of the moment when it was written: variables, closures, plain globals.

pandas calls a lambda at once; a plan calls it later, when a loop's variable has moved on. So the
values that a function reads are remembered when the step is written. They are copied too, lest they
change later; but not for ``pipe``, whose functions may keep a cache or a list of what they saw.
"""

from __future__ import annotations

import copy
import dis
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CellType, CodeType, FrameType, FunctionType
from typing import Any, TypeVar

from etlframe.errors import ExpressionError, did_you_mean
from etlframe.expressions.variables import remembered, why_not_plain

Answer = TypeVar("Answer")

_PACKAGE = str(Path(__file__).resolve().parent.parent)
_PLAIN = (bool, int, float, complex, str, bytes, type(None), list, tuple, dict, set, frozenset)


def caller_variables(names: Iterable[str], text: str) -> dict[str, Any]:
    """Return copies of the caller's variables that an expression names with ``@``.

    Args:
        names: The names, without ``@``.
        text: The expression, for the message.

    Raises:
        ExpressionError: There is no such variable where the step is written, or it is not plain
            data.
    """
    names = sorted(names)
    if not names:
        return {}
    frame = _caller()
    known = {**frame.f_globals, **frame.f_locals}
    for name in names:
        if name not in known:
            near = did_you_mean(name, (each for each in known if not each.startswith("_")))
            raise ExpressionError(f"No variable {name!r} for @{name} in {text!r}.{near}")
    for name in names:
        reason = why_not_plain(known[name])
        if reason is not None:
            raise ExpressionError(
                f"@{name} in {text!r} is {reason}. In a string a variable is plain data: a number, "
                "text, date, list, array or Series. For anything else pass a function of the frame."
            )
    return {name: remembered(known[name]) for name in names}


def _caller() -> FrameType:
    """The nearest frame outside etlframe: the user's cell or script."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - how pandas' query finds @name too
    while frame is not None and frame.f_back is not None:
        if not frame.f_code.co_filename.startswith(_PACKAGE):
            break
        frame = frame.f_back
    if frame is None:
        raise ExpressionError("There is no caller whose variables could be read.")
    return frame


def snapshot(function: Callable[..., Answer], *, copies: bool = True) -> Callable[..., Answer]:
    """Return the function as it is now: what closure cells and plain global names stand for.

    Only plain Python functions are rebuilt; anything else (a bound method, a class, a builtin, an
    object with ``__call__``) is returned as it is. Functions and modules stay live.

    Args:
        function: Any callable.
        copies: Copy lists, dicts and sets. Otherwise they are shared, and a function that assigns
            to outer names by itself (``nonlocal``, ``global``) is returned as it is.
    """
    if type(function) is not FunctionType or (not copies and _assigns_outside(function.__code__)):
        return function
    try:
        cells = tuple(
            CellType(_kept(cell.cell_contents, copies)) for cell in function.__closure__ or ()
        )
        rebuilt = FunctionType(
            function.__code__,
            _Globals(function, copies),
            function.__name__,
            function.__defaults__,
            cells or None,
        )
    except ValueError:  # a cell that is still empty: the function is not finished being defined
        return function
    rebuilt.__kwdefaults__ = function.__kwdefaults__
    rebuilt.__qualname__ = function.__qualname__
    rebuilt.__module__ = function.__module__
    rebuilt.__doc__ = function.__doc__
    rebuilt.__dict__.update(function.__dict__)
    return rebuilt


class _Globals(dict[str, Any]):
    """A function's globals: the plain values it names as they were, all others as they are."""

    def __init__(self, function: FunctionType, copies: bool) -> None:  # noqa: FBT001 - as snapshot
        live = function.__globals__
        super().__init__(
            {
                name: _kept(live[name], copies)
                for name in _global_names(function.__code__)
                if name in live and _is_plain(live[name])
            }
        )
        self["__builtins__"] = live.get("__builtins__", __builtins__)
        self._live = live

    def __missing__(self, name: str) -> Any:
        return self._live[name]


def _global_names(code: CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _global_names(constant)
    return names


def _assigns_outside(code: CodeType) -> bool:
    """Whether a function assigns to a global, or to a name of its closure."""
    return any(
        each.opname in ("STORE_GLOBAL", "DELETE_GLOBAL")
        or (each.opname in ("STORE_DEREF", "DELETE_DEREF") and each.argval in code.co_freevars)
        for each in dis.get_instructions(code)
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or _is_pandas(value)


def _is_pandas(value: Any) -> bool:
    kind = type(value)
    library = kind.__module__.partition(".")[0]  # pandas 3 says "pandas", and no longer where
    return library == "pandas" and kind.__name__ in ("DataFrame", "Series")


def _kept(value: Any, copies: bool) -> Any:  # noqa: FBT001 - as snapshot
    """The value, or a copy that later changes of the original do not reach."""
    if _is_pandas(value):
        return value.copy(deep=False)  # lazy: pandas copies on write
    return copy.copy(value) if copies and isinstance(value, list | dict | set) else value
