"""The file formats that etlframe reads and writes, and how a path tells which one it is."""

from __future__ import annotations

import os
from pathlib import PurePath

from etlframe.errors import UnknownFormatError, did_you_mean, near_names
from etlframe.frozen import frozen
from etlframe.redaction import redact

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet")
"""The names of the formats, as ``format=`` takes them."""

TEXT_FORMATS = ("csv", "tsv", "jsonl", "json")
"""The formats that are text, and so may be compressed as a whole."""

_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_BY_NAME = {name: name for name in FORMATS} | {"ndjson": "jsonl", "pq": "parquet"}


@frozen
class FileFormat:
    """What a file is.

    Attributes:
        name: One of :data:`FORMATS`.
        compression: ``"gzip"``, ``"zstd"``, or None. Parquet compresses inside and has None.
    """

    name: str
    compression: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the format is lines of text."""
        return self.name in TEXT_FORMATS


def file_format(
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002 - the field's word
) -> FileFormat:
    """Return the format of a file by its suffix, or by name where it is given.

    Only the path is looked at; the file need not exist.

    Args:
        path: The file. ``.gz`` and ``.zst`` behind a text format's suffix mean compression.
        format: One of :data:`FORMATS` (or ``"ndjson"``, ``"pq"``); the suffix then tells the
            compression only.

    Raises:
        UnknownFormatError: The suffix or the name is not known.

    >>> file_format("data/flights.csv.gz")
    FileFormat(name='csv', compression='gzip')
    >>> file_format("export.txt", format="tsv")
    FileFormat(name='tsv', compression=None)
    """
    text = os.fspath(path)
    stem, compression = _split_compression(text)
    name = _named(format) if format is not None else _by_suffix(text, stem)
    if name == "parquet" and compression is not None:
        raise UnknownFormatError(
            f"{text}: a Parquet file is compressed inside, not as a whole. "
            f"Decompress it first, and name it {stem!r}."
        )
    return FileFormat(name, compression)


def _split_compression(path: str) -> tuple[str, str | None]:
    suffix = PurePath(path).suffix
    compression = _COMPRESSIONS.get(suffix.lower())
    return (path, None) if compression is None else (path.removesuffix(suffix), compression)


def _named(name: str) -> str:
    found = _BY_NAME.get(str(name).lower())
    if found is None:
        raise UnknownFormatError(f"No format named {name!r}.{did_you_mean(str(name), FORMATS)}")
    return found


def _by_suffix(path: str, stem: str) -> str:
    suffix = PurePath(stem).suffix.lower()
    found = _BY_SUFFIX.get(suffix)
    if found is not None:
        return found
    what = f"the suffix {suffix!r} is not known" if suffix else "the path has no suffix"
    near = near_names(suffix, _BY_SUFFIX)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise UnknownFormatError(
        f"{redact(path)}: {redact(what)}.{hint} "
        f"Name the format: format={' | '.join(map(repr, FORMATS))}."
    )
