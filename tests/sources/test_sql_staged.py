"""Databases streamed into a file for an engine: the answer is that of reading all at once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import etlframe as etl
from etlframe.sources.file import FileSource
from etlframe.storage.narrowing import Query
from etlframe.storage.staging import staged
from tests.loaders.sql.looking import loader, run
from tests.sources.narrowing import counting, make

VALUES = {
    "sqlite": """SELECT 1 AS i, 2.5 AS f, 'a' AS s, NULL AS n, x'00' AS b, 7 AS "A"
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, 8""",
    "duckdb": """SELECT 1::TINYINT i, 2.5::FLOAT f, 'a' s, NULL n, true b, DATE '2024-01-02' d,
        TIMESTAMP '2024-01-02 03:04:05.000006' t, TIMESTAMPTZ '2024-01-02 03:04:05+00' z,
        1.50::DECIMAL(9, 2) c, 9007199254740993 g, 7::UBIGINT u
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5, 18446744073709551615""",
    "postgresql": """SELECT 1::smallint i, 2.5::real f, 'a' s, NULL n, true b, DATE '2024-01-02' d,
        TIMESTAMP '2024-01-02 03:04:05.000006' t, TIMESTAMPTZ '2024-01-02 03:04:05+00' z,
        1.50::numeric(9, 2) c, 9007199254740993 g
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 12.125, 5""",
}
ODD = {
    "sqlite": "SELECT x'00' AS b, 1 AS a, 2 AS A",
    "duckdb": "SELECT [1, 2] l, TIME '10:00' t, 'x'::ENUM('x') e, TIMESTAMP_NS '2024-01-01' n",
    "postgresql": "SELECT ARRAY[1, 2] l, TIME '10:00' t, interval '1 day' v, '{}'::jsonb j",
}


@pytest.mark.parametrize("which", [VALUES, ODD], ids=["usual", "odd"])
def test_every_engine_gives_what_is_read_at_once(which: dict[str, str], url: str) -> None:
    loader(url).load(pd.DataFrame({"id": [1]}))
    query = which[url.partition(":")[0]]
    expected = etl.SQLSource(url, query).extract()
    for engine in ("auto", "duckdb", "polars", "pandas"):
        found = etl.Pipeline("p", etl.SQLSource(url, query)).collect(engine=engine)
        pd.testing.assert_frame_equal(found, expected)


def test_tables_are_read_with_their_declared_types(url: str) -> None:
    days = pd.to_datetime(pd.Series(["2024-01-01", None, "2024-01-03"]))
    there = {"id": [1, 2, 3], "day": days, "at": days.dt.tz_localize("UTC"), "is": True}
    loader(url).load(pd.DataFrame(there))
    source = etl.SQLSource(url, "t")
    for engine in ("duckdb", "polars"):
        found = etl.Pipeline("p", source).collect(engine=engine)
        pd.testing.assert_frame_equal(found, source.extract())


def test_no_rows_have_their_columns(url: str) -> None:
    name = make(url, "text", [])
    for engine in ("duckdb", "polars", "pandas"):
        found = etl.Pipeline("p", etl.SQLSource(url, name)).collect(engine=engine)
        assert found.columns.tolist() == ["id", "at"]
        assert found.empty


def test_steps_run_on_the_engine_and_rows_are_counted(url: str, tmp_path: Path) -> None:
    loader(url).load(pd.DataFrame({"id": range(1_000), "v": 1.5}))
    late = etl.Pipeline("late", etl.SQLSource(url, "t")).query("id >= 990")
    result = late.to(tmp_path / "out.parquet").run().raise_for_status()
    assert (result.engine, result.rows_extracted, result.rows_loaded) == ("duckdb", 1_000, 10)
    assert [each.engine for each in late.explain().steps] == ["duckdb", "duckdb"]
    assert {each.name for each in tmp_path.iterdir()} <= {
        "out.parquet", ".out.parquet.undo.json", "a base.sqlite", "a base.duckdb",
    }  # fmt: skip


def test_an_explanation_reads_the_first_rows_alone(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader(url).load(pd.DataFrame({"id": range(5_000)}))
    with counting(url, monkeypatch) as counts:
        etl.Pipeline("p", etl.SQLSource(url, "t")).query("id > 9").explain()
    assert sum(counts) == 1_000


@pytest.mark.parametrize("engine", ["auto", "polars", "pandas"])
def test_a_preview_reads_the_first_rows_alone(
    engine: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader(url).load(pd.DataFrame({"id": range(5_000), "v": 1.5}))
    plan = etl.Pipeline("p", etl.SQLSource(url, "t"))
    shown = plan.query("id > 9").assign(w="v + id").drop("v").dropna().rename({"w": "x"})
    with etl.set_options(engine=engine), counting(url, monkeypatch) as counts:
        assert plan.preview(3)["id"].tolist() == [0, 1, 2]
        assert shown.preview(2).to_dict("list") == {"id": [10, 11], "x": [11.5, 12.5]}
    assert sum(counts) == 2_000


@pytest.mark.parametrize(
    "step",
    [
        lambda p: p.query("id > 4990"),
        lambda p: p.query("id > id.mean()"),
        lambda p: p.assign(id="id.max() - id"),
        lambda p: p.assign(id=lambda d: d["id"].max() - d["id"]),
        lambda p: p.sort_values("id", ascending=False),
        lambda p: p.groupby("id").agg(n=("id", "count")).query("id > 4000"),
        lambda p: p.pipe(lambda df: df.iloc[::-1]),
        lambda p: p.tail(4),
    ],
)
def test_a_preview_that_needs_other_rows_has_them(
    step: Callable[[Any], Any], url_of: Callable[[str], str]
) -> None:
    url = url_of("sqlite")
    loader(url).load(pd.DataFrame({"id": range(5_000)}))
    plan = step(etl.Pipeline("p", etl.SQLSource(url, "t")))
    pd.testing.assert_frame_equal(plan.preview(3), plan.collect().head(3))


def test_other_sources_of_a_join_are_streamed_too(url: str) -> None:
    loader(url).load(pd.DataFrame({"id": [1, 2, 3], "v": ["a", "b", "c"]}))
    table = etl.SQLSource(url, "t")
    joined = etl.Pipeline("p", table).merge(table, on="id", suffixes=("", "_r"))
    assert joined.collect(engine="duckdb")["v_r"].tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("declared", "first", "last"),
    [("TEXT", "NULL", "'late'"), ("TIMESTAMP", "'2024-01-01'", "'soon'"), ("", "1", "2.5")],
)
def test_batches_of_sqlite_that_differ_are_read_at_once(
    declared: str, first: str, last: str, url_of: Callable[[str], str]
) -> None:
    url = url_of("sqlite")
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70000)"
    run(
        url,
        f"CREATE TABLE t (x {declared})",
        f"INSERT INTO t {many} SELECT {first} FROM n",
        f"INSERT INTO t VALUES ({last})",
    )
    expected = etl.SQLSource(url, "t").extract()
    found = etl.Pipeline("p", etl.SQLSource(url, "t")).collect(engine="duckdb")
    pd.testing.assert_frame_equal(found, expected)


def test_a_class_that_gives_extract_a_new_meaning_is_extracted(url: str) -> None:
    class Doubled(etl.SQLSource):
        def extract(self) -> pd.DataFrame:
            return super().extract() * 2

    loader(url).load(pd.DataFrame({"id": [1, 2]}))
    assert etl.Pipeline("p", Doubled(url, "t")).collect(engine="duckdb")["id"].tolist() == [2, 4]


# -- decimals, of which a query of PostgreSQL does not tell the digits -----------------------------


class Batches:
    """A session that gives batches of texts as decimals of the digits that each batch needs."""

    def __init__(self, *batches: list[str | None]) -> None:
        self._batches = batches

    @contextmanager
    def reading(self, *_: Any, **__: Any) -> Iterator[pa.RecordBatchReader]:
        made = [pa.record_batch({"x": pa.array(each, pa.string())}) for each in self._batches]
        yield pa.RecordBatchReader.from_batches(pa.schema([("x", pa.string())]), made)

    def decoded(self, table: pa.Table, _: Any) -> pa.Table:
        from etlframe.storage.postgresql import as_decimals

        return pa.table({"x": as_decimals(table["x"], None)})


@pytest.mark.parametrize(
    "batches",
    [
        (["1.5"], ["2.25"], ["100"], [None]),
        ([None], ["-0.125", None], ["12345678901234567890"]),
        ([], ["0.5"]),
        ([],),
    ],
)
def test_decimals_have_the_digits_that_all_batches_need(
    batches: tuple[list[str | None], ...], tmp_path: Path
) -> None:
    path = tmp_path / "staged.parquet"
    session: Any = Batches(*batches)
    assert staged(session, Query("SELECT x", ()), None, path)
    texts = [each for batch in batches for each in batch]
    found = FileSource(path).extract()["x"]
    assert [None if pd.isna(each) else each for each in found] == [
        None if each is None else Decimal(each) for each in texts
    ]
    at_once = session.decoded(pa.table({"x": pa.array(texts, pa.string())}), None)
    assert str(found.dtype) == f"{at_once['x'].type}[pyarrow]"
    assert [each.name for each in tmp_path.iterdir()] == ["staged.parquet"]


def test_decimals_of_too_many_digits_for_all_batches_are_not_staged(tmp_path: Path) -> None:
    session: Any = Batches(["1" * 30], ["0." + "1" * 30])
    assert not staged(session, Query("SELECT x", ()), None, tmp_path / "staged.parquet")


FILLS = """
import resource, sys
import etlframe as etl
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    etl.Pipeline("p", etl.SQLSource(sys.argv[1], "t")).collect(engine="duckdb")
except etl.errors.SourceError as error:
    print("told:", error)
"""


def test_a_full_disk_is_told_and_nothing_is_left(url_of: Callable[[str], str]) -> None:
    url = url_of("sqlite")
    texts = [f"{i * 7919 % 1_000_003}" for i in range(50_000)]
    loader(url).load(pd.DataFrame({"s": texts}))
    folder = Path(tempfile.mkdtemp())
    told = subprocess.run(
        [sys.executable, "-c", FILLS, url],
        capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "TMPDIR": str(folder)},
    ).stdout  # fmt: skip
    assert "cannot be written there" in told
    assert "too large" in told
    assert list(folder.iterdir()) == []
    folder.rmdir()
