"""The group-by questions with Polars: lazy frames into a streaming sink."""

from __future__ import annotations

import sys

import polars as pl


def question(job: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the answer to a question, groups in the order of their keys."""
    questions = {
        "g1": (["id1"], [pl.sum("v1")]),
        "g2": (["id1", "id2"], [pl.sum("v1")]),
        "g3": (["id3"], [pl.sum("v1"), pl.mean("v3")]),
        "g4": (["id4"], [pl.mean("v1", "v2", "v3")]),
        "g5": (["id6"], [pl.sum("v1", "v2", "v3")]),
        "g6": (
            ["id4", "id5"],
            [pl.col("v3").median().alias("median_v3"), pl.col("v3").std().alias("sd_v3")],
        ),
        "g7": (["id3"], [(pl.col("v1").max() - pl.col("v2").min()).alias("range_v1_v2")]),
        "g8": (["id6"], [pl.col("v3").top_k(2).sort(descending=True).alias("largest2_v3")]),
        "g9": (["id2", "id4"], [(pl.corr("v1", "v2") ** 2).alias("r2")]),
        "g10": (
            ["id1", "id2", "id3", "id4", "id5", "id6"],
            [pl.sum("v3"), pl.len().alias("count")],
        ),
    }
    keys, aggregates = questions[job]
    answer = rows.group_by(keys).agg(aggregates).sort(keys)
    return answer.explode("largest2_v3") if job == "g8" else answer


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    scan = pl.scan_csv if source.endswith(".csv") else pl.scan_parquet
    question(job, scan(source)).sink_parquet(target, compression="zstd", engine="streaming")
