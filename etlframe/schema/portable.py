"""Pandera's schemas as demands that an engine can hold rows to.

What is said here is never more lenient than Pandera: rows that keep the demands keep the schema,
and are left as they are but for the columns that become floats. Rows that do not are shown to
Pandera itself. Whether a dtype is the one that the schema asks for, and what coercing makes of it,
Pandera's own dtypes are asked, on samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etlframe.expressions.tree import Node, NotPortable
from etlframe.frozen import frozen
from etlframe.schema.checks import column_conditions, frame_conditions

if TYPE_CHECKING:
    import pandas as pd

Possible = Mapping[str, Sequence[str]]
"""Columns with the dtypes that they may have in pandas, the likely one first."""


@frozen
class Demands:
    """What a frame has to keep, and becomes.

    Attributes:
        columns: The columns that the frame has afterwards, in order.
        floats: Columns of whole numbers that become floats before they are checked.
        dtypes: Columns with the one of their possible dtypes that they must have.
        conditions: What must be true of every row.
        unique: Columns whose values together must repeat in no two rows.
    """

    columns: tuple[str, ...]
    floats: tuple[str, ...]
    dtypes: Mapping[str, str]
    conditions: tuple[Node, ...]
    unique: tuple[tuple[str, ...], ...]


def demands(schema: Any, possible: Possible) -> Demands:
    """Return what a schema demands of a frame.

    Args:
        schema: A ``DataFrameSchema`` or a ``DataFrameModel``.
        possible: The frame's columns.

    Raises:
        NotPortable: The schema is for pandas alone, or a frame of such columns cannot keep it.
    """
    _refuse_settings()
    ready = _built(schema)
    _refuse_options(ready)
    wanted = {name: each for name, each in ready.columns.items() if name in possible}
    columns = _kept_columns(ready, wanted, list(possible))
    conditions: list[Node] = []
    floats, dtypes = [], {}
    for name, column in wanted.items():
        _refuse_column_options(name, column)
        several = column.dtype is not None and len(possible[name]) > 1
        coerce = bool(column.coerce or ready.coerce)
        likely, becomes = _dtypes(name, column.dtype, possible[name], coerce=coerce)
        if becomes != likely or (several and coerce and becomes == _FLOAT):
            floats.append(name)
        elif several:
            dtypes[name] = likely
        conditions += column_conditions(name, column.checks, nullable=column.nullable)
    conditions += frame_conditions(ready.checks, columns)
    alone = [(name,) for name, column in wanted.items() if column.unique]
    unique = (*alone, *_unique_together(ready.unique, columns))
    return Demands(tuple(columns), tuple(floats), dtypes, tuple(conditions), unique)


_FLOAT = "float64"
_SAMPLES: dict[str, tuple[Any, ...]] = {
    "int64": (1, -2),
    "float64": (1.5, float("nan")),
    "str": ("a", float("nan")),
    "bool": (True, False),
    "datetime64[us]": ("2024-02-29 12:30:45.123456", None),
    "datetime64[us, UTC]": ("2024-02-29 12:30:45.123456Z", None),
}


def _dtypes(name: str, wanted: Any, possible: Sequence[str], *, coerce: bool) -> tuple[str, str]:
    """Return a column's likely dtype, and what it is once the schema has it.

    Args:
        name: The column.
        wanted: Pandera's dtype, or None for any.
        possible: The dtypes that the column may have.
        coerce: Whether it is coerced.
    """
    if wanted is None:
        return "", ""
    if not possible or possible[0] not in _SAMPLES:
        raise NotPortable(f"the dtype of column {name!r} is known to pandas only")
    likely, (*_, becomes) = (
        possible[0],
        [_checked(name, wanted, sample, coerce=coerce) for sample in _samples(possible[0])],
    )
    return likely, becomes


def _samples(dtype: str) -> list[pd.Series[Any]]:
    """Return a column of some values, and one of none."""
    import pandas as pd

    values: pd.Series[Any] = pd.Series(list(_SAMPLES[dtype])).astype(
        pd.api.types.pandas_dtype(dtype)
    )
    return [values.iloc[:0], values]


def _checked(name: str, wanted: Any, sample: pd.Series[Any], *, coerce: bool) -> str:
    """Return the dtype of a sample that Pandera's dtype is satisfied with."""
    import numpy as np
    from pandera.engines.pandas_engine import Engine
    from pandera.errors import ParserError

    had = str(sample.dtype)
    told = f"column {name!r} is {had}, not {wanted}: pandas tells"
    try:
        made = wanted.try_coerce(sample.copy()) if coerce else sample
        satisfied = wanted.check(Engine.dtype(made.dtype), made)
    except (ParserError, TypeError, ValueError) as error:
        raise NotPortable(told) from error
    becomes = str(made.dtype)
    if not np.all(satisfied):
        raise NotPortable(told)
    if not (had, becomes) == ("int64", _FLOAT) and not (had == becomes and made.equals(sample)):
        raise NotPortable(f"coercing column {name!r} from {had} to {becomes} runs in pandas")
    return becomes


