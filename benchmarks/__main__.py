"""The benchmarks' command line: ``python -m benchmarks run --scale 0.1 --jobs q1 --from csv``."""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

from benchmarks.cells import CONTENDERS, JOBS, Cell
from benchmarks.places import FORMATS, ROOT, cache
from benchmarks.running import WARM_UP, Race, append, read
from benchmarks.table import plain, summary


def main() -> None:
    """Make the data, run cells, or show what was measured."""
    options = _options()
    if options.command == "data":
        make_data(options.scale)
    elif options.command == "run":
        run(options)
    else:
        print(plain(summary(read(options.results or cache() / "results.jsonl"))))


def make_data(scale: float) -> None:
    """Write the tables of a scale, and of the warm-up's, that are not there yet."""
    from benchmarks.data import lineitem

    for each in (WARM_UP, scale):
        lineitem.make(each)


def run(options: argparse.Namespace) -> None:
    """Run the cells that were asked for, keep their records and print their table."""
    make_data(options.scale)
    results = options.results or cache() / "results.jsonl"
    records = []
    for name, source, target in product(options.jobs, options.sources, options.targets):
        race = Race(
            Cell(JOBS[name], source, target, options.scale), options.contenders, options.etlframe
        )
        for record in race.run(options.rounds):
            append(record, results)
            records.append(record)
            print(f"{race.cell.title}: {record['contender']} {record['wall']:.2f} s", flush=True)
    print(plain(summary(records)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="make the tables of a scale")
    showing = commands.add_parser("show", help="show the table of the results that there are")
    racing = commands.add_parser("run", help="run cells, every contender in turn")
    for each in (data, racing):
        each.add_argument("--scale", type=float, default=1.0, help="TPC-H's scale factor (1)")
    _list(racing, "--jobs", JOBS)
    _list(racing, "--from", FORMATS, dest="sources")
    _list(racing, "--to", ("parquet", "jsonl"), dest="targets")
    _list(racing, "--contenders", CONTENDERS)
    racing.add_argument("--rounds", type=int, default=3, help="runs of each contender (3)")
    for each in (racing, showing):
        each.add_argument("--results", type=Path, help="the file of records, a JSON line each")
    racing.add_argument(
        "--etlframe", type=Path, default=ROOT, help="the folder whose etlframe is measured (this)"
    )
    return parser.parse_args()


def _list(parser: argparse.ArgumentParser, option: str, known: object, dest: str = "") -> None:
    names = list(known)  # type: ignore[call-overload]
    parser.add_argument(
        option,
        dest=dest or option.removeprefix("--"),
        type=lambda text: _known(text, names),
        default=names,
        help=f"some of {','.join(names)} (all)",
    )


def _known(text: str, names: list[str]) -> list[str]:
    chosen = text.split(",")
    unknown = set(chosen) - set(names)
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown} not in {names}")
    return chosen


if __name__ == "__main__":
    main()
