"""Rows that have to keep a schema while they are computed: what all engines share of it.

A guard stands in the stream of rows and raises :class:`RowsRefused` at the first row that breaks a
condition, so that nothing is computed twice. It has to see every row that pandas would check, also
those that a later step leaves out. Engines stop early where they can: at a ``head``, at a join with
nothing. Where that may happen, the rows are looked at apart, before any leave the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Generic, Literal, Protocol, TypeVar

from etlframe.engines.base import RowsRefused
from etlframe.engines.shape import Shape
from etlframe.errors import KeysNotUniqueError
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import NOWHERE, OTHER_UNIT, Origin
from etlframe.frozen import frozen

Query = TypeVar("Query")

REFUSED_BEFORE = "its checks do not hold, or may not: pandas tells"
"""Why checks run in pandas once rows were refused."""

_DTYPES: dict[Kind, tuple[str, ...]] = {
    Kind.BOOL: ("bool",),
    Kind.MAYBE_BOOL: ("bool", "object"),
    Kind.INT: ("int64", "float64"),
    Kind.FLOAT: ("float64",),
    Kind.STR: ("str",),
    Kind.DATE: ("datetime64[us]",),
    Kind.DATETIME: ("datetime64[us]",),
    Kind.DATETIME_TZ: ("datetime64[us, UTC]",),
}


@frozen
class Guard(Generic[Query]):
    """Rows that go through a guard.

    Attributes:
        rows: They, as the engine's query, the guard included.
        seen: Whether they are seen where they pass on their way; or are seen whatever follows, as
            they were gathered by then; or have to be looked at apart.
    """

    rows: Query
    seen: Literal["passing", "gathered", "apart"] = "passing"


Checks = tuple[Any, ...]
"""What has to hold before a frame's rows are computed: guards, and checks of the engine's own."""


def gathered(checks: Checks) -> Checks:
    """Return the checks once a verb needs all rows before it can give one, as groups do."""
    return _seen(checks, {"passing": "gathered"})


def limited(checks: Checks) -> Checks:
    """Return the checks once only the first rows are asked for."""
    return _seen(checks, {"passing": "apart"})


def apart(checks: Checks) -> Checks:
    """Return the checks once rows are put beside others that may be there without them."""
    return _seen(checks, {"passing": "apart", "gathered": "apart"})


def _seen(checks: Checks, becomes: Mapping[str, Any]) -> Checks:
    return tuple(
        replace(each, seen=becomes.get(each.seen, each.seen)) if isinstance(each, Guard) else each
        for each in checks
    )


def joined_checks(left: Checks, right: Checks, how: str) -> tuple[Checks, Checks]:
    """Return both sides' checks after a join.

    Where one side without rows makes an answer without rows, that answer tells that rows may not
    have been seen; else such a side is looked at apart.
    """
    both = ("inner", "cross", "left_semi")
    return (
        left if how in (*both, "left", "left_anti") else apart(left),
        right if how in (*both, "right", "right_anti") else apart(right),
    )


def look_before(
    checks: Checks, see: Callable[[Guard[Any]], object], breaks: Callable[[Any], bool]
) -> None:
    """Raise what a check finds, before rows are computed.

    Args:
        checks: What has to hold.
        see: Has an engine see all rows of a guard.
        breaks: Tells whether a check of the engine's own, which is no guard, does not hold.

    Raises:
        KeysNotUniqueError: Keys of a merge are not as ``validate=`` says.
        RowsRefused: Rows do not keep a schema.
    """
    for at, check in enumerate(checks):
        if isinstance(check, Guard):
            if check.seen == "apart":
                see(check)
        elif breaks(check):
            _see_passing(checks[:at], see)  # what fails first is told
            raise KeysNotUniqueError(check.message) if check.message else RowsRefused


def look_after(checks: Checks, see: Callable[[Guard[Any]], object], rows: int) -> None:
    """Look at what guards may not have seen: where no rows came, an engine may have read none."""
    if not rows:
        _see_passing(checks, see)


def _see_passing(checks: Checks, see: Callable[[Guard[Any]], object]) -> None:
    for check in checks:
        if isinstance(check, Guard) and check.seen != "apart":
            see(check)


class Assuming(Protocol):
    """An engine that reads files, and can hold them to what is assumed of them."""

    def can_assume(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file that is held to assumptions."""

    def assume(self, origin: Origin, what: str) -> None:
        """Hold every value of a column to be ``"present"``, or ``"exact"`` as a float."""


def possible_dtypes(shape: Shape) -> dict[str, tuple[str, ...]]:
    """Return the dtypes that pandas may have for each column: the likely one first.

    There are several where missing values, here or in rows that were left out, decide; and none
    where the engine does not know.
    """
    return {name: _possible(kind, shape, name) for name, kind in shape.schema.items()}


def _possible(kind: Kind, shape: Shape, name: str) -> tuple[str, ...]:
    origins = shape.origins.get(name, NOWHERE)
    dtypes = _DTYPES.get(kind, ())
    if OTHER_UNIT in origins:
        return ()
    if kind not in (Kind.INT, Kind.MAYBE_BOOL) or not origins:
        return dtypes[:1]
    if any(origin.known for origin in origins):
        return ("float64", "Int64") if kind is Kind.INT else ()
    return dtypes


def assured(shape: Shape, dtypes: Mapping[str, str], engine: Assuming) -> Shape:
    """Return the shape of columns that have certain dtypes in pandas, or else rows are refused.

    Args:
        shape: The columns.
        dtypes: Columns with the one of their possible dtypes that is relied on.
        engine: What reads the files that the columns come from.

    Raises:
        NotPortable: What decides a dtype cannot be seen while rows are computed.
    """
    wanted = [each for name, dtype in dtypes.items() for each in _assumed(shape, name, dtype)]
    for name, origin, _ in wanted:
        if not engine.can_assume(origin):
            raise NotPortable(f"what is missing elsewhere decides the dtype of column {name!r}")
    for _, origin, what in wanted:
        engine.assume(origin, what)
    schema, origins = dict(shape.schema), dict(shape.origins)
    for name, dtype in dtypes.items():
        if dtype in ("int64", "bool"):
            origins[name] = NOWHERE
            schema[name] = Kind.BOOL if dtype == "bool" else schema[name]
    return replace(shape, schema=schema, origins=origins)


def _assumed(shape: Shape, name: str, dtype: str) -> Iterable[tuple[str, Origin, str]]:
    for origin in shape.origins.get(name, NOWHERE):
        if dtype in ("int64", "bool") and origin.known is not False:
            yield name, origin, "present"
        if dtype == "float64":
            yield name, origin, "exact"
