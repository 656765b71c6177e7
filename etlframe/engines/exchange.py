"""Frames between pandas and Arrow, both ways, with pandas' own default dtypes on the pandas side.

An integer with missing values is float64 in pandas and int64 in Arrow: ``from_arrow`` goes the
one way, and ``to_arrow`` the other, so that integers are integers again when they are written.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from etlframe.engines.object_columns import converted, from_objects, unwritable
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema
from etlframe.timing import phase

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EXACT_IN_FLOAT = 2**53
"""Up to here, both signs, every whole number is a float64 too."""


def from_arrow(table: pa.Table, schema: Schema | None = None) -> pd.DataFrame:
    """Return an Arrow table as a DataFrame with pandas' default dtypes.

    Integers with missing values become float64 (Int64, with a warning, only where a value is
    beyond 2^53), booleans with missing values object, text ``str``, dates and times datetime64 in
    their own unit, decimals ``ArrowDtype``, lists and structs Python lists and dicts.

    Args:
        table: Any Arrow table.
        schema: Kinds of columns, where they are known: they narrow an Arrow type that is wider
            than the kind, such as the decimal that an engine's sum of integers gives.

    Returns:
        A DataFrame with a RangeIndex, which may be written to.
    """
    with phase("convert to pandas", engine="pandas"):
        return _frame(table, schema or {})


def _frame(table: pa.Table, schema: Schema) -> pd.DataFrame:
    import pandas as pd

    names = table.column_names
    kinds = [schema.get(name) for name in names]
    columns = [_narrowed(table[name], kind) for name, kind in zip(names, kinds, strict=True)]
    special = {
        at: made
        for at, column in enumerate(columns)
        if (made := _special(column, names[at], kinds[at])) is not None
    }
    plain = [at for at in range(len(names)) if at not in special]
    df = _plain_frame([columns[at] for at in plain])
    if special:
        parts = {at: df.iloc[:, i] for i, at in enumerate(plain)} | special
        ordered = [parts[at] for at in range(len(names))]
        df = pd.concat(ordered, axis=1) if ordered else df
    df.index = pd.RangeIndex(table.num_rows)
    df.columns = pd.Index(names, dtype="str")
    return df


def _plain_frame(columns: list[pa.ChunkedArray]) -> pd.DataFrame:
    """Convert what pyarrow converts as pandas has it, all at once, and so with all threads."""
    import pandas as pd
    import pyarrow as pa

    def decimals(kind: pa.DataType) -> Any:
        return pd.ArrowDtype(kind) if pa.types.is_decimal(kind) else None

    table = pa.table(columns, names=[str(at) for at in range(len(columns))])
    # One block a column would be shared with Arrow, and pandas could then not write to it.
    df: pd.DataFrame = table.to_pandas(types_mapper=decimals, split_blocks=False)
    return df


def _narrowed(column: pa.ChunkedArray, kind: Kind | None) -> pa.ChunkedArray:
    """Return the column in the type that pandas' default dtype is made from."""
    import pyarrow as pa

    of = pa.types
    if of.is_null(column.type):
        return column.cast(pa.float64())
    if of.is_date(column.type):
        return column.cast(pa.timestamp("us"))
    if of.is_decimal(column.type) and kind in (Kind.INT, Kind.FLOAT):
        return column.cast(pa.int64() if kind is Kind.INT else pa.float64())
    if of.is_dictionary(column.type) and kind is Kind.STR:
        return column.cast(pa.string())
    return column


def _special(column: pa.ChunkedArray, name: str, kind: Kind | None) -> pd.Series[Any] | None:
    """Return the column as a Series where pyarrow would not convert it as pandas has it."""
    import pyarrow as pa

    of = pa.types
    # A column of no known kind and without rows, such as a CSV header alone tells, is any object.
    if of.is_nested(column.type) or (kind is Kind.OTHER and not len(column)):
        return _objects(column)
    if of.is_boolean(column.type) and column.null_count:
        return _objects(column, missing=float("nan"))
    if of.is_integer(column.type) and column.null_count and is_beyond_float(column):
        return _nullable_integers(column, name)
    if column.type == pa.month_day_nano_interval():
        return _timedeltas(column)
    return None


def _objects(column: pa.ChunkedArray, missing: object = None) -> pd.Series[Any]:
    import pandas as pd

    values = column.to_pylist(maps_as_pydicts="strict")
    if missing is not None:
        values = [missing if value is None else value for value in values]
    return pd.Series(values, dtype=object)


def is_beyond_float(column: pa.ChunkedArray) -> bool:
    """Return whether a column of integers holds one that float64 cannot hold exactly."""
    import pyarrow.compute as pc

    low, high = pc.min_max(column).as_py().values()
    return low is not None and (low < -EXACT_IN_FLOAT or high > EXACT_IN_FLOAT)