# -- what runs in pandas ---------------------------------------------------------------------------


def _refuse_settings() -> None:
    from pandera.config import ValidationDepth, get_config_context

    config = get_config_context()
    whole = config.validation_depth in (None, ValidationDepth.SCHEMA_AND_DATA)
    if not config.validation_enabled or not whole or config.use_narwhals_backend:
        raise NotPortable("Pandera is set to check otherwise than it does by itself")


def _built(schema: Any) -> Any:
    """Return a model's schema; a ``DataFrameSchema`` as it is."""
    from pandera.errors import SchemaDefinitionError, SchemaInitError

    model: Any = schema if isinstance(schema, type) else None
    try:
        ready = schema if model is None else model.to_schema()
    except (SchemaInitError, SchemaDefinitionError, TypeError) as error:
        raise NotPortable("the schema cannot be used: pandas tells") from error
    if f"{type(ready).__module__}.{type(ready).__name__}" != _SCHEMA:
        raise NotPortable("a schema of a class of its own runs in pandas")
    return ready


_SCHEMA = "pandera.api.pandas.container.DataFrameSchema"
_COLUMN = "pandera.api.pandas.components.Column"


def _refuse_options(ready: Any) -> None:
    asked = {
        "an index": ready.index is not None,
        "parsers": bool(ready.parsers),
        "a dtype of all columns": ready.dtype is not None,
        "add_missing_columns": ready.add_missing_columns,
        "on_missing_columns": ready.on_missing_columns is not None,
        "drop_invalid_rows": ready.drop_invalid_rows,
    }
    _refuse("a schema", asked)


def _refuse_column_options(name: str, column: Any) -> None:
    import pandas as pd

    asked = {
        "a class of its own": f"{type(column).__module__}.{type(column).__name__}" != _COLUMN,
        "parsers": bool(column.parsers),
        "a default": bool(pd.notna(column.default)),
        "drop_invalid_rows": column.drop_invalid_rows,
    }
    _refuse(f"column {name!r}", asked)


def _refuse(what: str, asked: Mapping[str, bool]) -> None:
    for option, given in asked.items():
        if given:
            raise NotPortable(f"{what} with {option} runs in pandas")


def _kept_columns(ready: Any, wanted: Mapping[str, Any], columns: list[str]) -> list[str]:
    """Return the columns that a frame of some columns has after the schema."""
    for name, column in ready.columns.items():
        if column.regex or type(name) is not str:
            raise NotPortable("columns by a pattern, or by another name than text, run in pandas")
        if name not in wanted and column.required:
            raise NotPortable(f"column {name!r} is not there: pandas tells all that fails")
        if name not in wanted and column.on_missing is not None:
            raise NotPortable(f"pandas warns that column {name!r} is not there")
    unknown = [name for name in columns if name not in wanted]
    if ready.strict is True and unknown:
        raise NotPortable(
            f"column {unknown[0]!r} is not in the schema: pandas tells all that fails"
        )
    if ready.ordered and [name for name in columns if name in wanted] != list(wanted):
        raise NotPortable("the columns are in another order: pandas tells")
    return [name for name in columns if name in wanted or ready.strict != "filter"]


def _unique_together(unique: Any, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the lists of columns whose values together are unique, as the schema names them."""
    if not unique:
        return []
    plain = all(isinstance(each, str) for each in unique)
    listed = [[unique] if isinstance(unique, str) else unique] if plain else unique
    kept = [tuple(name for name in each if name in columns) for each in listed]
    return [each for each in kept if each]
