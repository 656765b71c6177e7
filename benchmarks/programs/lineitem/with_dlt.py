"""The checked clean-up with dlt: pandas in chunks for the work, dlt for the load."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import dlt
import pandas as pd

from benchmarks.programs.lineitem import with_pandas

CHUNK = 500_000


def lines(source: str) -> Iterator[pd.DataFrame]:
    """Yield the clean and checked lines."""
    for chunk in pd.read_csv(source, parse_dates=with_pandas.DATES, chunksize=CHUNK):
        yield with_pandas.checked(chunk).reset_index(drop=True)


if __name__ == "__main__":
    _, source, target = sys.argv[1:]
    folder = Path(target).parent.resolve()
    pipeline = dlt.pipeline(
        "lines",
        destination=dlt.destinations.filesystem(folder.as_uri()),
        dataset_name="loaded",
        pipelines_dir=str(folder / "pipelines"),
    )
    resource = dlt.resource(lines(source), name="lines", write_disposition="replace")
    pipeline.run(resource, loader_file_format="parquet").raise_on_failed_jobs()
    written = sorted((folder / "loaded" / "lines").glob("*.parquet"))
    if len(written) != 1:
        raise SystemExit(f"{len(written)} files were written, not one.")
    written[0].replace(target)
