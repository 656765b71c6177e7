"""The columns of frames that are put below each other, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence

from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.expressions.typed import NOWHERE, Origin, Origins, digits_of

_STACKABLE = (
    Kind.BOOL, Kind.MAYBE_BOOL, Kind.INT, Kind.FLOAT, Kind.STR, Kind.DECIMAL,
    Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ,
)  # fmt: skip


def stacked_shape(shapes: Sequence[Shape], relation: str) -> Shape:
    """Return the shape of frames below each other, as ``pd.concat`` has it.

    The columns are those of all, in order of appearance. A column that one frame lacks has missing
    values, also where that frame has no rows.

    Args:
        shapes: The frames' shapes.
        relation: What the engine calls the answer, or any name.

    Raises:
        NotPortable: A column is of kinds that pandas puts together as objects.
    """
    names = list(dict.fromkeys(name for shape in shapes for name in shape.schema))
    schema: dict[str, Kind] = {}
    origins: dict[str, Origins] = {}
    for name in names:
        having = [shape for shape in shapes if name in shape.schema]
        kind = stacked_kind(name, [shape.schema[name] for shape in having])
        found = NOWHERE.union(*(shape.origins.get(name, NOWHERE) for shape in having))
        _check_digits(name, kind, found)
        if len(having) < len(shapes):
            found |= {Origin(relation, name, known=True)}
            kind = Kind.MAYBE_BOOL if kind is Kind.BOOL else kind
        schema[name], origins[name] = kind, found
    return Shape(schema, origins)


def stacked_kind(name: str, kinds: Sequence[Kind]) -> Kind:
    """Return the kind of a column whose parts have these kinds."""
    (first, *_), found = kinds, set(kinds)
    if len(found) == 1 and first in _STACKABLE:
        return first
    if found == {Kind.INT, Kind.FLOAT}:
        return Kind.FLOAT
    if found == {Kind.DATE, Kind.DATETIME}:
        return Kind.DATETIME
    if found == {Kind.BOOL, Kind.MAYBE_BOOL}:
        return Kind.MAYBE_BOOL
    shown = " and ".join(dict.fromkeys(kinds))
    raise NotPortable(f"putting {shown} below each other, in {name!r}, runs in pandas")


def _check_digits(name: str, kind: Kind, found: Origins) -> None:
    if kind is Kind.DECIMAL and digits_of(found) is None:
        raise NotPortable(
            f"putting decimals of two types below each other, in {name!r}, runs in pandas"
        )


def melted_shape(
    shape: Shape, id_vars: Sequence[str], value_vars: Sequence[str], var_name: str, value_name: str
) -> Shape:
    """Return the shape after ``melt``."""
    if not value_vars:
        raise NotPortable("a melt without value columns runs in pandas")
    kept = shape.select(id_vars)
    kind = stacked_kind(value_name, [shape.schema[name] for name in value_vars])
    found = NOWHERE.union(*(shape.origins.get(name, NOWHERE) for name in value_vars))
    _check_digits(value_name, kind, found)
    return Shape(
        {**kept.schema, var_name: Kind.STR, value_name: kind},
        {**kept.origins, var_name: NOWHERE, value_name: found},
    )
