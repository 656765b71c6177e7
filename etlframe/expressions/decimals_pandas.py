"""Decimals in pandas, where plain pandas stumbles or is not exact.

``pd.eval`` refuses arithmetic on decimals, Arrow's floats of decimals miss the last digit (0.35 is
0.35000000000000003), and a product whose type would have over 38 digits is an error though the
values have few. Strings and steps mean what is clear, here as on every engine.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from etlframe.expressions.decimals import EXACT_IN_FLOAT, MOST, nearest
from etlframe.expressions.typed import Digits
from etlframe.expressions.words_values import is_missing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Operator = Callable[[Any, Any], Any]
_MOST_WIDE = 76
_EXACT_POWER = 22
"""Up to here a power of ten is a float."""


def is_decimal(value: Any) -> bool:
    """Say whether a value is a decimal, or a Series of Arrow's."""
    return type(value) is Decimal or str(getattr(value, "dtype", "")).startswith("decimal128")


def digits_of_column(column: pd.Series[Any]) -> Digits:
    """Return how many digits a column of Arrow's decimals has, and how many its values need."""
    type_: Any = getattr(column.dtype, "pyarrow_dtype", None)
    return Digits(type_.precision, type_.scale, _most(_arrow(column)))


def _most(array: pa.Array) -> int:
    import pyarrow.compute as pc

    found = [value for value in pc.min_max(array).as_py().values() if value is not None]
    unscaled = [abs(int(value.scaleb(array.type.scale))) for value in found]
    return max((len(str(value)) for value in unscaled), default=1)


def _arrow(column: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa

    array = pa.array(column.array)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def to_float(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of decimals as float64: the nearest float of each, NaN where missing."""
    import numpy as np
    import pandas as pd

    array = _arrow(column)
    if _most(array) <= EXACT_IN_FLOAT and array.type.scale <= _EXACT_POWER:
        words = np.frombuffer(array.buffers()[1] or b"", dtype="int64")
        low = words[2 * array.offset : 2 * (array.offset + len(array)) : 2]
        floats = low / 10.0**array.type.scale
        floats[array.is_null().to_numpy(zero_copy_only=False)] = np.nan
    else:
        values = array.to_pylist()
        floats = np.array([np.nan if value is None else float(value) for value in values])
    return pd.Series(floats, index=column.index, dtype="float64", name=column.name)


def computed(operate: Operator, left: Any, right: Any) -> Any:
    """Return arithmetic of two values, one of which may be a decimal.

    Args:
        operate: The operator, such as ``operator.mul``.
        left: A Series or a plain value.
        right: Likewise.
    """
    import pyarrow as pa

    values = (left, right)
    if operate is operator.truediv or any(map(_is_float, values)):
        found = operate(*map(_floats, values))
        return _as_arrow_floats(found) if any(map(_is_of_arrow, values)) else found
    try:
        return operate(left, right)
    except pa.ArrowInvalid:
        if operate not in _WIDE or not all(is_decimal(each) or _is_whole(each) for each in values):
            raise
    return _computed_wide(operate, left, right)


def _is_float(value: Any) -> bool:
    dtype = str(getattr(value, "dtype", ""))
    return isinstance(value, float) or dtype in ("float64", "double[pyarrow]")


def _is_of_arrow(value: Any) -> bool:
    return str(getattr(value, "dtype", "")).endswith("[pyarrow]")


def _is_whole(value: Any) -> bool:
    return type(value) is int or str(getattr(value, "dtype", "")) == "int64"


def _floats(value: Any) -> Any:
    if type(value) is Decimal:
        return float(value)
    if is_decimal(value):
        return to_float(value)
    return value.astype("float64") if hasattr(value, "dtype") else value


def _as_arrow_floats(floats: pd.Series[Any]) -> pd.Series[Any]:
    """Return floats as pandas has those of decimals: what compares them has three values."""
    import pandas as pd
    import pyarrow as pa

    array = pa.array(floats.to_numpy(), from_pandas=True)
    return pd.Series(pd.array(array, dtype=pd.ArrowDtype(pa.float64())), index=floats.index)


_WIDE: dict[Operator, str] = {
    operator.add: "add_checked",
    operator.sub: "subtract_checked",
    operator.mul: "multiply_checked",
}


def _computed_wide(operate: Operator, left: Any, right: Any) -> pd.Series[Any]:
    """Compute with 76 digits, and return 38; an error where a value needs more."""
    import pandas as pd
    import pyarrow.compute as pc
    from pyarrow import decimal128

    found = pc.call_function(_WIDE[operate], [_wide(left), _wide(right)])
    column = left if hasattr(left, "dtype") else right
    type_ = decimal128(MOST, found.type.scale)
    return pd.Series(pd.array(found.cast(type_), dtype=pd.ArrowDtype(type_)), index=column.index)


def _wide(value: Any) -> Any:
    import pyarrow as pa

    if type(value) in (int, Decimal):
        narrow = pa.array([Decimal(value)])
    elif is_decimal(value):
        narrow = _arrow(value)
    else:
        narrow = pa.array(value.to_numpy()).cast(pa.decimal128(19, 0))
    digits = max(_most(narrow), narrow.type.scale, 1)
    wide = narrow.cast(pa.decimal256(min(digits, _MOST_WIDE), narrow.type.scale))
    return wide[0] if type(value) in (int, Decimal) else wide


def compared(operate: Operator, left: Any, right: Any) -> Any:
    """Return a comparison of two values: beside a float, a decimal is the nearest float."""
    if any(map(_is_float, (left, right))):
        left, right = _beside_float(left), _beside_float(right)
    return operate(left, right)


def _beside_float(value: Any) -> Any:
    if type(value) is Decimal:
        return float(value)
    return _as_arrow_floats(to_float(value)) if is_decimal(value) else value


def member(column: pd.Series[Any], values: Any) -> pd.Series[Any]:
    """Return ``isin`` of decimals, also among whole numbers, where pandas stumbles."""
    listed = values.tolist() if hasattr(values, "tolist") else list(values)
    exact = [nearest(value) for value in listed if type(value) in (int, float, Decimal)]
    found: pd.Series[Any] = column.isin([value for value in exact if value is not None])
    return found | column.isna() if any(map(is_missing, listed)) else found


_DEFAULTS = {
    "double[pyarrow]": ("float64", "float64"),
    "int64[pyarrow]": ("int64", "float64"),
    "bool[pyarrow]": ("bool", "object"),
}
"""Arrow's dtype -> pandas' own default, and that of a column with missing values."""


def with_defaults(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns that decimals made have pandas' default dtypes.

    What compares or counts decimals, or multiplies them with floats, has Arrow's dtypes in pandas.

    Args:
        before: The frame before a step.
        after: The frame after it.
    """
    dtypes = {str(dtype) for dtype in before.dtypes}
    decimals = any(each.startswith("decimal128") for each in dtypes)
    if not decimals or not after.columns.is_unique:
        return after
    made = {
        str(name): _default(after[name])
        for name in after.columns
        if (dtype := str(after[name].dtype)) in _DEFAULTS and dtype not in dtypes
    }
    return after.assign(**made) if made else after


def _default(column: pd.Series[Any]) -> pd.Series[Any]:
    plain, with_missing = _DEFAULTS[str(column.dtype)]
    dtype: Any = with_missing if column.isna().any() else plain
    made: pd.Series[Any] = column.astype(dtype)
    return made.where(made.notna(), float("nan")) if dtype == "object" else made
