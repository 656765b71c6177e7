"""Reads the imports of ``etlframe/`` and tells which of them break the rules of the house.

The rules: imports only fall to a lower floor; rooms on one floor never see each other; nobody
inside imports the face; some libraries belong to one room alone; files are short and have names
that say something. Imports inside functions and under ``TYPE_CHECKING`` count like all others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

PACKAGE = "etlframe"
MOST_LINES = 300
VAGUE_WORDS = {"util", "utils", "common", "helper", "helpers", "manager", "managers"}

# A room's floor, as DESIGN draws the house. Rooms are folders or single files.
# fmt: off
FLOORS = {
    "errors": 1, "options": 1, "html": 1, "redaction": 1, "wording": 1,
    "progress": 1, "control": 1, "timing": 1, "frozen": 1,
    "expressions": 2, "storage": 2,
    "engines": 3, "schema": 3,
    "steps": 4, "sources": 4, "loaders": 4,
    "plan": 5,
    "runs": 6,
    "pipeline": 7,
    "finding": 8, "scheduler": 8,
    "service": 9,
    "notebook": 10, "cli": 10, "demo": 10, "integrations": 10, "testing": 10,
    "__main__": 11,
    "__init__": 12,
}
# fmt: on

# Files that make up one room: an option raises etlframe's errors, and the demo is a command.
SHARED_ROOMS = {
    **dict.fromkeys(
        (
            "errors",
            "options",
            "html",
            "redaction",
            "wording",
            "progress",
            "control",
            "timing",
            "frozen",
        ),
        "ground",
    ),
    "demo": "cli",
}

# The only modules that may import a library.
OWNERS = {
    "duckdb": "etlframe.engines.duckdb",
    "_duckdb": "etlframe.engines.duckdb.core",
    "polars": "etlframe.engines.polars",
    "dask": "etlframe.engines.dask",
    "distributed": "etlframe.engines.dask",
    "pyspark": "etlframe.engines.spark",
    "IPython": "etlframe.notebook",
    "ipywidgets": "etlframe.notebook",
    "matplotlib": "etlframe.notebook",
}


@dataclass(frozen=True)
class Import:
    """One imported name; ``module`` is absolute and dotted, as in ``etlframe.errors.ETLError``."""

    module: str
    line: int

    @property
    def library(self) -> str:
        return self.module.partition(".")[0]


def violations(sources: Mapping[str, str]) -> list[str]:
    """Return one sentence a broken rule.

    Args:
        sources: The text of each file of the package by its path, such as
            ``"etlframe/steps/filter.py"``.
    """
    return [
        sentence
        for path, source in sorted(sources.items())
        for sentence in (*_of_file(path, source), *_of_imports(path, source))
    ]


def lengths(sources: Mapping[str, str]) -> list[str]:
    """Return one sentence a file that is too long."""
    counted = {path: len(source.splitlines()) for path, source in sorted(sources.items())}
    return [
        f"{path}: {lines} lines, and {MOST_LINES} are the most"
        for path, lines in counted.items()
        if lines > MOST_LINES
    ]


def imports(path: str, source: str) -> Iterator[Import]:
    """Yield every import of a file, wherever it stands in it."""
    for node in ast.walk(ast.parse(source, filename=path)):
        match node:
            case ast.Import():
                for alias in node.names:
                    yield Import(alias.name, node.lineno)
            case ast.ImportFrom():
                base = _absolute(path, node.module or "", node.level)
                for alias in node.names:
                    yield Import(base if alias.name == "*" else f"{base}.{alias.name}", node.lineno)
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _imports_by_name(node.func):
                yield Import(name, node.lineno)


def _imports_by_name(function: ast.expr) -> bool:
    return ast.unparse(function) in {"import_module", "importlib.import_module", "__import__"}


def _absolute(path: str, module: str, level: int) -> str:
    if level == 0:
        return module
    folders = PurePosixPath(path).parent.parts
    package = folders[: len(folders) - (level - 1)]
    return ".".join((*package, module)) if module else ".".join(package)


def _of_file(path: str, source: str) -> Iterator[str]:
    yield from lengths({path: source})
    for part in PurePosixPath(path).with_suffix("").parts:
        vague = VAGUE_WORDS.intersection(re.split(r"_+", part))
        if vague:
            yield f"{path}: the name {part!r} says nothing"
    if _room(path) not in FLOORS:
        yield f"{path}: {_room(path)!r} has no floor in the house"


def _of_imports(path: str, source: str) -> Iterator[str]:
    for each in imports(path, source):
        broken = _of_floors(path, each) if each.library == PACKAGE else _of_owners(path, each)
        if broken:
            yield f"{path}:{each.line}: imports {each.module}: {broken}"


def _of_floors(path: str, imported: Import) -> str | None:
    own = _room(path)
    _, target, *_ = [*imported.module.split("."), "__init__"]
    if target not in FLOORS or target == "__init__":
        return "that is no room, and nobody inside imports the face"
    if _shared(own) == _shared(target) or own not in FLOORS:
        return None
    if FLOORS[target] > FLOORS[own]:
        return f"{target} is on a higher floor than {own}"
    if FLOORS[target] == FLOORS[own]:
        return f"{target} is on the same floor as {own}"
    return None


def _of_owners(path: str, imported: Import) -> str | None:
    owner = OWNERS.get(imported.library)
    module = ".".join(PurePosixPath(path).with_suffix("").parts)
    if owner is None or f"{module}.".startswith(f"{owner}."):
        return None
    return f"{imported.library} belongs to {owner}"


def _room(path: str) -> str:
    return PurePosixPath(path).with_suffix("").parts[1]


def _shared(room: str) -> str:
    return SHARED_ROOMS.get(room, room)
