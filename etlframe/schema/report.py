"""What Pandera found, as sentences for people and as a table of every failure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from etlframe.errors import did_you_mean
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd
    from pandera.errors import SchemaError

COLUMNS = ("column", "check", "failure_case", "index")
"""The columns of a table of failures."""

_EXAMPLES = 3
_LONGEST_EXAMPLE = 40
_EXACT_IN_FLOAT = 2**53


@frozen
class Failure:
    """One check that did not hold.

    Attributes:
        column: The column, or None where the check is about the whole frame.
        check: The check, as in ``"greater_than(0)"``.
        sentence: What people are told.
        cases: The values that failed; for a check of the whole frame, rows as dicts.
        rows: Their row labels; empty where the failure is of no row.
    """

    column: str | None
    check: str
    sentence: str
    cases: Sequence[Any] = (None,)
    rows: Sequence[Any] = field(default=())


def failures(errors: Iterable[SchemaError], df: pd.DataFrame) -> list[Failure]:
    """Return what Pandera collected, each once.

    A column that could not be converted is not told again for having the wrong dtype.

    Args:
        errors: What ``SchemaErrors.schema_errors`` holds.
        df: The frame that was validated.
    """
    collected = list(errors)
    unconverted = {_column(each) for each in collected if _reason(each) == "DATATYPE_COERCION"}
    return [
        _failure(each, df)
        for each in collected
        if _reason(each) != "WRONG_DATATYPE" or _column(each) not in unconverted
    ]


def failure_cases(found: Iterable[Failure]) -> pd.DataFrame:
    """Return a row for each value that failed.

    Returns:
        A DataFrame with the columns ``column`` (str, missing where the whole frame is meant),
        ``check`` (str), ``failure_case`` (object) and ``index`` (object: the row's label, missing
        where a failure is of no row).
    """
    import pandas as pd

    rows = [
        (each.column, each.check, case, each.rows[at] if at < len(each.rows) else None)
        for each in found
        for at, case in enumerate(each.cases)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.astype({"column": "str", "check": "str"})


def _failure(error: SchemaError, df: pd.DataFrame) -> Failure:
    reason = _reason(error)
    if reason in _OF_SCHEMA:
        return _OF_SCHEMA[reason](error, df)
    column, check = _column(error), _check(error)
    cases, rows = _cases(error, df)
    if not rows:
        return Failure(column, check, f"{_where(error)}{_called(error)} failed", cases)
    counted = _counted(len(rows), "row")
    if getattr(error.check, "n_failure_cases", None):
        counted = f"at least {counted}"
    what = _OF_ROWS[reason](error, counted, df) if reason in _OF_ROWS else ""
    what = what or f"{_called(error)} failed for {counted}"
    examples = _examples(cases if column is not None else [f"row {row}" for row in rows])
    return Failure(column, check, f"{_where(error)}{what}{examples}", cases, rows)


def _missing_values(error: SchemaError, counted: str, df: pd.DataFrame) -> str:  # noqa: ARG001 - as its siblings
    return f"not nullable, but the value is missing in {counted}"


def _repeated_values(error: SchemaError, counted: str, df: pd.DataFrame) -> str:  # noqa: ARG001 - as its siblings
    return f"unique, but the value is repeated in {counted}"


def _repeated_rows(error: SchemaError, counted: str, df: pd.DataFrame) -> str:  # noqa: ARG001 - as its siblings
    names = ", ".join(repr(each) for each in dict.fromkeys(error.failure_cases["column"]))
    return f"{counted} repeat each other in {names}, which the schema has as unique"


def _unconverted(error: SchemaError, counted: str, df: pd.DataFrame) -> str:
    dtype = _dtype(_check(error))
    return f"{counted} cannot become {dtype}{_about_integers(df, _column(error), dtype)}"


_OF_ROWS = {
    "SERIES_CONTAINS_NULLS": _missing_values,
    "SERIES_CONTAINS_DUPLICATES": _repeated_values,
    "DUPLICATES": _repeated_rows,
    "DATATYPE_COERCION": _unconverted,
}


# -- failures of the schema, which are of no row ---------------------------------------------------


def _column_missing(error: SchemaError, df: pd.DataFrame) -> Failure:
    name = str(error.failure_cases)
    hint = did_you_mean(name, [str(each) for each in df.columns]).removesuffix(".")
    return Failure(
        name, "column_in_dataframe", f"column {name!r} is not in the data.{hint}", [name]
    )


def _column_unknown(error: SchemaError, df: pd.DataFrame) -> Failure:  # noqa: ARG001 - as its siblings
    name = str(error.failure_cases)
    sentence = f"column {name!r} is not in the schema, which is strict"
    return Failure(name, "column_in_schema", sentence, [name])


def _column_unordered(error: SchemaError, df: pd.DataFrame) -> Failure:  # noqa: ARG001 - as its siblings
    name = str(error.failure_cases)
    sentence = f"column {name!r} is not where the schema, which is ordered, has it"
    return Failure(name, "column_ordered", sentence, [name])


def _no_default(error: SchemaError, df: pd.DataFrame) -> Failure:  # noqa: ARG001 - as its siblings
    name = str(error.failure_cases)
    sentence = f"column {name!r} is not in the data, and the schema has no default for it"
    return Failure(name, _check(error), sentence, [name])


def _wrong_dtype(error: SchemaError, df: pd.DataFrame) -> Failure:
    column, check = _column(error), _check(error)
    found = str(df[column].dtype) if column in df.columns else "of another dtype"
    dtype = _dtype(check)
    is_not = f"{_where(error).removesuffix(': ')} is {found}, not {dtype}"
    return Failure(column, check, f"{is_not}{_about_integers(df, column, dtype)}", [found])


def _about_integers(df: pd.DataFrame, column: str | None, expected: str) -> str:
    """Explain what surprises most: missing values make integers float64."""
    if column not in df.columns or "int" not in expected or df[column].dtype != "float64":
        return ""
    missing = int(df[column].isna().sum())
    if not missing:
        return ""
    return (
        f" ({_counted(missing, 'value')} missing, which {expected} cannot hold: drop or fill "
        "them before, or let the schema have pa.Column('Int64', nullable=True, coerce=True))"
    )


def _check_broke(error: SchemaError, df: pd.DataFrame) -> Failure:  # noqa: ARG001 - as its siblings
    cause = str(error.failure_cases)
    sentence = f"{_where(error)}{_called(error)} could not be run: {cause}"
    return Failure(_column(error), _check(error), sentence, [cause])


def _no_match(error: SchemaError, df: pd.DataFrame) -> Failure:
    column, names = _column(error), [str(each) for each in df.columns]
    return Failure(column, _check(error), f"no column matches {column!r}", [names])


_OF_SCHEMA = {
    "COLUMN_NOT_IN_DATAFRAME": _column_missing,
    "COLUMN_NOT_IN_SCHEMA": _column_unknown,
    "COLUMN_NOT_ORDERED": _column_unordered,
    "WRONG_DATATYPE": _wrong_dtype,
    "CHECK_ERROR": _check_broke,
    "INVALID_COLUMN_NAME": _no_match,
    "ADD_MISSING_COLUMN_NO_DEFAULT": _no_default,
}


# -- reading Pandera's errors ----------------------------------------------------------------------


def _reason(error: SchemaError) -> str:
    return error.reason_code.name if error.reason_code is not None else ""


def _column(error: SchemaError) -> str | None:
    """Return the column, or the index's name; None for a check of the whole frame."""
    if error.column_name is not None:
        return str(error.column_name)
    if hasattr(error.schema, "columns") or error.schema is None:
        return None
    return str(error.schema.name or "index")


