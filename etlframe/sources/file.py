"""Files as a source: CSV, TSV, JSON, JSON Lines or Parquet."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etlframe.errors import OptionError, UnknownFormatError
from etlframe.redaction import redact
from etlframe.sources.base import DataSource
from etlframe.sources.file_one import OneFile
from etlframe.sources.file_options import FileOptions, file_options
from etlframe.sources.file_paths import FoundFile, find_files, is_several
from etlframe.storage.formats import FileFormat, file_format

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Scan
    from etlframe.sources.file_several import SeveralFiles

PathLike = str | os.PathLike[str]


def _local_paths(path: Any) -> tuple[str, ...]:
    """Return one path or several as text, or say what is not available yet."""
    listed = list(path) if isinstance(path, list | tuple) else [path]
    if not listed:
        raise OptionError("FileSource reads files, and the list of paths is empty.")
    return tuple(map(_local_path, listed))


def _local_path(path: Any) -> str:
    if not isinstance(path, str | os.PathLike):
        kind = type(path).__name__
        raise OptionError(f"FileSource reads files: a path or a list of paths, not {kind}.")
    text = os.fspath(path)
    scheme, found, _ = text.partition("://")
    if found:
        raise OptionError(
            f"FileSource reads files of this machine; {scheme}:// addresses are not available yet. "
            "For JSON over HTTP there is APISource."
        )
    return text


def _format_of(paths: Sequence[str], name: str | None) -> FileFormat | None:
    """Return the format that a name or the first path tells; None where the files shall tell it.

    Raises:
        UnknownFormatError: It is one file, and nothing tells.
    """
    try:
        return file_format(paths[0], name)
    except UnknownFormatError:
        if name is None and (len(paths) > 1 or is_several(_resolved(paths[0]))):
            return None
        raise


def _checked_incremental(given: Any) -> bool | str:
    if given in (True, False, "checksum"):
        return bool(given) if given in (True, False) else "checksum"
    raise OptionError(
        f'incremental={given!r}: True tells new files by path, size and time, "checksum" by path '
        "and content, and False reads all files each time."
    )


def _resolved(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 - Path would drop a leading "./"


class FileSource(DataSource):
    r"""Rows of a file, or of several below each other.

    Types are told by the values: integers and floats are 64 bits in every format; ``007`` and
    ``01.5`` stay text, as do ``03/04/2024`` and whole numbers beyond 64 bits; ISO dates and
    timestamps become datetime64[us], in UTC where they have an offset; a column without any value
    is float64. In CSV, an empty field and pandas' words for it (``NA``, ``null`` ...) are missing,
    quoted or not. Every value is checked as it is read: where the beginning of a file told
    another type than its end, the whole file is looked at, with a warning.

    Several files are ``pd.concat`` of their frames, except that in text the values of all files
    tell the type of a column. A column that some CSV or Parquet files lack is missing in their
    rows, with a warning. Folders such as ``carrier=AA`` below the path are columns.

    Args:
        path: The file; a glob (``"in/*.csv"``, ``**`` for folders below); a folder; or a list of
            these. Files are sorted by path, those of a list are in its order; hidden ones, and
            those that begin with ``_``, are left out. The suffix tells the format (``.csv``,
            ``.tsv``, ``.json`` for one array of objects, ``.jsonl`` or ``.ndjson``, ``.parquet`` or
            ``.pq``), and ``.gz`` or ``.zst`` after it that it is compressed. They are looked for
            and opened when rows are asked for, not before.
        format: The format's name, where the suffix does not tell it, or a folder has several.
        dtypes: Types of columns that shall not be told by the values, such as
            ``{"zip": "str", "day": "datetime64[us]"}``. Leading zeros of numbers are dropped then.
            They are the columns of a JSON file without records (``[]``; in JSON Lines one blank
            line), which has none of its own.
        null_values: Words that mean a missing value in CSV, instead of pandas' list; an empty field
            is missing in any case.
        incremental: True has a run read only the files that its destination does not remember, by
            path, size and time of change; ``"checksum"``, by path and content.
        **reader_options: For CSV ``delimiter`` (or ``sep``; told by the header unless given),
            ``quote`` (``'"'`` unless given, ``""`` for none) and ``columns`` (the names of the
            columns of a file without a header); for any text ``encoding`` (UTF-8 unless given).

    Raises:
        UnknownFormatError: Neither suffix nor ``format`` tells a known format.
        OptionError: An option has a value that it cannot have, or not for this format.
        UnknownNameError: An option of that name is not known.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "visits.csv")
    ...     _ = path.write_text("id,visits,since\n007,3,2024-01-02\n008,,2024-02-03\n")
    ...     FileSource(path).extract().dtypes
    id                   str
    visits           float64
    since     datetime64[us]
    dtype: object
    """

    def __init__(
        self,
        path: PathLike | Sequence[PathLike],
        *,
        format: str | None = None,  # noqa: A002 - the field's word
        dtypes: Mapping[str, Any] | None = None,
        null_values: Sequence[str] | None = None,
        incremental: bool | str = False,
        **reader_options: Any,
    ) -> None:
        self.paths = _local_paths(path)
        self.path = ", ".join(self.paths)
        self.incremental = _checked_incremental(incremental)
        self._is_list = isinstance(path, list | tuple)
        self._named = format
        self._given = {"dtypes": dtypes, "null_values": null_values, **reader_options}
        self._format = _format_of(self.paths, format)
        self._options = None if self._format is None else file_options(self._format, **self._given)
        self._one: OneFile | None = None
        self._several: SeveralFiles | None = None

    def extract(self) -> pd.DataFrame:
        """Read the files.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes.

        Raises:
            SourceError: A file is not there, is empty, not in its encoding, or not what its format
                says (with the number of the line).
            ColumnNotFoundError: ``dtypes`` names a column that no file has.
        """
        return self._reader().extract()

    def scan(self, *, whole: bool = False) -> Scan | None:
        """Return how an engine can read the files, or None where :meth:`extract` alone can.

        Args:
            whole: Look at the whole files, after a look at their beginning proved wrong.

        Raises:
            SourceError: As :meth:`extract`.
        """
        return self._reader().scan(whole=whole)

    def columns(self) -> list[str] | None:
        """Return the column names, or None where they are not known without reading rows."""
        return self._reader().columns()

    def read_notes(self) -> Sequence[str]:
        """Return what a person should know of the newest extract: columns that files lack."""
        return () if self._several is None else self._several.notes

    @property
    def is_incremental(self) -> bool:
        """Whether a run reads only the files that its destination does not remember."""
        return self.incremental is not False

    @property
    def places(self) -> list[str]:
        """The paths, globs and folders where files are looked for."""
        return [_resolved(path) for path in self.paths]

    def find(self) -> list[FoundFile]:
        """Return the files that are there now, in the order in which they are read.

        Raises:
            SourceNotFoundError: There is none.
        """
        return find_files(self.places, self._named)

    def describe(self) -> str:
        """Return the path, without secrets."""
        return redact(self.path)

    def __repr__(self) -> str:
        """Return the call that makes this source, without secrets."""
        shown = [redact(each) for each in self.paths] if self._is_list else redact(self.path)
        told: dict[str, Any] = {"format": self._named, **self._given}
        if self._format is not None and self._options is not None:
            named = {"format": self._format.name} if self._named is not None else {}
            told = {**named, **self._options.told}
        told |= {"incremental": self.incremental} if self.is_incremental else {}
        options = "".join(
            f", {name}={value!r}" for name, value in told.items() if value is not None
        )
        return f"FileSource({shown!r}{options})"

    def _reader(self) -> OneFile | SeveralFiles:
        """Return what reads the path, which may be one file now, and a folder later."""
        path = _resolved(self.paths[0])
        if self._is_list or self._format is None or self._options is None or is_several(path):
            return self.several()
        if self._one is None:
            self._one = OneFile(path, self.path, self._format, self._options)
        return self._one

    def several(self) -> SeveralFiles:
        """Return what reads the files, as many as there are."""
        from etlframe.sources.file_several import SeveralFiles

        if self._several is None:
            name = None if self._format is None else self._format.name
            self._several = SeveralFiles(self.find, self.describe(), name, self._told)
        return self._several

    def _told(self, found: FileFormat) -> FileOptions:
        """Return what the user said about files of a format."""
        return self._options or file_options(found, **self._given)
