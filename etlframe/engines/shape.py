"""The shape of a frame, the same for every engine: columns, kinds, and origins of missing values.

Every verb of an engine's frame first asks the shape for the shape of the answer: here is decided,
once for all engines, what is portable and which kind each column has afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.aggregates import COUNTS, aggregate_kind
from etlframe.expressions.annotate import annotate
from etlframe.expressions.decimals import fits, summed
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import Aggregate, Literal, Node, NotPortable, columns_of
from etlframe.expressions.typed import (
    NOWHERE,
    OTHER_UNIT,
    Digits,
    Origin,
    Origins,
    Typed,
    of_digits,
)
from etlframe.expressions.vocabulary_decimals import settled
from etlframe.expressions.vocabulary_windows import is_scalar
from etlframe.expressions.words import literal
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Scan

_SORTABLE = (
    Kind.INT, Kind.FLOAT, Kind.DECIMAL, Kind.STR, Kind.BOOL, Kind.DATE, Kind.DATETIME,
    Kind.DATETIME_TZ,
)  # fmt: skip
_IN_UNITS = (Kind.DATETIME, Kind.DATETIME_TZ, Kind.TIMEDELTA)
_OTHER_UNITS = ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_BROADCAST = (Kind.INT, Kind.FLOAT, Kind.BOOL)
_DTYPES = {Kind.INT: "float64", Kind.MAYBE_BOOL: "object"}
_LITERALS = {bool: Kind.BOOL, int: Kind.INT, float: Kind.FLOAT, str: Kind.STR}


@frozen
class Shape:
    """Columns in order, their kinds, and where their missing values can come from."""

    schema: Schema
    origins: Mapping[str, Origins]

    def __post_init__(self) -> None:
        folded: dict[str, str] = {}
        for name in self.schema:
            if type(name) is not str or "\x00" in name or not name:
                raise NotPortable(f"the column name {name!r} is known to be right in pandas only")
            if folded.setdefault(name.casefold(), name) != name:
                raise NotPortable(
                    f"columns {folded[name.casefold()]!r} and {name!r} differ by case only"
                )

    def need(self, columns: Sequence[str]) -> None:
        """Raise ``ColumnNotFoundError`` unless all of the columns are here."""
        for column in columns:
            if column not in self.schema:
                raise ColumnNotFoundError(column, list(self.schema))

    def typed(self, node: Node, here: str = "") -> Typed:
        """Return a tree with kinds and origins, or raise ``NotPortable``.

        Args:
            node: The tree.
            here: The relation that it is computed on.
        """
        self.need(columns_of(node))
        return annotate(node, self.schema, self.origins, here)

    def digits(self, column: str) -> Digits | None:
        """Return the digits of a column, where it holds decimals of one type."""
        return Typed(Literal(None), self.schema[column], self.origins.get(column, NOWHERE)).digits

    def condition(self, node: Node, written: Node | None = None) -> Typed:
        """Return a typed condition.

        Args:
            node: The tree.
            written: The tree as it was written, where an engine has computed a part of it.
        """
        typed = self.typed(node)
        if typed.kind not in (Kind.BOOL, Kind.TERNARY):
            raise NotPortable(f"a filter by a column of {typed.kind} runs in pandas")
        if is_scalar(written or node):
            raise NotPortable("a filter by one value runs in pandas")
        return typed

    def column(self, node: Node, here: str = "", written: Node | None = None) -> Typed:
        """Return a typed tree that becomes a column.

        Args:
            node: The tree.
            here: The relation that it is computed on.
            written: The tree as it was written, where an engine has computed a part of it.
        """
        typed = settled(self.typed(node, here))
        if isinstance(node, Literal) and typed.kind is Kind.DECIMAL:
            raise NotPortable("a column of one decimal is one of objects, and runs in pandas")
        aggregate = not isinstance(node, Literal) and is_scalar(written or node)
        if aggregate and typed.kind not in _BROADCAST:
            # Of no rows, or of none that is not missing, pandas makes a column of another dtype.
            raise NotPortable(f"a column of one aggregate of {typed.kind} runs in pandas")
        return typed

    def with_column(self, name: str, typed: Typed) -> Shape:
        """Return the shape with one more, or another, column."""
        kind = typed.kind
        return Shape({**self.schema, name: kind}, {**self.origins, name: typed.origins})

    def select(self, columns: Sequence[str]) -> Shape:
        """Return the shape of some columns."""
        self.need(columns)
        if len(set(columns)) != len(columns):
            raise NotPortable("a selection that repeats a column runs in pandas")
        return Shape(
            {name: self.schema[name] for name in columns},
            {name: self.origins.get(name, NOWHERE) for name in columns},
        )

    def rename(self, names: Mapping[str, str]) -> Shape:
        """Return the shape with other names."""
        renamed = [names.get(name, name) for name in self.schema]
        if len(set(renamed)) != len(renamed):
            raise NotPortable("a rename that gives two columns one name runs in pandas")
        return Shape(
            dict(zip(renamed, self.schema.values(), strict=True)),
            {names.get(name, name): self.origins.get(name, NOWHERE) for name in self.schema},
        )

    def aggregate(self, keys: Sequence[str], aggregates: Mapping[str, Aggregate]) -> Shape:
        """Return the shape of groups: the keys, then the named aggregates."""
        self.need([*keys, *(each.column for each in aggregates.values())])
        self.sortable(keys)
        repeated = set(keys) & set(aggregates)
        if repeated or len(set(keys)) != len(keys):
            raise NotPortable("an aggregate with the name of a key runs in pandas")
        schema = {key: self.schema[key] for key in keys}
        origins = {key: self.origins.get(key, NOWHERE) for key in keys}
        for name, each in aggregates.items():
            schema[name] = aggregate_kind(each.function, self.schema[each.column])
            origins[name] = self._aggregated(each)
        return Shape(schema, origins)

    def _aggregated(self, each: Aggregate) -> Origins:
        if each.function in COUNTS:
            return NOWHERE
        of_column = self.origins.get(each.column, NOWHERE)
        return summed(of_column) if each.function == "sum" else of_column

    def sortable(self, columns: Sequence[str]) -> None:
        """Raise ``NotPortable`` unless every engine orders these columns alike."""
        self.need(columns)
        for column in columns:
            if self.schema[column] not in _SORTABLE:
                raise NotPortable(f"ordering by {self.schema[column]} runs in pandas")

    def comparable(self, columns: Sequence[str]) -> None:
        """Raise ``NotPortable`` unless every engine tells equal values of these columns alike."""
        self.need(columns)
        for column in columns:
            if self.schema[column] not in (*_SORTABLE, Kind.MAYBE_BOOL):
                raise NotPortable(f"comparing rows by {self.schema[column]} runs in pandas")

    def fill(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the plain values that fill missing ones, for the columns that take them."""
        self.need(list(values))
        plain = {name: literal(value).value for name, value in values.items()}
        for name, value in plain.items():
            kind, given = self.schema[name], _LITERALS.get(type(value))
            if kind is Kind.DECIMAL and (digits := self.digits(name)) and fits(value, digits):
                continue
            if kind is not given and not (kind is Kind.FLOAT and given is Kind.INT):
                raise NotPortable(
                    f"filling {kind} with a value of type {type(value).__name__} runs in pandas"
                )
        return plain

    def cast(self, kinds: Mapping[str, Kind]) -> Shape:
        """Return the shape after casts; only those that cannot fail or round are portable."""
        self.need(list(kinds))
        for name, kind in kinds.items():
            before = self.schema[name]
            whole = before is Kind.INT and not self.origins.get(name, NOWHERE)
            same = kind is before and (whole or before in (Kind.FLOAT, Kind.STR, Kind.BOOL))
            number = before in (Kind.INT, Kind.DECIMAL)
            if not same and not (number and kind is Kind.FLOAT):
                raise NotPortable(f"astype from {before} to {kind} runs in pandas")
        return replace(self, schema={**self.schema, **kinds})

    def maybe_missing(self, relation: str, columns: Sequence[str]) -> Shape:
        """Return the shape after a join whose unmatched rows miss ``columns`` of ``relation``."""
        schema, origins = dict(self.schema), dict(self.origins)
        for name in columns:
            origins[name] = origins.get(name, NOWHERE) | {Origin(relation, name)}
            if schema[name] is Kind.BOOL:
                schema[name] = Kind.MAYBE_BOOL
        return Shape(schema, origins)

    def dtypes_of_missing(self, has_missing: Callable[[Origin], bool]) -> dict[str, str]:
        """Return the dtypes of columns that had missing values once, as pandas would hold them.

        Whole numbers are float64 then, and booleans objects, also when no missing value is left.

        Args:
            has_missing: Looks whether an origin holds a missing value.
        """
        return {
            name: _DTYPES[kind]
            for name, kind in self.schema.items()
            if kind in _DTYPES
            and any(
                has_missing(origin) if origin.known is None else origin.known
                for origin in self.origins.get(name, NOWHERE)
            )
        }


