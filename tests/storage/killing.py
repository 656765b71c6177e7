"""A server of processes that die where they are told to: forked, since to start one takes long."""

from __future__ import annotations

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

_SERVER = """
import json, os, sys
import duckdb, pandas, pyarrow
import etlframe as etl
import etlframe.engines.duckdb.engine, etlframe.loaders.file, etlframe.runs.job
import etlframe.loaders.dataset_upsert, pyarrow.dataset
from etlframe.storage import failpoints, swapping

def load(path, log, run_id, rows=None, files=None, undoes=None, exchanges=True, **options):
    etl.set_options(log_path=log, threads=1)
    if not exchanges:
        swapping._exchanged = lambda *_: False
    source = pandas.DataFrame(rows) if files is None else etl.FileSource(files, incremental=True)
    pipeline = etl.Pipeline("p", source).to(path, **options)
    if undoes is not None:
        pipeline.rollback(undoes)
    else:
        pipeline.run(run_id=run_id).raise_for_status()

for line in sys.stdin:
    at, arguments = json.loads(line)
    child = os.fork()
    if child == 0:
        failpoints._armed = at
        try:
            load(**arguments)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Loads:
    """Loads frames in processes of their own, and has them die at failpoints."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.communicate()

    def load(self, at: str | None = None, **arguments: Any) -> int:
        """Load rows, and return how the process ended: 0, or the signal's number, negative.

        Args:
            at: The failpoint to die at; None for none.
            **arguments: ``path``, ``rows`` (column -> values) or ``files`` (those of a glob that
                are new), ``log``, ``run_id``, and the options of the destination; ``undoes`` names
                a run whose load is undone instead, and ``exchanges`` whether the system can
                exchange two folders in one act.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps([at, arguments]) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())
