"""The group-by questions with etlframe.

Every question has a name for what it asks but one: no aggregate takes two columns, so r² is made of
sums, as one would on paper.
"""

from __future__ import annotations

import sys

import etlframe as etl

AGGREGATES: dict[str, tuple[list[str], dict[str, tuple[str, str]]]] = {
    "g1": (["id1"], {"v1": ("v1", "sum")}),
    "g2": (["id1", "id2"], {"v1": ("v1", "sum")}),
    "g3": (["id3"], {"v1": ("v1", "sum"), "v3": ("v3", "mean")}),
    "g4": (["id4"], {name: (name, "mean") for name in ("v1", "v2", "v3")}),
    "g5": (["id6"], {name: (name, "sum") for name in ("v1", "v2", "v3")}),
    "g6": (["id4", "id5"], {"median_v3": ("v3", "median"), "sd_v3": ("v3", "std")}),
    "g10": (
        ["id1", "id2", "id3", "id4", "id5", "id6"],
        {"v3": ("v3", "sum"), "count": ("v3", "size")},
    ),
}


def spread(rows: etl.Pipeline) -> etl.Pipeline:
    """Return the largest ``v1`` less the smallest ``v2``."""
    found = rows.groupby("id3").agg(v1=("v1", "max"), v2=("v2", "min"))
    return found.assign(range_v1_v2="v1 - v2").select("id3", "range_v1_v2")


def largest2(rows: etl.Pipeline) -> etl.Pipeline:
    """Return the two largest ``v3`` of each ``id6``."""
    return rows.groupby("id6")["v3"].nlargest(2).rename(columns={"v3": "largest2_v3"})


def regression(rows: etl.Pipeline) -> etl.Pipeline:
    """Return how much of ``v2`` a line through ``v1`` explains."""
    return (
        rows.assign(v11="v1 * v1", v12="v1 * v2", v22="v2 * v2")
        .groupby(["id2", "id4"])
        .agg(
            n=("v1", "size"),
            s1=("v1", "sum"),
            s2=("v2", "sum"),
            s11=("v11", "sum"),
            s12=("v12", "sum"),
            s22=("v22", "sum"),
        )
        .assign(r2="(n * s12 - s1 * s2) ** 2 / ((n * s11 - s1 * s1) * (n * s22 - s2 * s2))")
        .select("id2", "id4", "r2")
    )


def question(job: str, source: str) -> etl.Pipeline:
    """Return the pipeline of a question."""
    rows = etl.Pipeline(job, source)
    if job in AGGREGATES:
        keys, aggregates = AGGREGATES[job]
        return rows.groupby(keys).agg(**aggregates)
    return {"g7": spread, "g8": largest2, "g9": regression}[job](rows)


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    question(job, source).to(target).run().raise_for_status()
