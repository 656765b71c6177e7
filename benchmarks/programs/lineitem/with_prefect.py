"""The checked clean-up with Prefect: pandas in a flow of tasks, and a server of its own."""

from __future__ import annotations

import sys

from benchmarks.programs import prefect_settings
from benchmarks.programs.lineitem import with_pandas

prefect_settings.apply()
from prefect import flow, task  # noqa: E402 - it reads its settings when it is imported


@flow
def run(source: str, target: str) -> None:
    """Read, clean, check and write."""
    # What a task gives is not kept: the frames are large.
    extract = task(with_pandas.read, persist_result=False, cache_policy=None)
    clean = task(with_pandas.checked, persist_result=False, cache_policy=None)
    load = task(with_pandas.write, persist_result=False, cache_policy=None)
    load(clean(extract(source, None)), target)


if __name__ == "__main__":
    run(*sys.argv[2:])
