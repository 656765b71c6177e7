"""The group-by questions with DuckDB: SQL from file to file, the memory limited."""

from __future__ import annotations

import sys

import duckdb

QUESTIONS = {
    "g1": "SELECT id1, sum(v1)::BIGINT AS v1 FROM '{source}' GROUP BY ALL ORDER BY id1",
    "g2": """
        SELECT id1, id2, sum(v1)::BIGINT AS v1 FROM '{source}' GROUP BY ALL ORDER BY id1, id2
    """,
    "g3": """
        SELECT id3, sum(v1)::BIGINT AS v1, avg(v3) AS v3 FROM '{source}' GROUP BY ALL ORDER BY id3
    """,
    "g4": """
        SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3
        FROM '{source}' GROUP BY ALL ORDER BY id4
    """,
    "g5": """
        SELECT id6, sum(v1)::BIGINT AS v1, sum(v2)::BIGINT AS v2, sum(v3) AS v3
        FROM '{source}' GROUP BY ALL ORDER BY id6
    """,
    "g6": """
        SELECT id4, id5, median(v3) AS median_v3, stddev_samp(v3) AS sd_v3
        FROM '{source}' GROUP BY ALL ORDER BY id4, id5
    """,
    "g7": """
        SELECT id3, max(v1) - min(v2) AS range_v1_v2 FROM '{source}' GROUP BY ALL ORDER BY id3
    """,
    "g8": """
        SELECT id6, unnest(max(v3, 2)) AS largest2_v3
        FROM '{source}' GROUP BY id6 ORDER BY id6, largest2_v3 DESC
    """,
    "g9": """
        SELECT id2, id4, corr(v1, v2) ** 2 AS r2 FROM '{source}' GROUP BY ALL ORDER BY id2, id4
    """,
    "g10": """
        SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS count
        FROM '{source}' GROUP BY ALL ORDER BY ALL
    """,
}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    duckdb.execute("SET memory_limit = '4GB'")
    query = QUESTIONS[job].format(source=source)
    duckdb.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
