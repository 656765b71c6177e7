"""The page's tables of times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.cells import WHOLE
from benchmarks.page.markdown import (
    NOTHING,
    by_cell,
    number,
    only,
    over,
    table,
    times,
    verdict,
)
from benchmarks.page.words import JOBS, TOOLS, formats, title
from benchmarks.records import Record

Rows = Sequence[Record]
LINEITEM = ("q1", "q6", "clean", "checked")
TINY = ("tiny", "warm")
FASTER = {"csv": 8, "parquet": 15, "jsonl": 5}  # than pandas, on aggregates
CHECKS = 1.10  # five checks add a tenth at most
MILLISECONDS = 1000


def machine(found: Record | None, rows: Rows, scale: float) -> str:
    """Return what was measured on, how much of the data, and how often."""
    if found is None:
        return "Not measured yet."
    runs = sorted({row["runs"] for row in only(rows, group="run")})
    often = f"{runs[0]}" if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
    versions = ", ".join(f"{TOOLS.get(k, k)} {v}" for k, v in found["versions"].items())
    return (
        f"{found['cores']} cores, {found['memory_gib']} GiB of memory, {found['system']}; "
        f"{found['run'][:10]}. {versions}.\n\n"
        f"Scale {scale:g}: {6 * scale:g} million lines of TPC-H, "
        f"{10 * scale:g} million rows of the other tables. Runs of each: {often}."
    )


def in_short(rows: Rows) -> str:
    """Return how many cells meet their target, and beside pandas."""
    ours = [row for row in only(rows, group="run", contender="etlframe") if row["met"] is not None]
    if not ours:
        return "Not measured yet."
    met = [row for row in ours if row["met"]]
    beside = sorted(
        ratio
        for (job, *_), cell in by_cell(only(rows, group="run")).items()
        if job not in {"tiny", "warm"}
        and (ratio := over(cell.get("pandas"), cell.get("etlframe"), "wall"))
    )
    text = f"**{len(met)} of {len(ours)} cells meet their target.**"
    if beside:
        middle = beside[len(beside) // 2]
        text += (
            f" Hand-written pandas takes {times(beside[0])} to {times(beside[-1])} times as long "
            f"as etlframe on the large tables ({times(middle)} in the middle)."
        )
    return text


def files(rows: Rows) -> str:
    """Return the jobs on lineitem, from every format to every format."""
    return _beside([row for row in only(rows, group="run") if row["job"] in LINEITEM])


def groups(rows: Rows) -> str:
    """Return the ten questions."""
    return _beside([row for row in only(rows, group="run") if row["job"] in _questions()])


def joins(rows: Rows) -> str:
    """Return the joins."""
    return _beside([row for row in only(rows, group="run") if row["job"].startswith("join")])


def tiny(rows: Rows) -> str:
    """Return the tiny job: whole processes in seconds, warm runs in milliseconds."""
    found = by_cell(row for row in only(rows, group="run") if row["job"] in TINY)
    lines = []
    for (job, *_), cell in found.items():
        unit, scale = ("ms", MILLISECONDS) if job == "warm" else ("s", 1)
        names = ("duckdb", "polars", "etlframe", "pandas")
        figures = [_scaled(cell.get(name), scale) for name in names]
        lines.append([JOBS[job], unit, *figures, verdict(_value(cell.get("etlframe"), "met"))])
    return table(["job", "in", "DuckDB", "Polars", "etlframe", "pandas", "target met"], lines, 2)


def beside_pandas(rows: Rows) -> str:
    """Return how much faster than pandas the aggregates are, and with how much of its memory."""
    lines = []
    found = by_cell(row for row in only(rows, group="run") if row["job"] in {"q1", "q6"})
    for (job, source, target), cell in found.items():
        ours, target_is = cell.get("etlframe"), FASTER[source]
        if "pandas" not in cell:
            continue
        line = [title(job, source, target), number(_value(ours, "wall")), str(target_is)]
        for name in ("pandas", WHOLE):
            pandas = cell.get(name)
            faster, memory = over(pandas, ours, "wall"), over(ours, pandas, "resident")
            share = NOTHING if memory is None else f"{number(memory * 100, 0)} %"
            met = None if faster is None else faster >= target_is
            line += [number(_value(pandas, "wall")), times(faster), verdict(met), share]
        lines.append(line)
    measured = ["times faster", "met", "its memory"]
    heads = ["pandas, s", *measured, "all columns, s", *measured]
    return table(["job", "etlframe, s", "target", *heads], lines)


def checks(rows: Rows) -> str:
    """Return what five checks add to the clean-up, for etlframe and by hand."""
    found = by_cell(only(rows, group="run"))
    lines = []
    for (job, source, target), cell in found.items():
        with_checks = found.get(("checked", source, target), {})
        if job != "clean" or not with_checks:
            continue
        added = {name: over(with_checks.get(name), cell.get(name), "cpu") for name in TOOLS}
        ours = added["etlframe"]
        line = [formats(source, target)]
        line += [times(added[name]) for name in ("duckdb", "polars", "etlframe", "pandas")]
        lines.append([*line, verdict(None if ours is None else ours <= CHECKS)])
    return table(["clean", "DuckDB", "Polars", "etlframe", "pandas", "target met"], lines)


def losing(rows: Rows) -> str:
    """Return the cells that miss their target, job by job, and answers that were not right."""
    found: dict[str, list[Record]] = {}
    for row in only(rows, group="run", contender="etlframe"):
        found.setdefault(row["job"], []).append(row)
    lines = [line for job, cells in found.items() if (line := _lost(job, cells))]
    lines += [
        f"- {TOOLS[row['contender']]} on {title(row['job'], row['from'], row['to'])} failed or "
        "gave another answer, and counts for nothing."
        for row in only(rows, group="run")
        if row["answer"] != "right"
    ]
    return "\n".join(lines) or "None."


def _lost(job: str, cells: Rows) -> str:
    """Return a job's cells that miss, the worst first, or nothing."""
    lost = sorted((row for row in cells if row["met"] is False), key=lambda row: -row["ratio"])
    if not lost:
        return ""
    if job == "warm":
        return f"- **{JOBS[job]}**: {lost[0]['wall'] * MILLISECONDS:.0f} ms, and 15 are allowed."
    told = [f"{formats(row['from'], row['to'])} {times(row['ratio'])}" for row in lost]
    return f"- **{JOBS[job]}** ({len(lost)} of {len(cells)}): {'; '.join(told)}."


