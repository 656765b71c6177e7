"""Several files, read as if they were one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from etlframe.sources.file_one import no_rows
from etlframe.sources.file_options import FileOptions
from etlframe.sources.file_paths import FoundFile, format_of_files
from etlframe.storage.formats import FileFormat, file_format
from etlframe.storage.identity import identity_of

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import Scan

Find = Callable[[], Sequence[FoundFile]]


class SeveralFiles:
    """Reads files below each other; each is sniffed once as long as it does not change.

    Args:
        find: Finds the files, which may be others each time.
        shown: What errors call all of them.
        format: Their format, or None to tell it by their suffixes.
        options: Returns what the user said about files of a format.
    """

    def __init__(
        self,
        find: Find,
        shown: str,
        format: str | None,  # noqa: A002 - the field's word
        options: Callable[[FileFormat], FileOptions],
    ) -> None:
        self._find = find
        self._shown = shown
        self._format = format
        self._options = options
        self._known = _Known()

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know of the newest extract."""
        return self._known.notes

    def of(self, files: Sequence[FoundFile]) -> SeveralFiles:
        """Return some of the files."""
        return SeveralFiles(lambda: files, self._shown, self._format, self._options)

    def extract(self) -> pd.DataFrame:
        """Read them, as ``FileSource.extract`` says."""
        from etlframe.storage.opening import read_unchanged

        return read_unchanged(self._state, lambda: self._extract(self._find()))

    def _state(self) -> object:
        return [(each.path, identity_of(Path(each.path))) for each in self._find()]

    def _extract(self, files: Sequence[FoundFile]) -> pd.DataFrame:
        from etlframe.engines.base import ScanMismatch

        with self._look(files) as look:
            if not look.files:
                return no_rows(look.options.kinds)
            try:
                return look.frame(whole=False)
            except ScanMismatch as mismatch:
                message = f"{mismatch} The types were told by the whole files instead."
                warnings.warn(message, UserWarning, stacklevel=5)
                return look.frame(whole=True)

    def scan(self, *, whole: bool = False) -> Scan | None:
        """Return how an engine can read them, as ``FileSource.scan`` says."""
        from etlframe.engines.duckdb.reader import is_for_engines

        with self._look(self._find()) as look:
            if look.options.recodes or not look.files:
                return None
            scan = look.scan(whole=whole)
        return scan if is_for_engines(scan) else None

    def columns(self) -> list[str] | None:
        """Return the column names, or None where they are not known without reading rows."""
        with self._look(self._find()) as look:
            if look.options.recodes:
                return None
            return list(look.scan(whole=False).columns if look.files else look.options.kinds)

    def _look(self, files: Sequence[FoundFile]) -> _Look:
        name = self._format or format_of_files(files, self._shown)
        formats = {each.path: file_format(each.path, name) for each in files}
        return _Look(files, formats, self._options(FileFormat(name)), self._shown, self._known)


class _Known:
    """What was sniffed, each with what changes when a file changes.

    Attributes:
        each: How to read each file.
        together: How to read all of them.
        notes: What a person should know of the newest extract.
    """

    def __init__(self) -> None:
        self.each: dict[str, tuple[object, Scan]] = {}
        self.together: tuple[object, Scan] | None = None
        self.notes: Sequence[str] = ()


