"""The columns of a ``merge``, the same for every engine: names, order, kinds, missing values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from etlframe.engines.base import Suffixes
from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import NOWHERE, digits_of
from etlframe.frozen import frozen

MOMENTS = (Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)
"""Keys whose missing values an outer merge puts first; all others' are last."""
_KEYS = (Kind.BOOL, Kind.INT, Kind.FLOAT, Kind.DECIMAL, Kind.STR, *MOMENTS)
_LEFT_MISSES = ("right", "outer", "right_anti")
_RIGHT_MISSES = ("left", "outer", "left_anti")


@frozen
class JoinedColumn:
    """A column of a join's answer.

    Attributes:
        name: Its name there.
        side: Where it is from; ``"both"`` is a key of one name: the left's value, and the right's
            in the rows that the left has no match for.
        source: Its name on that side (on both, for ``"both"``).
    """

    name: str
    side: Literal["left", "right", "both"]
    source: str


def joined_columns(
    left: Shape,
    right: Shape,
    *,
    how: str,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> list[JoinedColumn]:
    """Return the columns in pandas' order: the left's, then the right's but for shared keys.

    Raises:
        NotPortable: pandas alone is known to be right, or tells best what is wrong.
        ColumnNotFoundError: A key is not there.
    """
    _check_keys(left, right, left_on, right_on)
    if how == "left_semi":
        return [JoinedColumn(name, "left", name) for name in left.schema]
    shared = {one for one, other in zip(left_on, right_on, strict=True) if one == other}
    overlap = (set(left.schema) & set(right.schema)) - shared
    on_left, on_right = suffixes
    if overlap and not on_left and not on_right:
        raise NotPortable("a merge that gives two columns one name runs in pandas")
    key: Literal["left", "both"] = "both" if how in _LEFT_MISSES else "left"
    columns = [
        JoinedColumn(
            name + (on_left or "") if name in overlap else name,
            key if name in shared else "left",
            name,
        )
        for name in left.schema
    ]
    columns += [
        JoinedColumn(name + (on_right or "") if name in overlap else name, "right", name)
        for name in right.schema
        if name not in shared
    ]
    if len({each.name for each in columns}) != len(columns):
        raise NotPortable("a merge that gives two columns one name runs in pandas")
    return columns


def _check_keys(left: Shape, right: Shape, left_on: Sequence[str], right_on: Sequence[str]) -> None:
    left.need(left_on)
    right.need(right_on)
    if len(set(left_on)) != len(left_on) or len(set(right_on)) != len(right_on):
        raise NotPortable("a merge that names a key twice runs in pandas")
    for one, other in zip(left_on, right_on, strict=True):
        kinds = left.schema[one], right.schema[other]
        alike = kinds[0] is kinds[1] or all(kind.is_time for kind in kinds)
        if kinds[0] not in _KEYS or not alike:
            raise NotPortable(f"a merge of keys of {kinds[0]} and {kinds[1]} runs in pandas")
        both = left.origins.get(one, NOWHERE) | right.origins.get(other, NOWHERE)
        if kinds[0] is Kind.DECIMAL and digits_of(both) is None:
            raise NotPortable("a merge of keys of decimals of two types runs in pandas")


def joined_shape(
    left: Shape, right: Shape, columns: Sequence[JoinedColumn], *, how: str, relation: str
) -> Shape:
    """Return the shape of a join's answer.

    Args:
        left: The left's shape.
        right: The right's shape.
        columns: What ``joined_columns`` gave.
        how: As in ``EngineFrame.join``.
        relation: What the engine calls the answer, for looking whether a column misses values.
    """
    schema, origins = {}, {}
    for each in columns:
        of = right if each.side == "right" else left
        schema[each.name] = of.schema[each.source]
        origins[each.name] = of.origins.get(each.source, NOWHERE)
        if each.side == "both":
            schema[each.name] = _of_both(left.schema[each.source], right.schema[each.source])
            origins[each.name] |= right.origins.get(each.source, NOWHERE)
    missing = [
        each.name
        for each in columns
        if (each.side == "left" and how in _LEFT_MISSES)
        or (each.side == "right" and how in _RIGHT_MISSES)
    ]
    return Shape(schema, origins).maybe_missing(relation, missing)


def _of_both(left: Kind, right: Kind) -> Kind:
    return left if left is right else Kind.DATETIME


_UNIQUE = {
    "one_to_one": ("left", "right"),
    "one_to_many": ("left",),
    "many_to_one": ("right",),
    "many_to_many": (),
}
_SHORT = {"1:1": "one_to_one", "1:m": "one_to_many", "m:1": "many_to_one", "m:m": "many_to_many"}
VALIDATIONS = (*_UNIQUE, *_SHORT)
"""pandas' words for ``merge(validate=)``."""


def unique_sides(validate: str | None) -> tuple[str, ...]:
    """Return the sides whose keys have to be unique, in the order that pandas looks at them.

    >>> unique_sides("m:1")
    ('right',)
    """
    return () if validate is None else _UNIQUE[_SHORT.get(validate, validate)]


def keys_message(side: str, keys: Sequence[str], validate: str | None) -> str:
    """Return what is wrong with keys that are not unique, as every engine says it."""
    named = ", ".join(map(repr, keys))
    return (
        f"merge(validate={validate!r}): the keys {named} are not unique on the {side}. "
        "Drop the duplicates first, or validate less."
    )
