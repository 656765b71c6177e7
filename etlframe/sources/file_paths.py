"""Which files a path, a glob, a folder or a list of them means, in which order."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path, PurePath

from etlframe.errors import OptionError, SourceNotFoundError, UnknownFormatError, near_names
from etlframe.frozen import frozen
from etlframe.storage.formats import file_format
from etlframe.storage.opening import check_readable

_MOST_SHOWN = 3
_MAGIC = re.compile(r"[*?[]")


@frozen
class FoundFile:
    """One of the files that were asked for.

    Attributes:
        path: The file.
        folders: Columns that its folders tell below what was asked for (``carrier=AA``), with their
            text, or None where it is missing.
    """

    path: str
    folders: Mapping[str, str | None] = field(default_factory=dict)


def has_magic(path: str) -> bool:
    """Return whether a path has a character that means others in a glob."""
    return _MAGIC.search(path) is not None


def is_several(path: str) -> bool:
    """Return whether a path means files that have to be looked for: a folder, or a glob.

    A file whose name has the characters of a glob is that file.
    """
    return not os.path.isfile(path) and (has_magic(path) or os.path.isdir(path))  # noqa: PTH112, PTH113 - at every start: Path takes longer


def find_files(paths: Sequence[str], format: str | None) -> list[FoundFile]:  # noqa: A002 - the field's word
    """Return the files that are there, each once.

    Args:
        paths: Files, folders and globs; those of each are sorted by path.
        format: The format of the files of folders; None for the one that their suffixes tell.

    Raises:
        SourceNotFoundError: A path is not there, or nothing is where it looks.
        UnknownFormatError: A folder has files of several formats.
    """
    found: dict[str, FoundFile] = {}
    for path in paths:
        for each in _matches(path, format):
            found.setdefault(os.path.abspath(each.path), each)  # noqa: PTH100 - Path would not take ".." away
    return list(found.values())


def roots_are_there(paths: Sequence[str]) -> bool:
    """Return whether files were looked for where there is a folder; none may be left in it."""
    return all(is_several(path) and _root(path).is_dir() for path in paths)


def _matches(path: str, format: str | None) -> list[FoundFile]:  # noqa: A002 - the field's word
    if not is_several(path):
        check_readable(path)
        return [FoundFile(path)]
    root = _root(path)
    names = _in_folder(path, format) if Path(path).is_dir() else _in_glob(path)
    if not names:
        raise SourceNotFoundError(_not_found(path, root, format))
    return [FoundFile(name, _folders(name, root)) for name in sorted(names)]


def _root(path: str) -> Path:
    """Return the folder that files are looked for in: the part of a path before its first glob."""
    if Path(path).is_dir():
        return Path(path)
    parts = PurePath(path).parts
    first = next((at for at, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    return Path(*parts[:first])


def _folders(name: str, root: Path) -> dict[str, str | None]:
    if "=" not in name:
        return {}
    from etlframe.engines.duckdb.reader_folders import folder_value

    below = PurePath(name).relative_to(root).parts[:-1]
    return dict(told for part in below if (told := folder_value(part)))


# -- globs -----------------------------------------------------------------------------------------


def _in_glob(pattern: str) -> list[str]:
    """Return the files that a glob means; as hidden ones, those of ``_name`` have to be named."""
    import glob  # of no use to a job of one file

    asked = [part for part in PurePath(pattern).parts if part.startswith("_")]
    root = len(_root(pattern).parts)
    return [
        name
        for name in glob.iglob(pattern, recursive=True)  # noqa: PTH207 - Path.glob finds hidden files too
        if Path(name).is_file()
        and (asked or not any(part.startswith("_") for part in PurePath(name).parts[root:]))
    ]


# -- folders ---------------------------------------------------------------------------------------


def _in_folder(folder: str, format: str | None) -> list[str]:  # noqa: A002 - the field's word
    """Return the files of one format in a folder and the folders below it."""
    by_format: dict[str, list[str]] = {}
    for name in sorted(_walk(folder)):
        if (told := _format_of(name)) is not None:
            by_format.setdefault(told, []).append(name)
    asked = format if format is not None else _format_of(folder)
    if asked is not None:
        return by_format.get(asked, [])
    if len(by_format) > 1:
        listed = " and ".join(
            f"{kind} ({PurePath(names[0]).name})" for kind, names in by_format.items()
        )
        raise UnknownFormatError(
            f"{folder} has files of several formats: {listed}. Name the one to read: "
            f"format={' | '.join(map(repr, by_format))}."
        )
    return next(iter(by_format.values()), [])


def _walk(folder: str) -> Iterator[str]:
    """Yield the files below a folder, without hidden ones and those that begin with ``_``."""
    for at, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith((".", "_"))]
        yield from (os.path.join(at, each) for each in files if not each.startswith((".", "_")))  # noqa: PTH118 - Path would drop a leading "./"


def _format_of(path: str) -> str | None:
    try:
        return file_format(path).name
    except UnknownFormatError:
        return None


def format_of_files(files: Sequence[FoundFile], shown: str) -> str:
    """Return the one format that the suffixes of files tell.

    Raises:
        UnknownFormatError: A suffix tells none.
        OptionError: They tell several.
    """
    by_format = {file_format(each.path).name: each.path for each in files}
    if len(by_format) > 1:
        listed = " and ".join(f"{name} ({path})" for name, path in by_format.items())
        raise OptionError(
            f"{shown}: files of several formats, {listed}, are several sources. Read one format, "
            "and put the other below it with .concat(...)."
        )
    return next(iter(by_format))


# -- errors ----------------------------------------------------------------------------------------


def _not_found(path: str, root: Path, format: str | None) -> str:  # noqa: A002 - the field's word
    if not root.is_dir():
        return f"No file matches {path}: there is no folder {root}.{_near_folders(root)}"
    there = sorted(PurePath(name).relative_to(root).as_posix() for name in _walk(str(root)))
    if Path(path).is_dir():
        asked = format or _format_of(path)
        what = f"{asked} files" if asked is not None else "files of a known format"
        says = f"{path} holds no {what}"
    else:
        says = f"No file matches {path}"
    if not there:
        return f"{says}: there are no files in {root}."
    near = near_names(PurePath(path).name, there)
    if near:
        return f"{says}. Did you mean {' or '.join(repr(str(root / name)) for name in near)}?"
    more = " ..." if len(there) > _MOST_SHOWN else ""
    return f"{says}. {root} holds {', '.join(there[:_MOST_SHOWN])}{more}"


def _near_folders(root: Path) -> str:
    if not root.parent.is_dir():
        return ""
    near = near_names(root.name, [each.name for each in root.parent.iterdir() if each.is_dir()])
    return f" Did you mean {' or '.join(repr(str(root.parent / n)) for n in near)}?" if near else ""