class _Look:
    """The files as they are now, with what is opened to look at them.

    Attributes:
        files: The files that have records.
        options: What the user said about them.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        formats: Mapping[str, FileFormat],
        options: FileOptions,
        shown: str,
        known: _Known,
    ) -> None:
        from etlframe.storage.opening import check_readable, holds_no_records

        self.options = options
        self._formats = formats
        self._shown = shown
        self._known = known
        self._stack = ExitStack()
        for each in files:
            check_readable(each.path)
        self.files = [each for each in files if not holds_no_records(each.path, formats[each.path])]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def _connection(self) -> Any:
        from etlframe.engines.duckdb.connection import connect

        if not hasattr(self, "_opened"):
            self._opened = self._stack.enter_context(connect())
        return self._opened

    def scan(self, *, whole: bool) -> Scan:
        """Return how to read all of them, put together once as long as none changes."""
        from etlframe.storage.opening import identity

        now = [(each.path, identity(each.path)) for each in self.files]
        if self._known.together is not None:
            before, scan = self._known.together
            if before == now and (scan.whole or not whole):
                return scan
        scan = self._together(self.scans(whole=whole))
        if not self.options.recodes:
            self._known.together = (now, scan)
        return scan

    def _together(self, scans: Sequence[Scan]) -> Scan:
        from etlframe.engines.duckdb.sniff import check_given
        from etlframe.engines.duckdb.sniff_files import together

        given = replace(self.options.given, shown=self._shown)
        scan = together(scans, [each.folders for each in self.files], given, self._connection)
        check_given(scan, given)
        return scan

    def scans(self, *, whole: bool) -> list[Scan]:
        """Return how to read each of them."""
        self._sniff_small()
        return [self._sniff(each, whole=whole) for each in self.files]

    def _sniff_small(self) -> None:
        """Sniff files of plain CSV that are as small as a look at their beginning at once."""
        from etlframe.engines.duckdb.sniff import sniffed_small
        from etlframe.storage.opening import BLOCK, identity

        known, small = self._known.each, {}
        for path, found in self._formats.items():
            now = identity(path)
            plain = found.name in ("csv", "tsv") and found.compression is None
            if plain and now[1] <= BLOCK and known.get(path, (None,))[0] != now:
                small[path] = now
        if len(small) > 1 and not self.options.recodes:
            found, given = self._formats[next(iter(small))], self.options.given
            scans = sniffed_small(list(small), found, given, self._connection)
            known.update(zip(small, zip(small.values(), scans, strict=True), strict=True))

    def _sniff(self, file: FoundFile, *, whole: bool) -> Scan:
        from etlframe.engines.duckdb.sniff import sniffed
        from etlframe.storage.opening import identity

        known, now = self._known.each, identity(file.path)
        if file.path in known:
            before, scan = known[file.path]
            if before == now and (scan.whole or not whole):
                return scan
        path, found = self._recoded(file.path)
        given = replace(self.options.given, shown=file.path)
        scan = sniffed(path, found, given, whole=whole, connection=self._connection)
        if path == file.path:
            known[file.path] = (now, scan)
        return scan

    def _recoded(self, path: str) -> tuple[str, FileFormat]:
        """Return the path to read: a copy in UTF-8 where DuckDB does not know the encoding."""
        found = self._formats[path]
        if not self.options.recodes:
            return path, found
        from etlframe.engines.duckdb.reader_recoded import recoded

        copy = self._stack.enter_context(recoded(path, found, self.options.encoding))
        return copy, FileFormat(found.name)

    def frame(self, *, whole: bool) -> pd.DataFrame:
        """Return the rows of all of them."""
        from etlframe.engines.duckdb.reader import read_arrow
        from etlframe.engines.duckdb.sniff_files import is_read_as_typed
        from etlframe.engines.exchange import from_arrow

        scans = self.scans(whole=whole)
        scan = self._together(scans)
        self._known.notes = scan.notes
        for note in scan.notes:
            warnings.warn(note, UserWarning, stacklevel=6)
        parts = scan.parts or (scan,)
        if not is_read_as_typed(scan):
            parts = scans
        elif FileFormat(scan.format).is_text:
            tables = [read_arrow(part, self._connection) for part in parts]
            return from_arrow(_below_each_other(tables, list(scan.columns)), scan.columns)
        import pandas as pd

        frames = [from_arrow(read_arrow(part, self._connection), part.columns) for part in parts]
        return pd.concat(frames, ignore_index=True)[list(scan.columns)]


def _below_each_other(tables: Sequence[Any], columns: list[str]) -> Any:
    import pyarrow as pa

    return pa.concat_tables(tables, promote_options="default").select(columns)
