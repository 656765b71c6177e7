"""Text in an encoding that DuckDB does not know, copied into UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.faults_patterns import encoding_fault
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import BLOCK, first_block, opened_bytes


@contextmanager
def recoded(path: str, file_format: FileFormat, encoding: str) -> Iterator[str]:
    """Copy a file of text, decompressed and in UTF-8, for as long as the block runs.

    Args:
        path: The file.
        file_format: Its format and compression.
        encoding: Its encoding, as Python names it.

    Yields:
        The path of the copy.

    Raises:
        EncodingSourceError: The file is not in that encoding.
        SourceError: It cannot be read.
    """
    first_block(path, file_format)
    with TemporaryDirectory(prefix="etlframe-") as folder:
        copy = Path(folder, f"copy.{file_format.name}")
        try:
            with (
                opened_bytes(path, file_format.compression) as opened,
                copy.open("w", encoding="utf-8", newline="") as written,
            ):
                blocks = iter(lambda: opened.read(BLOCK), b"")
                written.writelines(codecs.iterdecode(blocks, encoding))
        except UnicodeError as error:
            options = {"compression": file_format.compression, "shown": path}
            scan = Scan(path, file_format.name, {}, {}, options)
            raise encoding_fault(scan, encoding) from error
        yield str(copy)
