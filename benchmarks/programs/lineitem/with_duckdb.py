"""The jobs on ``lineitem`` with DuckDB: SQL from file to file, the memory limited."""

from __future__ import annotations

import sys

import duckdb

Q1 = """
    SELECT
        l_returnflag,
        l_linestatus,
        sum(l_quantity) AS sum_qty,
        sum(l_extendedprice) AS sum_base_price,
        sum(l_extendedprice * (1 - l_discount)) AS sum_disc_price,
        sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS sum_charge,
        avg(l_quantity) AS avg_qty,
        avg(l_extendedprice) AS avg_price,
        avg(l_discount) AS avg_disc,
        count(*) AS count_order
    FROM '{source}'
    WHERE l_shipdate <= DATE '1998-09-02'
    GROUP BY ALL
    ORDER BY ALL
"""

Q6 = """
    SELECT sum(l_extendedprice * l_discount) AS revenue
    FROM '{source}'
    WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
        AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24
"""

CLEAN = """
    SELECT
        * REPLACE (lower(trim(l_shipmode)) AS l_shipmode),
        l_extendedprice * (1 - l_discount) AS l_revenue,
        l_receiptdate - l_shipdate AS l_days
    FROM '{source}'
    WHERE l_quantity >= 5 AND l_shipdate >= DATE '1992-03-01'
"""

# In the same pass: the first row that fails a check stops the statement.
CHECKED = f"""
    SELECT * REPLACE (
        CASE WHEN l_quantity BETWEEN 1 AND 50 THEN l_quantity
            ELSE error('l_quantity') END AS l_quantity,
        CASE WHEN l_discount BETWEEN 0 AND 0.1 THEN l_discount
            ELSE error('l_discount') END AS l_discount,
        CASE WHEN l_revenue > 0 THEN l_revenue
            ELSE error('l_revenue') END AS l_revenue,
        CASE WHEN l_shipmode IN ('air', 'fob', 'mail', 'rail', 'reg air', 'ship', 'truck')
            THEN l_shipmode ELSE error('l_shipmode') END AS l_shipmode,
        CASE WHEN l_comment IS NOT NULL THEN l_comment
            ELSE error('l_comment') END AS l_comment
    )
    FROM ({CLEAN})
"""

ORDERS = """
    SELECT
        l_orderkey, l_linenumber, sum(l_quantity) AS quantity, sum(l_extendedprice) AS price
    FROM '{source}' GROUP BY ALL ORDER BY l_orderkey, l_linenumber
"""

JOBS = {"q1": Q1, "q6": Q6, "clean": CLEAN, "checked": CHECKED, "orders": ORDERS}
LIMITS = {"orders": "500MB"}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    layout = "parquet, COMPRESSION zstd" if target.endswith(".parquet") else "json"
    duckdb.execute(f"SET memory_limit = '{LIMITS.get(job, '1GB')}'")
    # A long IN would become a hash join, which loses the order of the rows.
    duckdb.execute("SET disabled_optimizers = 'in_clause'")
    duckdb.execute(f"COPY ({JOBS[job].format(source=source)}) TO '{target}' (FORMAT {layout})")