def _where(error: SchemaError) -> str:
    column = _column(error)
    if column is None:
        return "the frame: "
    what = "index" if type(error.schema).__name__ == "Index" else "column"
    return f"{what} {column!r}: "


def _called(error: SchemaError) -> str:
    """Return the check's name, with its number where the name says nothing."""
    check = _check(error)
    return f"{check} (check {error.check_index})" if check == "<lambda>" else check


def _dtype(check: str) -> str:
    """Return the dtype that a check names, in pandas' words."""
    dtype = check.partition("'")[2].rpartition("'")[0] or check
    return "str" if dtype == "string[pyarrow]" else dtype


def _check(error: SchemaError) -> str:
    if error.check is None or isinstance(error.check, str):
        return error.check or str(error).partition("\n")[0]
    return str(error.check.error or error.check.name or error.check)


def _cases(error: SchemaError, df: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    """Return the values that failed with their row labels; for a check of the frame, its rows."""
    table = error.failure_cases
    if not hasattr(table, "columns"):
        return [table], []
    if "column" not in table.columns or _column(error) is not None:
        return table["failure_case"].tolist(), table["index"].tolist()
    failed = df[df.index.isin(table["index"])]
    return failed.to_dict("records"), failed.index.tolist()


def _examples(cases: Sequence[Any]) -> str:
    shown = list(dict.fromkeys(_shown(case) for case in cases if not _is_missing(case)))
    return f", for example {', '.join(shown[:_EXAMPLES])}" if shown else ""


def _is_missing(value: object) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))  # type: ignore[call-overload]


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_IN_FLOAT:
        return str(int(value))  # integers beside missing values are float64
    text = repr(value) if isinstance(value, str) and not value.startswith("row ") else str(value)
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 3]}..."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
