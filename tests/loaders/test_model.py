"""A model of a destination, held against the real one: whatever happens, and in whatever order.

Runs, runs that are killed, runs again, rollbacks, runs side by side, new rows by a cursor, and
edits of other programs. After each step the rows, what is remembered, and how far the source was
read have to be what a few lines of Python say.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import etlframe as etl
from etlframe.errors import LoadError
from etlframe.options import get_options
from tests.loaders.places import Dataset, Lines, Parquet, Place, Rows, SQLiteTable, Table
from tests.storage.killing import Loads

ids = st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True)
modes = st.sampled_from(["write", "append", "upsert"])
PLACES: dict[str, type[Place]] = {
    "csv": Place,
    "jsonl": Lines,
    "parquet": Parquet,
    "dataset": Dataset,
    "duckdb": Table,
    "sqlite": SQLiteTable,
}


class Model(RuleBasedStateMachine):
    """What should be there, and what is."""

    kind: type[Place]
    loads: Loads

    @initialize()
    def begin(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        (self.folder / "place").mkdir()
        self.log_path = get_options().log_path
        etl.set_options(log_path=self.folder / "log.jsonl")
        self.place = self.kind(self.folder / "place")
        self.rows = Rows()
        self.runs: list[str] = []
        self.read = 0  # how far the source was read
        self.source = 0  # rows of the source
        self.past: list[tuple[Rows, list[str], int]] = []  # before each of the newest loads
        self.is_kept = False  # whether the newest load can be undone for sure
        self.count = 0

    def teardown(self) -> None:
        etl.set_options(log_path=self.log_path)
        self.temporary.cleanup()

    # -- what happens ------------------------------------------------------------------------------

    @rule(given=ids, mode=modes)
    def load(self, given: list[int], mode: str) -> None:
        run_id, df = self._new(given)
        assert self._pipeline(df, mode).run(run_id=run_id).raise_for_status().ok
        self._happened(run_id, df, mode)

    @rule(given=ids, mode=modes, data=st.data())
    def load_and_die(self, given: list[int], mode: str, data: st.DataObject) -> None:
        run_id, df = self._new(given)
        point = data.draw(st.sampled_from(self.place.points))
        told: dict[str, Any] = {"path": self.place.to, "rows": df.to_dict("list"), "run_id": run_id}
        told |= {"log": str(self.folder / "log.jsonl"), **self.place.given(mode)}
        ended = self.loads.load(point, **told)
        assert ended in (0, -signal.SIGKILL)
        has_happened = self.place.loader.state().find(run_id) is not None
        if has_happened:
            self._happened(run_id, df, mode)
        self._hold()
        assert self.loads.load(**told) == 0
        if not has_happened:
            self._happened(run_id, df, mode)

    @precondition(lambda self: self.runs)
    @rule(given=ids, mode=modes, data=st.data())
    def load_again(self, given: list[int], mode: str, data: st.DataObject) -> None:
        run_id = data.draw(st.sampled_from(self.runs))
        _, df = self._new(given)
        assert self._pipeline(df, mode).run(run_id=run_id).status == "SKIPPED"

    @rule(more=st.integers(0, 5), mode=st.sampled_from(["append", "upsert"]))
    def load_what_is_new(self, more: int, mode: str) -> None:
        self.source += more
        self.count += 1
        all_rows = pd.DataFrame({"id": range(100, 100 + self.source)}).assign(v="new")
        source = etl.FrameSource(all_rows, cursor="id")
        plan = etl.Pipeline("new", source).to(self.place.to, **self.place.given(mode))
        run_id = f"run {self.count}"
        result = plan.run(run_id=run_id).raise_for_status()
        assert result.rows_loaded == self.source - self.read
        self._happened(run_id, all_rows.iloc[self.read :], mode)
        self.read = self.source

    @rule(one=ids, other=ids)
    def load_side_by_side(self, one: list[int], other: list[int]) -> None:
        both = [self._new(one), self._new(other)]
        plans = [(self._pipeline(df, "append"), run_id) for run_id, df in both]
        with ThreadPoolExecutor(2) as threads:
            ended = list(threads.map(lambda each: each[0].run(run_id=each[1]), plans))
        assert [each.raise_for_status().ok for each in ended] == [True, True]
        order = [each.run_id for each in self.place.loader.state().loads][-2:]
        for run_id, df in sorted(both, key=lambda each: order.index(each[0])):
            self._happened(run_id, df, "append")

    @precondition(lambda self: self.runs)
    @rule()
    def take_back(self) -> None:
        plan = self._pipeline(pd.DataFrame(), "append")
        try:
            assert plan.rollback(self.runs[-1]).run_id == self.runs[-1]
        except LoadError:
            assert not self.is_kept
        else:
            self.rows, self.runs, self.read = self.past.pop()
            self.is_kept = False

    @precondition(lambda self: self.runs and sum(self.rows.values()) > 0)
    @rule(given=st.integers(200, 220))
    def edit(self, given: int) -> None:
        self.place.edit((given, "foreign"))
        self.rows[given, "foreign"] += 1
        self.past, self.is_kept = [], False

    # -- what should be ----------------------------------------------------------------------------

    @invariant()
    def what_is_there_is_what_should_be(self) -> None:
        if hasattr(self, "place"):
            self._hold()

    def _hold(self) -> None:
        assert self.place.rows() == self.rows
        state = self.place.loader.state()
        assert [each.run_id for each in state.loads] == self.runs
        assert ("new" in state.cursors) == (self.read > 0)

    def _happened(self, run_id: str, df: pd.DataFrame, mode: str) -> None:
        self.past.append((self.rows.copy(), list(self.runs), self.read))
        self.is_kept = True
        new = Rows(zip(df["id"].tolist(), df["v"].tolist(), strict=True))
        if mode == "write":
            self.rows = new
        else:
            replaced = set(df["id"]) if mode == "upsert" else set()
            stay = {row: n for row, n in self.rows.items() if row[0] not in replaced}
            self.rows = Rows(stay) + new
        self.runs.append(run_id)

    def _new(self, given: list[int]) -> tuple[str, pd.DataFrame]:
        self.count += 1
        df = pd.DataFrame({"id": given, "v": [f"v{self.count % 3}"] * len(given)})
        return f"run {self.count}", df

    def _pipeline(self, df: pd.DataFrame, mode: str) -> etl.Pipeline:
        return etl.Pipeline("p", df).to(self.place.to, **self.place.given(mode))


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as started:
        yield started


@pytest.mark.parametrize("kind", PLACES)
def test_whatever_happens_each_row_is_there_as_often_as_it_should(kind: str, loads: Loads) -> None:
    of_kind: Any = type("OfKind", (Model,), {"kind": PLACES[kind], "loads": loads})
    examples = settings().max_examples // 12
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    phases = [Phase.explicit, Phase.reuse, Phase.generate]  # a step takes too long to shrink
    told = settings(
        max_examples=examples,
        stateful_step_count=12,
        suppress_health_check=checks,
        phases=phases,
    )
    run_state_machine_as_test(of_kind, settings=told)
