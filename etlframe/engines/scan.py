"""How every engine shall read a file, or several of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from etlframe.expressions.kinds import Schema
from etlframe.expressions.typed import Digits
from etlframe.frozen import frozen


@frozen
class Scan:
    """A file as every engine shall read it: sniffed once, or given, and then trusted by all.

    Attributes:
        path: The file; the first one where there are several.
        format: ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"json"`` or ``"parquet"``.
        columns: Column names in file order, with their kinds.
        types: The engine-neutral storage type of each column, in DuckDB's words (``"BIGINT"``).
        options: The dialect: ``delimiter``, ``quote``, ``null_values``, ``encoding`` ...
        missing: Columns that are known to hold missing values (True) or none at all (False);
            a column that is not named here may hold some.
        digits: How many digits the columns of decimals have.
        rows: The number of rows where a footer tells it, else None.
        whole: Whether the sniff looked at the whole file.
        paths: The files, in order, where several of one dialect and the same columns are read as
            one; else none.
        folders: Columns that are not in the files but told by their folders, with the text for each
            of the files, or None where it is missing.
        parts: Scans whose rows are below each other in this one; none where it is read by itself.
        notes: What a person should know of it, in sentences.
    """

    path: str
    format: str
    columns: Schema
    types: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, bool] = field(default_factory=dict)
    digits: Mapping[str, Digits] = field(default_factory=dict)
    rows: int | None = None
    whole: bool = False
    paths: Sequence[str] = ()
    folders: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    parts: Sequence[Scan] = ()
    notes: Sequence[str] = ()

    @property
    def files(self) -> Sequence[str]:
        """The paths of all files."""
        return [path for part in self.parts for path in part.files] or self.paths or (self.path,)

    def each(self) -> Iterator[Scan]:
        """Yield the scan of each file alone."""
        for part in self.parts:
            yield from part.each()
        if not self.parts:
            for at, path in enumerate(self.files):
                folders = {name: (values[at],) for name, values in self.folders.items()}
                shown = self.options.get("shown_as", {}).get(path, path)
                options = self.options if not self.paths else {**self.options, "shown": shown}
                yield replace(self, path=path, paths=(), folders=folders, options=options)
