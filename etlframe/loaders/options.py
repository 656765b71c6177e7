"""The options of a load into a file, checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from etlframe.errors import OptionError, UnknownNameError
from etlframe.storage.formats import FileFormat

MODES = ("write", "append", "upsert")
_OPTIONS = {
    "csv": ("delimiter", "sep"),
    "tsv": ("delimiter", "sep"),
    "parquet": ("compression",),
}
_OF_ALL = ("mode", "format", "key", "lock_timeout", "add_run_id", "keep_previous", "append")
_PARQUET_COMPRESSIONS = ("zstd", "snappy", "gzip", "lz4", "brotli", "uncompressed")


def check_mode(mode: str) -> None:
    """Raise ``OptionError`` for what is no mode."""
    if mode in MODES:
        return
    raise OptionError(f"mode is 'write', 'append' or 'upsert', not {mode!r}.")


def checked_key(key: str | Sequence[str] | None, mode: str) -> tuple[str, ...]:
    """Return the columns of a key, which an upsert needs and nothing else takes."""
    names = (key,) if isinstance(key, str) else tuple(key or ())
    if mode == "upsert" and not names:
        raise OptionError("mode='upsert' needs key=, the columns whose values are a row's own.")
    if mode != "upsert" and names:
        raise OptionError(f"key= is for mode='upsert', and mode is {mode!r}.")
    return names


def check_path(path: str | os.PathLike[str]) -> None:
    """Raise ``OptionError`` for an address, which is no path of a file."""
    scheme, separator, _ = os.fspath(path).partition("://")
    if separator:  # the address itself may hold a password
        raise OptionError(
            f"Loading into a {scheme}:// address is not available yet: give the path of a file "
            "(.csv, .tsv, .jsonl, .json or .parquet)."
        )


def checked_options(options: Mapping[str, Any], kind: FileFormat) -> dict[str, Any]:
    """Return the options for the writer."""
    known = _OPTIONS.get(kind.name, ())
    for name in options:
        if name not in known:
            names = (
                *known,
                "mode",
                "format",
                "key",
                "lock_timeout",
                "add_run_id",
                "keep_previous",
                "append",
            )
            raise UnknownNameError(f"option of {kind.name} files", name, names)
    delimiter = options.get("delimiter", options.get("sep"))
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1):
        raise OptionError(f"delimiter is one character, not {delimiter!r}.")
    compression = options.get("compression")
    if compression is not None and compression not in _PARQUET_COMPRESSIONS:
        raise OptionError(f"compression is one of {_PARQUET_COMPRESSIONS}, not {compression!r}.")
    made = {"delimiter": delimiter, "compression": kind.compression or compression}
    return {name: value for name, value in made.items() if value is not None}
