"""The tiny job with dlt: pandas for the work, dlt for the load, into a folder beside the target."""

from __future__ import annotations

import sys
from pathlib import Path

import dlt
import pandas as pd


def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    folder = Path(target).parent.resolve()
    pipeline = dlt.pipeline(
        "tiny",
        destination=dlt.destinations.filesystem(folder.as_uri()),
        dataset_name="loaded",
        pipelines_dir=str(folder / "pipelines"),
    )

    def rows() -> pd.DataFrame:
        df = pd.read_csv(source)
        df = df[df["id"] >= 10].assign(total=lambda d: d["price"] * 2)  # noqa: PLR2004
        return df.groupby("kind", as_index=False).agg(total=("total", "sum"))

    resource = dlt.resource(lambda: iter([rows()]), name="tiny", write_disposition="replace")
    pipeline.run(resource, loader_file_format="parquet").raise_on_failed_jobs()
    (written,) = (folder / "loaded" / "tiny").glob("*.parquet")
    written.replace(target)


if __name__ == "__main__":
    run(*sys.argv[2:])
