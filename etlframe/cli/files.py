"""Find the pipelines of a Python file, which is imported by its path as Python would run it."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.errors import ETLError, UnknownNameError
from etlframe.finding import Found, choose_pipeline, find_pipelines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class FileError(ETLError, ImportError):
    """A file of pipelines cannot be found or imported."""


def split_target(target: str) -> tuple[Path, str | None]:
    r"""Split ``FILE[:NAME]``; the colon of a drive's letter is part of the file.

    >>> split_target("jobs/daily.py:delays")[1]
    'delays'
    """
    file, colon, name = target.rpartition(":")
    if not colon or Path(target).exists() or (len(file) == 1 and name[:1] in "\\/"):
        return Path(target), None
    return Path(file), name


@contextmanager
def found_in(path: Path) -> Iterator[list[Found]]:
    """Import a file and give its pipelines; its folder can be imported from meanwhile.

    Args:
        path: A ``.py`` file.

    Raises:
        FileError: There is no such file, it is not Python, it fails, or it holds no pipeline.
    """
    _check(path)
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield _pipelines(path, _imported(path))
    finally:
        sys.path.remove(folder)


def chosen(name: str | None, found: list[Found]) -> list[Found]:
    """Return the pipeline of a name, or, without one, each that loads somewhere (else each).

    Raises:
        UnknownNameError: No pipeline has the name.
    """
    if name is not None:
        return [choose_pipeline(name, found)]
    return [each for each in found if each.pipeline.destination is not None] or found


def _check(path: Path) -> None:
    if path.suffix == ".ipynb":
        raise FileError(
            f"{path} is a notebook, and only Python files can be run from the command line yet. "
            f"Save its pipelines as one: jupyter nbconvert --to script {path}"
        )
    if not path.exists():
        here = path.parent if path.parent.is_dir() else Path()
        near = [each.name for each in sorted(here.glob("*.py"))]
        raise FileError(str(UnknownNameError("file", str(path), near)))
    if path.is_dir() or path.suffix != ".py":
        raise FileError(f"{path} is not a Python file: name one that ends in .py.")


def _imported(path: Path) -> ModuleType:
    # A name of its own: a file called json.py must not stand in for the library.
    name = f"_etlframe_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    # What the file defines (a schema's annotations, say) is looked up in sys.modules.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise FileError(f"{path} cannot be imported: {_where(error, path)}") from error
    return module


def _where(error: BaseException, path: Path) -> str:
    """Say in one line what went wrong, and in which line of the file."""
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    if isinstance(error, SyntaxError):
        return said
    frames = traceback.extract_tb(error.__traceback__)
    own = [each.lineno for each in frames if Path(each.filename).resolve() == path.resolve()]
    return f"line {own[-1]}: {said}" if own else said


def _pipelines(path: Path, module: ModuleType) -> list[Found]:
    from etlframe.service import ETLPipelineService

    values = {id(value): value for value in vars(module).values()}.values()
    services = [value for value in values if isinstance(value, ETLPipelineService)]
    found = find_pipelines(vars(module), services)
    if not found:
        raise FileError(
            f"{path} holds no pipeline: give it a variable such as "
            "`p = etl.Pipeline(name, source).to(path)`, outside of functions."
        )
    return found
