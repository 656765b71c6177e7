"""Streams of files, read from several threads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import duckdb

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.sniff import sniff
from etlframe.engines.duckdb.streaming import Streams
from etlframe.errors import ETLError
from etlframe.storage.formats import file_format


def test_streams_are_closed_while_another_thread_begins_to_read(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n\n1\n2\n")
    scan = sniff(str(path), file_format(path))
    with ThreadPoolExecutor(3) as pool:
        for _ in range(200):
            streams, ready = Streams(), Barrier(4, timeout=60)
            streams.open()
            reads = [pool.submit(_read, streams, scan, ready) for _ in range(3)]
            ready.wait()
            streams.close()
            for read in reads:
                read.result()
            streams.close()  # of those that came after, too


def _read(streams: Streams, scan: Scan, ready: Barrier) -> None:
    """Read all rows, or hear that the streams were closed."""
    ready.wait()
    try:
        rows = sum(batch.num_rows for batch in streams.read(scan))
    except (ETLError, duckdb.Error) as error:
        assert re.search("interrupted|closed", str(error), re.IGNORECASE)  # noqa: PT017 - or not
    else:
        assert rows == 2
