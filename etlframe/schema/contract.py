"""Pandera schemas as contracts: a frame keeps one, or every failure of it is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError, ValidationError
from etlframe.schema.report import failure_cases, failures

if TYPE_CHECKING:
    import pandas as pd
    from pandera.api.pandas.container import DataFrameSchema

_MOST_IN_MESSAGE = 5


def is_schema(value: object) -> bool:
    """Return whether a value is a Pandera ``DataFrameSchema`` or ``DataFrameModel`` class.

    Pandera is not imported to tell.

    >>> is_schema({"a": int})
    False
    """
    kind = value if isinstance(value, type) else type(value)
    wanted = "DataFrameModel" if kind is value else "DataFrameSchema"
    return any(
        each.__name__ == wanted and each.__module__.partition(".")[0] == "pandera"
        for each in kind.__mro__
    )


def describe(schema: Any) -> str:
    """Return a schema's name: a model's class name, or what ``DataFrameSchema(name=...)`` says."""
    if isinstance(schema, type):
        return schema.__name__
    return str(getattr(schema, "name", None) or type(schema).__name__)


def keeps_columns(schema: Any) -> bool:
    """Return whether a schema leaves the columns as they are: it may also filter, add or parse."""
    ready: Any = schema
    if isinstance(schema, type):
        ready = ready.to_schema()
    changes = (
        ready.strict == "filter",
        ready.add_missing_columns,
        getattr(ready, "parsers", None),
    )
    return not any(changes)


def check(df: pd.DataFrame, schema: Any, *, step: str) -> pd.DataFrame:
    """Return the frame as a Pandera schema has it: checked, and coerced and parsed where it says.

    Args:
        df: The frame.
        schema: A ``DataFrameSchema`` or a ``DataFrameModel`` class, of ``pandera.pandas``.
        step: The name of the step that validates, for errors.

    Raises:
        ValidationError: The frame does not keep it; all failures are told, in ``messages`` and as
            the DataFrame ``failure_cases``.
        PlanError: It is no such schema, or one that cannot work.
    """
    from pandera.errors import SchemaDefinitionError, SchemaErrors

    ready = _ready(schema, step)
    if not df.index.is_unique:  # pandera cannot report on rows that share a label
        df = df.reset_index(drop=True)
    try:
        return ready.validate(df, lazy=True)
    except SchemaErrors as errors:
        raise _broken(errors, df, schema, step) from None
    except SchemaDefinitionError as error:
        raise _unusable(schema, step, error) from error


def _ready(schema: Any, step: str) -> DataFrameSchema:
    if not is_schema(schema):
        kind = schema.__name__ if isinstance(schema, type) else type(schema).__name__
        raise PlanError(
            f"Step {step!r} needs a pandera DataFrameSchema or DataFrameModel, not {kind}: "
            "import pandera.pandas as pa; pa.DataFrameSchema({'a': pa.Column(int)})"
        )
    ready: DataFrameSchema = _built(schema, step)
    _check_flavour(ready, step)
    _check_drops_nothing(ready, step)
    return ready


def _built(schema: Any, step: str) -> Any:
    """Return a model's schema; a ``DataFrameSchema`` as it is."""
    from pandera.errors import SchemaDefinitionError, SchemaInitError

    model: Any = schema if isinstance(schema, type) else None
    if model is None:
        return schema
    try:
        return model.to_schema()
    except (SchemaInitError, SchemaDefinitionError, TypeError) as error:
        raise _unusable(schema, step, error) from error


def _check_flavour(ready: Any, step: str) -> None:
    if type(ready).__module__.startswith("pandera.api.pandas"):
        return
    flavour = type(ready).__module__.removeprefix("pandera.api.").partition(".")[0]
    raise PlanError(
        f"Step {step!r}: the schema is one of pandera.{flavour}; frames here are pandas': write it "
        "with import pandera.pandas as pa."
    )


def _check_drops_nothing(ready: DataFrameSchema, step: str) -> None:
    """Refuse an option that was measured to keep invalid rows, or to drop others, in silence."""
    droppers = [name for name, each in ready.columns.items() if each.drop_invalid_rows]
    if ready.drop_invalid_rows or droppers:
        where = f"column {droppers[0]!r}" if droppers else "the schema"
        raise PlanError(
            f"Step {step!r}: {where} has drop_invalid_rows=True, which pandera does not keep "
            "reliably: invalid rows may stay, and valid ones go, unseen. Remove it, and filter "
            "the rows with a step of their own."
        )


def _unusable(schema: Any, step: str, error: Exception) -> PlanError:
    cause = str(error).partition("\n")[0] or type(error).__name__
    return PlanError(f"Step {step!r}: the schema {describe(schema)} cannot be used: {cause}")


def _broken(errors: Any, df: pd.DataFrame, schema: Any, step: str) -> ValidationError:
    found = failures(errors.schema_errors, df)
    sentences = [each.sentence for each in found]
    shown = "; ".join(sentences[:_MOST_IN_MESSAGE])
    more = len(sentences) - _MOST_IN_MESSAGE
    tail = f"; and {more} more" if more > 0 else ""
    return ValidationError(
        f"Step {step!r}: the data does not keep {describe(schema)}: {shown}{tail}",
        step=step,
        messages=sentences,
        failure_cases=failure_cases(found),
    )