def _nullable_integers(column: pa.ChunkedArray, name: str) -> pd.Series[Any]:
    import pandas as pd
    import pyarrow as pa

    warnings.warn(
        f"Column {name!r} has missing values and integers beyond 2^53, which float64 cannot hold "
        "exactly: it is Int64 here.",
        UserWarning,
        stacklevel=4,
    )
    dtype = pd.UInt64Dtype() if column.type == pa.uint64() else pd.Int64Dtype()
    made: pd.Series[Any] = column.to_pandas(types_mapper={column.type: dtype}.get)
    return made


def _timedeltas(column: pa.ChunkedArray) -> pd.Series[Any]:
    """Convert DuckDB's intervals: those between two timestamps have no months."""
    import pandas as pd

    values = column.to_pylist()
    if any(value is not None and value.months for value in values):
        return pd.Series(values, dtype=object)
    # Counted in microseconds: three centuries are more than nanoseconds can count.
    made = [
        None if v is None else (v.days * 86_400_000_000 + v.nanoseconds // 1_000) for v in values
    ]
    return pd.Series(pd.array(made, dtype="Int64")).astype("timedelta64[us]")


def to_arrow(df: pd.DataFrame, schema: Schema | None = None) -> pa.Table:
    """Return a DataFrame as an Arrow table, without its index; NaN and NaT become null.

    A float64 column of integers with missing values becomes int64: one that ``schema`` knows as
    ``INT``, or, where its kind is not known, one with a missing value and only whole, finite ones
    else. Categories become their values.

    Args:
        df: A DataFrame; column labels become text.
        schema: Kinds of columns, where they are known.

    Raises:
        LoadError: A column mixes types, holds what no file format can, or has another's name.
    """
    import pyarrow as pa

    names = [str(label) for label in df.columns]
    _check_names(names, df.columns.nlevels)
    kinds = schema or {}
    with phase("convert to Arrow", engine="pandas"):
        arrays = [_to_array(df.iloc[:, at], name, kinds.get(name)) for at, name in enumerate(names)]
        return pa.table(arrays, names=names) if arrays else pa.table({})


def _check_names(names: list[str], levels: int) -> None:
    if levels > 1:
        raise LoadError(
            "The columns have several levels (a MultiIndex); give each column one name, "
            "for example: df.columns = ['_'.join(map(str, c)) for c in df.columns]"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LoadError(f"Two columns have the name {twice[0]!r}; rename one of them.")


def _to_array(column: pd.Series[Any], name: str, kind: Kind | None) -> pa.Array | pa.ChunkedArray:
    import pandas as pd
    import pyarrow as pa

    if column.dtype == "object":
        return from_objects(column, name, kind)
    if isinstance(column.dtype, pd.SparseDtype):
        column = pd.Series(column.to_numpy())
    if column.dtype == "float64" and kind in (None, Kind.INT) and _is_whole(column, kind):
        column = column.astype("Int64")
    array = converted(column, name)
    if pa.types.is_dictionary(array.type):
        return array.cast(array.type.value_type)
    if isinstance(array.type, pa.BaseExtensionType):
        raise unwritable(name, str(column.dtype))
    return array


def _is_whole(column: pd.Series[Any], kind: Kind | None) -> bool:
    """Whether a float64 column holds integers, of which some are missing."""
    values = column.dropna()
    if kind is None and (len(values) == len(column) or values.empty):
        return False
    return bool(((values % 1 == 0) & (values >= -(2.0**63)) & (values < 2.0**63)).all())


def schema_of(df: pd.DataFrame) -> dict[str, Kind]:
    """Return the kinds of an in-memory frame's columns.

    A dtype whose operations mean something else in pandas than the kind does (int8 wraps at 127,
    the nullable Int64 and ``string`` compare with three values, a category has an order of its
    own) is ``OTHER``: an operation on it runs in pandas.

    >>> import pandas as pd
    >>> {name: kind.value for name, kind in schema_of(pd.DataFrame({"n": [1], "s": ["a"]})).items()}
    {'n': 'int', 's': 'str'}
    """
    return {str(name): _kind(df.iloc[:, at]) for at, name in enumerate(df.columns)}


def _kind(column: pd.Series[Any]) -> Kind:
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, pd.StringDtype):
        return Kind.STR if dtype == pd.StringDtype(na_value=float("nan")) else Kind.OTHER
    if isinstance(dtype, pd.DatetimeTZDtype):
        return Kind.DATETIME_TZ if str(dtype.tz) == "UTC" else Kind.OTHER
    if isinstance(dtype, pd.ArrowDtype):
        return Kind.DECIMAL if str(dtype.pyarrow_dtype).startswith("decimal128") else Kind.OTHER
    if dtype == "object":
        boolean = pd.api.types.infer_dtype(column, skipna=True) == "boolean"
        return Kind.BOOL if boolean else Kind.OTHER
    return _KINDS.get(str(dtype).partition("[")[0], Kind.OTHER)


_KINDS = {
    "bool": Kind.BOOL,
    "int64": Kind.INT,
    "float64": Kind.FLOAT,
    "datetime64": Kind.DATETIME,
    "timedelta64": Kind.TIMEDELTA,
}
