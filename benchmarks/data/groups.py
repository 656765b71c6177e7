"""The table of db-benchmark's group-by questions: its generator G1 with K = 100, no value missing.

Scale 1 is 10 million rows. The same scale gives the same rows everywhere.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from benchmarks.data.making import put_in_place
from benchmarks.places import table

ROWS, K = 10_000_000, 100
_GROUP = 122_880  # rows of a row group


def make(scale: float, suffix: str) -> None:
    """Write the file of a scale in a format, if it is not there yet."""
    path = table("groups", scale, suffix)
    if path.exists():
        return
    rows = _rows(int(scale * ROWS))
    with put_in_place(path) as beside:
        if suffix == "csv":
            pyarrow.csv.write_csv(rows, beside)
        else:
            pyarrow.parquet.write_table(rows, beside, row_group_size=_GROUP)


def _rows(count: int) -> pa.Table:
    """Return the rows: three text keys, three whole-number keys, three values."""
    draw = np.random.default_rng(108)
    many = max(count // K, 1)  # of the keys with small groups

    def drawn(largest: int) -> np.ndarray:
        return draw.integers(1, largest, count, endpoint=True)

    def named(width: int, largest: int) -> pa.Array:
        names = pa.array([f"id{n:0{width}d}" for n in range(1, largest + 1)])
        return names.take(pa.array(drawn(largest) - 1))

    return pa.table(
        {
            "id1": named(3, K),
            "id2": named(3, K),
            "id3": named(10, many),
            "id4": drawn(K),
            "id5": drawn(K),
            "id6": drawn(many),
            "v1": drawn(5),
            "v2": drawn(15),
            "v3": np.round(draw.uniform(0, 100, count), 6),
        }
    )
