"""The options of a file source, checked when they are given."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from etlframe.errors import OptionError, UnknownNameError, did_you_mean
from etlframe.expressions.kinds import Kind
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from etlframe.engines.duckdb.sniff_rules import Given
    from etlframe.storage.formats import FileFormat

_CSV_OPTIONS = ("delimiter", "quote", "columns")
_OPTIONS = (*_CSV_OPTIONS, "sep", "encoding", "dtypes", "null_values", "format")
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("bool", "boolean"), Kind.BOOL),
    **dict.fromkeys(("int", "int64"), Kind.INT),
    **dict.fromkeys(("float", "float64"), Kind.FLOAT),
    **dict.fromkeys(("str", "string", "object"), Kind.STR),
    **dict.fromkeys(("date",), Kind.DATE),
    **dict.fromkeys(("datetime", "datetime64", "datetime64[us]"), Kind.DATETIME),
    **dict.fromkeys(("datetime64[us, utc]",), Kind.DATETIME_TZ),
}
_SHOWN_DTYPES = ("bool", "int64", "float64", "str", "date", "datetime64[us]", "datetime64[us, UTC]")


@frozen
class FileOptions:
    """What the user said about a file.

    Attributes:
        kinds: Kinds of columns.
        null_values: Words for a missing value, or None for pandas' list.
        delimiter: What separates fields, or None to tell it by the header.
        quote: What quotes fields.
        columns: The names of the columns of a file without a header, or None.
        encoding: The encoding, as Python names it.
        recodes: Whether the file has to be copied into UTF-8 to be read.
        told: The options as they were given, for a repr.
    """

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    null_values: tuple[str, ...] | None = None
    delimiter: str | None = None
    quote: str = '"'
    columns: tuple[str, ...] | None = None
    encoding: str = "utf-8"
    recodes: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def given(self) -> Given:
        """The options as a sniff takes them."""
        from etlframe.engines.duckdb.sniff_rules import Given

        return Given(
            kinds=self.kinds,
            null_values=self.null_values,
            delimiter=self.delimiter,
            quote=self.quote,
            encoding="utf-8" if self.recodes else self.encoding,
            columns=self.columns,
        )


def file_options(
    file_format: FileFormat,
    *,
    dtypes: Mapping[str, Any] | None = None,
    null_values: Sequence[str] | None = None,
    **options: Any,
) -> FileOptions:
    """Return checked options.

    Raises:
        UnknownNameError: An option of that name is not known.
        OptionError: An option has a value that it cannot have, or not for this format.
    """
    told = {name: value for name, value in options.items() if value is not None}
    told |= {"dtypes": dict(dtypes)} if dtypes else {}
    told |= {"null_values": null_values} if null_values is not None else {}
    _check_names(told, file_format)
    if "sep" in options:
        options["delimiter"] = options.pop("sep")
    encoding = _encoding(options.get("encoding"))
    return FileOptions(
        kinds={name: _kind(name, dtype) for name, dtype in (dtypes or {}).items()},
        null_values=_words("null_values", null_values),
        delimiter=_character("delimiter", options.get("delimiter")),
        quote=_character("quote", options.get("quote", '"'), empty=True) or "",
        columns=_words("columns", options.get("columns")),
        encoding=encoding,
        recodes=_recodes(file_format, encoding),
        told=told,
    )


def _check_names(told: Mapping[str, Any], file_format: FileFormat) -> None:
    is_csv = file_format.name in ("csv", "tsv")
    for name in told:
        if name not in _OPTIONS:
            raise UnknownNameError("file option", name, _OPTIONS)
        if name in (*_CSV_OPTIONS, "sep", "null_values") and not is_csv:
            raise OptionError(f"{name} is an option of CSV; this file is {file_format.name}.")
    if "encoding" in told and not file_format.is_text:
        raise OptionError(f"encoding is an option of text; this file is {file_format.name}.")
    if "sep" in told and "delimiter" in told:
        raise OptionError("sep and delimiter are one option; give one of them.")


def _kind(column: str, dtype: Any) -> Kind:
    name = getattr(dtype, "__name__", None) or str(dtype)
    kind = _KINDS.get(name.lower())
    if kind is None:
        raise OptionError(
            f"dtypes: column {column!r} cannot be read as {name!r}."
            f"{did_you_mean(name, _SHOWN_DTYPES)} For another dtype, read it and add .astype(...)."
        )
    return kind


def _words(option: str, words: Sequence[str] | None) -> tuple[str, ...] | None:
    if words is None:
        return None
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise OptionError(f"{option} is a list of str, not {words!r}.")
    if option == "columns" and len(set(words)) != len(words):
        raise OptionError("columns names a column twice.")
    return tuple(words)


def _character(option: str, value: Any, *, empty: bool = False) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 1:
        if empty and value == "":
            return ""
        raise OptionError(f"{option} is one character, not {value!r}.")
    if value in "\r\n":
        raise OptionError(f"{option} cannot be a line end.")
    return value


def _encoding(name: Any) -> str:
    if name is None:
        return "utf-8"
    try:
        found = codecs.lookup(name).name
        "".encode(found)  # codecs such as rot13 and base64 are no encodings of text
    except (LookupError, TypeError) as error:
        from encodings.aliases import aliases

        names = sorted({each.replace("_", "-") for each in aliases.values()})
        near = did_you_mean(str(name), names).partition(" Known:")[0]
        raise OptionError(f"No encoding named {name!r}.{near}") from error
    return found


def _recodes(file_format: FileFormat, encoding: str) -> bool:
    """Return whether DuckDB cannot read the encoding by itself."""
    if encoding in ("utf-8", "ascii"):
        return False
    if file_format.name in ("json", "jsonl"):
        return True
    plain = file_format.compression is None
    return not (encoding == "utf-8-sig" or (encoding == "iso8859-1" and plain))
