"""The benchmarks' command line: ``python -m benchmarks run --scale 0.1 --jobs q1 --from csv``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.cells import CONTENDERS, JOBS, RIVALS, WHOLE, Cell, cells
from benchmarks.places import FORMATS, ROOT, cache
from benchmarks.records import append, latest, machine, new_run, read
from benchmarks.running import WARM_UP, Race
from benchmarks.table import plain, summary
from benchmarks.warm import warm

MEMORY_JOBS = ("q1", "clean", "checked")
TENTH = 0.1


def main() -> None:
    """Run cells, show what was measured, or write the page about it."""
    options = _options()
    results = options.results or cache() / "results.jsonl"
    if options.command == "show":
        print(plain(summary(latest(read(results)))))
    elif options.command == "docs":
        from benchmarks.page.writing import write

        write(read(results))
    else:
        run(options, results)


def run(options: argparse.Namespace, results: Path) -> None:
    """Run the cells that were asked for, keep their records and print their table."""
    name, group = new_run(), options.command
    append(machine(name), results)
    records = []
    for record in _measured(options):
        record |= {"run": name, "group": group, "scale": record.get("scale", options.scale)}
        append(record, results)
        records.append(record)
        if record["wall"] is not None:
            title = f"{record['job']} {record['from']} to {record['to']}"
            print(f"{title}: {record['contender']} {record['wall']:.3f} s", flush=True)
    print(plain(summary(records)))


def _measured(options: argparse.Namespace) -> Iterable[dict[str, object]]:
    contenders = options.contenders
    for cell in _cells(options):
        scales = [str(WARM_UP), str(cell.scale)]
        command = ["-m", "benchmarks.data", cell.job.table, cell.source, *scales]
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
        yield from Race(cell, contenders, options.etlframe).run(options.rounds)
        if cell.job.name == "tiny":
            yield from warm(cell.path, contenders, options.etlframe)


def _cells(options: argparse.Namespace) -> list[Cell]:
    """Return the cells of a command: ``memory`` and ``rivals`` have their own scales."""
    scale = options.scale
    if options.command == "memory":
        grown = cells(MEMORY_JOBS, options.sources, options.targets, 4 * scale)
        return [*grown, *cells(["orders"], ["parquet"], ["parquet"], 4 * scale)]
    if options.command == "rivals":
        cleaned = cells(["checked"], options.sources, options.targets, TENTH * scale)
        return [*cleaned, *cells(["tiny"], ["csv"], ["parquet"], scale)]
    return cells(options.jobs, options.sources, options.targets, scale)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    racing = commands.add_parser("run", help="run cells, every contender in turn")
    memory = commands.add_parser("memory", help="run streaming jobs on four times the scale, once")
    rivals = commands.add_parser("rivals", help="run petl, dlt, Hamilton and Prefect too")
    showing = commands.add_parser("show", help="show the table of the results that there are")
    writing = commands.add_parser("docs", help="write docs/performance.md and its picture anew")
    _list(racing, "--jobs", JOBS)
    for each, contenders in (
        (racing, CONTENDERS),
        (memory, CONTENDERS[:3]),
        (rivals, (*CONTENDERS, *RIVALS)),
    ):
        few = each is not racing
        each.add_argument("--scale", type=float, default=1.0, help="1 is TPC-H's scale factor 1")
        _list(each, "--from", FORMATS, dest="sources", default=["csv"] if few else None)
        _list(each, "--to", ("parquet", "jsonl"), dest="targets", default=["parquet"] * few)
        known = (*contenders, WHOLE) if each is racing else contenders
        _list(each, "--contenders", known, default=list(contenders))
        each.add_argument("--rounds", type=int, default=1 if few else 3, help="runs of each")
        each.add_argument(
            "--etlframe", type=Path, default=ROOT, help="the folder whose etlframe is measured"
        )
    for each in (racing, memory, rivals, showing, writing):
        each.add_argument("--results", type=Path, help="the file of records, a JSON line each")
    return parser.parse_args()


def _list(
    parser: argparse.ArgumentParser,
    option: str,
    known: Iterable[str],
    dest: str = "",
    default: list[str] | None = None,
) -> None:
    names = list(known)
    parser.add_argument(
        option,
        dest=dest or option.removeprefix("--"),
        type=lambda text: _known(text, names),
        default=default or names,
        help=f"some of {','.join(names)} ({','.join(default or ['all'])})",
    )


def _known(text: str, names: list[str]) -> list[str]:
    chosen = text.split(",")
    unknown = set(chosen) - set(names)
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown} not in {names}")
    return chosen


if __name__ == "__main__":
    main()