def rivals(rows: Rows) -> str:
    """Return the tools of the extra bench-rivals."""
    found = by_cell(only(rows, group="rivals"))
    names = [name for name in TOOLS if any(name in cell for cell in found.values())]
    lines = []
    for (job, source, target), cell in found.items():
        unit, scale = ("ms", MILLISECONDS) if job == "warm" else ("s", 1)
        figures = [_scaled(cell.get(name), scale) for name in names]
        lines.append([title(job, source, target), unit, *figures])
    return table(["job", "in", *(TOOLS[name] for name in names)], lines, 2)


def _beside(rows: Iterable[Record]) -> str:
    """Return a line for each cell: everyone's seconds, the ratio and the verdict."""
    lines = []
    for cell, found in by_cell(rows).items():
        ours = found.get("etlframe")
        names = ("duckdb", "polars", "etlframe", "pandas")
        figures = [number(_value(found.get(name), "wall")) for name in names]
        ratios = [times(_value(ours, name)) for name in ("ratio", "cpu_ratio")]
        lines.append([title(*cell), *figures, *ratios, verdict(_value(ours, "met"))])
    heads = ["job", "DuckDB, s", "Polars, s", "etlframe, s", "pandas, s"]
    return table([*heads, "ratio", "ratio of CPU", "target met"], lines)


def _questions() -> set[str]:
    return {job for job in JOBS if job.startswith("g")}


def _scaled(row: Record | None, scale: float) -> str:
    value = _value(row, "wall")
    return number(None if value is None else value * scale, 1 if scale == MILLISECONDS else 2)


def _value(row: Record | None, name: str) -> Any:
    return None if row is None else row[name]
