"""One load into a table: one transaction of the rows and of the record of the load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from etlframe.errors import LoadError, did_you_mean
from etlframe.loaders.base import Loaded
from etlframe.loaders.table_columns import Column, StagedRows, known_columns, new_columns
from etlframe.loaders.table_records import add_load, forget_loads, forget_undo, read_state
from etlframe.loaders.table_undo import prepare_undo, settled_undo
from etlframe.storage.database import TableName, listed, quoted
from etlframe.storage.failpoints import reach
from etlframe.storage.records import RUN_ID, Load
from etlframe.storage.same_file import SameFile
from etlframe.storage.sessions import Session
from etlframe.timing import phase

_MOST_EXAMPLES = 3


@dataclass(frozen=True)
class TableLoad:
    """What is loaded, and how.

    Attributes:
        table: The table.
        mode: ``"write"``, ``"append"`` or ``"upsert"``.
        key: The columns that tell a row, for upserts.
        on_new_columns: ``"add"``, ``"refuse"`` or ``"ignore"``.
        timeout: Seconds to wait for other loads.
        load: The run's load, which is remembered; None for none.
        keeps_previous: Whether the rows before it are kept, so that it can be undone.
        marks: Whether the rows say which run loads them.
        warnings: What a person should know of it.
    """

    table: TableName
    mode: str
    key: tuple[str, ...]
    on_new_columns: str
    timeout: float
    load: Load | None
    keeps_previous: bool = False
    marks: bool = False
    warnings: list[str] = field(default_factory=list)

    def into(self, session: Session, rows: StagedRows) -> Loaded:
        """Load the rows, and remember it, at once; or raise, and the table is as it was.

        Raises:
            LoadedBefore: The table took a load of this run already.
            LoadError: The table cannot take the rows, or a cursor was moved by another run since.
        """
        session.begin(self.table, timeout=self.timeout)
        file = SameFile(session.address.path)
        reach("sql:begun")
        load = self.load
        if load is not None:
            read_state(session, self.table).check(load)
        if not session.columns(self.table):
            forget_loads(session, self.table)
        marks = self.marks and self.mode == "append"
        undo = prepare_undo(session, self.table, keeps=self.keeps_previous, marks=marks)
        columns = self._prepared(session, rows)
        if undo is not None and undo.way == "by run" and not is_marked(columns):
            undo = None  # the table ignores the column of marks
        reach("sql:table")
        with phase("write"):
            self._insert(session, rows, columns)
        reach("sql:rows")
        if load is not None:
            undo = settled_undo(session, self.table, undo, rows.rows)
            told = None if undo is None else undo.to_text()
            add_load(session, self.table, load, mode=self.mode, rows=rows.rows, undo=told)
        else:
            forget_undo(session, self.table)
        reach("sql:record")
        with phase("commit"):
            file.check()
            session.commit()
            file.check()
        reach("sql:committed")
        return Loaded(rows.rows, warnings=tuple(self.warnings))

    # -- the table ---------------------------------------------------------------------------------

    def _prepared(self, session: Session, rows: StagedRows) -> list[Column]:
        """Make the table, or the columns that it lacks, and return the columns to fill."""
        existing = session.columns(self.table)
        if not existing:
            columns = new_columns(rows, list(rows.types), session.types)
            session.execute(self._create(session, columns))
            return columns
        folds = session.address.database != "postgresql"
        table = str(self.table)
        columns = known_columns(rows, existing, session.types, table=table, folds=folds)
        if self.mode != "append":
            session.keep_writers_away(self.table)
        sources = {each.source for each in columns}
        new = [name for name in rows.types if name not in sources]
        columns += self._added(session, rows, new, list(existing))
        if not columns:
            raise LoadError(f"Table {table} has none of the columns of these rows.")
        self._check_key(columns, list(existing))
        filled = {each.name for each in columns}
        lacking = [name for name in existing if name not in filled]
        self.warnings.extend(
            f"Column {name!r} of table {table} is missing in the rows that were loaded."
            for name in lacking
        )
        return columns

    def _create(self, session: Session, columns: list[Column]) -> str:
        parts = [f"{quoted(each.name)} {each.declared}" for each in columns]
        if self.mode == "upsert" and session.primary_keys:
            parts.append(f"PRIMARY KEY ({listed(list(self.key))})")
        return f"CREATE TABLE {self.table.sql} ({', '.join(parts)})"

    def _added(
        self, session: Session, rows: StagedRows, new: list[str], existing: list[str]
    ) -> list[Column]:
        if not new:
            return []
        names, table = ", ".join(map(repr, new)), str(self.table)
        if self.on_new_columns == "refuse":
            raise LoadError(
                f"Table {table} has no column {names}.{did_you_mean(new[0], existing)} "
                'Drop it from the rows, or have it added: on_new_columns="add".'
            )
        if self.on_new_columns == "ignore":
            self.warnings.append(f"Table {table} has no column {names}: ignored.")
            return []
        columns = new_columns(rows, new, session.types)
        for each in columns:
            session.execute(
                f"ALTER TABLE {self.table.sql} ADD COLUMN {quoted(each.name)} {each.declared}"
            )
            self.warnings.append(f"Column {each.name!r} ({each.declared}) was added to {table}.")
        return columns

    def _check_key(self, columns: list[Column], existing: list[str]) -> None:
        filled = {each.source: each.name for each in columns}
        for name in self.key:
            if filled.get(name) not in existing:
                raise LoadError(
                    f"Table {self.table} has no column {name!r}, which is a key of the upsert."
                    f"{did_you_mean(name, existing)}"
                )

    # -- the rows ----------------------------------------------------------------------------------

    def _insert(self, session: Session, rows: StagedRows, columns: list[Column]) -> None:
        if self.mode == "write":
            session.execute(f"DELETE FROM {self.table.sql}")
        if self.mode != "upsert" and not any(each.is_own for each in columns):
            self._send(session, rows, columns, self.table, temporary=False)
            return
        stage = TableName(f"etlframe_new_{uuid4().hex[:12]}")
        declared = [
            f"{quoted(each.name)} {self._declared_in_stage(session, each)}" for each in columns
        ]
        session.make_stage(stage.name, ", ".join(declared))
        self._send(session, rows, columns, stage, temporary=True)
        for statement in self._from_stage(session, stage, columns):
            session.execute(statement)
        if self.mode == "upsert":
            self._leave_one_of_each(session, stage, columns, rows.rows)

    def _declared_in_stage(self, session: Session, column: Column) -> str:
        return session.types.made(column.type) if column.is_own else column.declared  # type: ignore[return-value] # text has a type everywhere

    def _send(
        self,
        session: Session,
        rows: StagedRows,
        columns: list[Column],
        table: TableName,
        *,
        temporary: bool,
    ) -> None:
        if not rows.rows:
            return
        told: list[LoadError] = []
        try:
            session.insert(table, rows.reader(columns, str(self.table), told), temporary=temporary)
        except Exception:
            if told:
                raise told[0] from None
            raise

    def _from_stage(
        self, session: Session, stage: TableName, columns: list[Column]
    ) -> Iterator[str]:
        """Yield what brings rows from the stage into the table, after a look at their keys."""
        names = [each.name for each in columns]
        values = ", ".join(
            f"CAST(s.{quoted(each.name)} AS {each.declared})"
            if each.is_own
            else f"s.{quoted(each.name)}"
            for each in columns
        )
        insert = (
            f"INSERT INTO {self.table.sql} ({listed(names)}) SELECT {values} FROM {stage.sql} AS s"
        )
        if self.mode != "upsert":
            yield insert
            return
        keys = [each for each in columns if each.source in self.key]
        self._check_keys(session, stage, [each.name for each in keys])
        session.look_up_stage(stage.name, [each.name for each in keys])
        same = " AND ".join(f"t.{quoted(each.name)} = {_value(each)}" for each in keys)
        changed = [each for each in columns if each.source not in self.key]
        if changed:
            pairs = ", ".join(f"{quoted(each.name)} = {_value(each)}" for each in changed)
            yield f"UPDATE {self.table.sql} AS t SET {pairs} FROM {stage.sql} AS s WHERE {same}"
        yield f"{insert} WHERE NOT EXISTS (SELECT 1 FROM {self.table.sql} AS t WHERE {same})"

    def _leave_one_of_each(
        self, session: Session, stage: TableName, columns: list[Column], rows: int
    ) -> None:
        """Where rows of the table had the key of one new row in common, leave the first of them."""
        keys = [each for each in columns if each.source in self.key]
        same = " AND ".join(f"t.{quoted(each.name)} = {_value(each)}" for each in keys)
        replaced = f"EXISTS (SELECT 1 FROM {stage.sql} AS s WHERE {same})"
        found = session.fetch(f"SELECT count(*) FROM {self.table.sql} AS t WHERE {replaced}")
        if int(found[0][0]) > rows:
            twice = " AND ".join(f"t.{quoted(each.name)} = o.{quoted(each.name)}" for each in keys)
            session.execute(
                f"DELETE FROM {self.table.sql} AS t WHERE {replaced} AND EXISTS (SELECT 1 FROM "
                f"{self.table.sql} AS o WHERE {twice} AND o.{session.row_id} < t.{session.row_id})"
            )

    def _check_keys(self, session: Session, stage: TableName, keys: list[str]) -> None:
        """Raise unless each of the new rows has a key of its own: none is taken silently."""
        columns = listed(keys)
        is_missing = " OR ".join(f"{quoted(name)} IS NULL" for name in keys)
        missing = session.fetch(
            f"SELECT {columns} FROM {stage.sql} WHERE {is_missing} LIMIT {_MOST_EXAMPLES}"
        )
        shown = ", ".join(map(repr, keys))
        if missing:
            examples = ", ".join(map(_key_text, missing))
            raise LoadError(
                f"The key {shown} is missing in rows to upsert into {self.table}: {examples}. Drop "
                f"them first, for example with dropna(subset={list(self.key)!r})."
            )
        twice = session.fetch(
            f"SELECT {columns}, count(*) FROM {stage.sql} GROUP BY {columns} "
            f"HAVING count(*) > 1 ORDER BY {columns} LIMIT {_MOST_EXAMPLES}"
        )
        if twice:
            examples = ", ".join(f"{_key_text(row[:-1])} ({row[-1]} times)" for row in twice)
            raise LoadError(
                f"The key {shown} repeats in the rows to upsert into {self.table}: {examples}. "
                "Keep one row of each first, for example with drop_duplicates."
            )


def is_marked(columns: list[Column]) -> bool:
    """Return whether the rows that are loaded say which run loads them."""
    return any(each.source == RUN_ID for each in columns)


def _value(column: Column) -> str:
    plain = f"s.{quoted(column.name)}"
    return f"CAST({plain} AS {column.declared})" if column.is_own else plain


def _key_text(values: tuple[object, ...]) -> str:
    return repr(values[0]) if len(values) == 1 else repr(values)
