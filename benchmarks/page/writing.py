"""Put what was measured between the markers of docs/performance.md, and draw its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.page import memory, picture, tables
from benchmarks.page.markdown import only
from benchmarks.page.words import JOBS
from benchmarks.places import FORMATS, ROOT
from benchmarks.records import Record, latest, machine_of
from benchmarks.table import summary

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.png"
BEGIN, END = "<!-- {}: written by make bench-docs -->", "<!-- end of {} -->"

Rows = Sequence[Record]
SECTIONS: dict[str, Callable[[Rows], str]] = {
    "in short": tables.in_short,
    "files": tables.files,
    "pandas": tables.beside_pandas,
    "groups": tables.groups,
    "joins": tables.joins,
    "tiny": tables.tiny,
    "checks": tables.checks,
    "memory": memory.of_cells,
    "growth": memory.growth,
    "losing": tables.losing,
    "rivals": tables.rivals,
}


def write(records: list[Record]) -> None:
    """Write the page and the picture anew from raw results.

    The largest scale that was run as a whole is shown; what ran at others is left out.
    """
    rows = sorted(summary(latest(records)), key=_place)
    scale = max(row["scale"] for row in only(rows, group="run"))
    shown = [row for row in rows if row["group"] != "run" or row["scale"] == scale]
    text = PAGE.read_text(encoding="utf-8")
    text = _put(text, "machine", tables.machine(machine_of(records), shown, scale))
    for name, section in SECTIONS.items():
        text = _put(text, name, section(shown))
    PAGE.write_text(text, encoding="utf-8")
    picture.draw(only(shown, group="run"), PICTURE)


def _place(row: Record) -> tuple[int, int, bool]:
    """Return where a cell stands on the page, whenever it was run."""
    return list(JOBS).index(row["job"]), FORMATS.index(row["from"]), row["to"] != "parquet"


def _put(text: str, name: str, between: str) -> str:
    begin, end = BEGIN.format(name), END.format(name)
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{PAGE.name} has no markers of {name!r}.")
    return f"{before}{begin}\n{between.strip()}\n{end}{after}"