def need_columns(columns: Iterable[str]) -> None:
    """Raise ``NotPortable`` where there are no columns: no engine has rows of nothing."""
    if not list(columns):
        raise NotPortable("a frame without columns runs in pandas")


def of_scan(scan: Scan, relation: str) -> Shape:
    """Return the shape of a file's rows.

    Args:
        scan: How the file is read.
        relation: The rows' name, for looking whether a column has missing values.
    """
    origins = {
        name: NOWHERE
        if scan.missing.get(name) is False
        else frozenset({Origin(relation, name, scan.missing.get(name))})
        for name in scan.columns
    }
    for name, stored in scan.types.items():
        if stored in _OTHER_UNITS:
            origins[name] |= {OTHER_UNIT}
    for name, digits in scan.digits.items():
        origins[name] |= of_digits(digits)
    return _with_maybe(Shape(dict(scan.columns), origins))


def of_frame(
    df: pd.DataFrame, schema: Schema, relation: str, aside: Iterable[Origin] = ()
) -> Shape:
    """Return the shape of a DataFrame's rows, whose missing values are known.

    Args:
        df: The frame.
        schema: The kinds of its columns.
        relation: The rows' name in the engine.
        aside: The columns that stay in pandas.

    Raises:
        NotPortable: The frame has no columns.
    """
    from etlframe.expressions.decimals_pandas import digits_of_column

    need_columns(schema)
    origins = {
        name: _known(df[name], kind, Origin(relation, name, known=True))
        for name, kind in schema.items()
    }
    for name, kind in schema.items():
        if kind in _IN_UNITS and "[us" not in str(df[name].dtype):
            origins[name] |= {OTHER_UNIT}
        if kind is Kind.DECIMAL:
            origins[name] |= of_digits(digits_of_column(df[name]))
    origins |= {origin.column: frozenset({origin}) for origin in aside}
    return _with_maybe(Shape(schema, origins))


def _known(column: pd.Series[Any], kind: Kind, origin: Origin) -> Origins:
    # A boolean column of objects stays one in pandas, also where no value is missing.
    objects = kind is Kind.BOOL and str(column.dtype) == "object"
    return frozenset({origin}) if objects or column.isna().any() else NOWHERE


def _with_maybe(shape: Shape) -> Shape:
    """A boolean column of a source may have missing values, and pandas holds objects then."""
    schema = {
        name: Kind.MAYBE_BOOL if kind is Kind.BOOL and shape.origins.get(name) else kind
        for name, kind in shape.schema.items()
    }
    return replace(shape, schema=schema)
