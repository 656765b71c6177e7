"""Where a file is loaded: whether it could ever be, and what the file system says of it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etlframe.errors import ETLError, LoadError
from etlframe.storage.locks import resolved
from etlframe.storage.parts import holds_parts
from etlframe.storage.stages import without_stage


def is_for_parts(path: str | os.PathLike[str], options: Mapping[str, Any]) -> bool:
    """Return whether a path means a folder of part files.

    It does where ``partition_by`` is among the options, the path ends with a slash, or a folder of
    that name holds Parquet files already.
    """
    text = os.fspath(path)
    if options.get("partition_by") is not None or text.endswith(("/", os.sep)):
        return True
    return Path(text).is_dir() and holds_parts(Path(text))


def check_place(path: Path) -> None:
    """Raise ``LoadError`` if a file could never be written there."""
    target = resolved(path)
    if target.is_dir():
        raise LoadError(
            f"{path} is a folder; name a file in it, or end it with a slash to load part files."
        )
    if target.exists():
        _check_file(path, target)
    _check_parent(path, target)


def check_folder(path: Path) -> None:
    """Raise ``LoadError`` if a folder could never be put there."""
    target = resolved(path)
    if target.exists() and not target.is_dir():
        raise LoadError(f"{path} is a file, and part files need a folder.")
    if target.is_mount():
        raise LoadError(f"{path} is where a file system is mounted; name a folder in it.")
    _check_parent(path, target)


def _check_parent(path: Path, target: Path) -> None:
    folder = next(each for each in target.parents if each.exists())
    if not folder.is_dir():
        raise LoadError(f"{path} cannot be written: {folder} is a file, not a folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LoadError(f"{path} cannot be written: no permission to write in {folder}.")


def link(target: Path, link: Path) -> None:
    """Give a file a second name, or copy it where it can have but one."""
    try:
        link.hardlink_to(target)
    except OSError:
        shutil.copyfile(target, link)


def _check_file(path: Path, target: Path) -> None:
    if not stat.S_ISREG(target.stat().st_mode):
        raise LoadError(f"{path} is not a regular file, and cannot be replaced by one.")
    if not os.access(target, os.W_OK):
        raise LoadError(f"{path} cannot be written: the file is read-only.")


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Turn what the file system says into an error that names the file and not its stage."""
    try:
        yield
    except LoadError as error:
        raise LoadError(without_stage(str(error), path)) from error.__cause__
    except ETLError:
        raise
    except FileNotFoundError as error:
        raise LoadError(
            f"{path} cannot be written: its folder was removed meanwhile, or the hidden file in it "
            "that was being written."
        ) from error
    except OSError as error:
        raise LoadError(f"{path} cannot be written: {error.strerror or error}.") from error
