"""A dataset: a folder of Parquet files, the parts, in folders that name the values of columns."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2s
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from etlframe.errors import LoadError
from etlframe.storage.flushing import flush, flush_folder
from etlframe.storage.identity import Identity, identity_of

MISSING = "__HIVE_DEFAULT_PARTITION__"
"""The name of a missing value in the name of a folder, as Hive, Spark and all readers have it."""

_SUFFIXES = (".parquet", ".pq")
_OWN = re.compile(
    r"(?P<folder>(?:.*/)?)part-(?P<at>\d{6,})-[0-9a-f]{12}-(?P<index>\d+)\.parquet", re.DOTALL
)
_MARKERS = re.compile(r"_SUCCESS|_metadata|_common_metadata|\..*\.crc|\.DS_Store")
Listing = Mapping[str, Identity]
"""Part files by their paths in the dataset, with what tells whether they were changed."""


def listing_of(folder: Path) -> Listing:
    """Return the parts of a dataset, in the order of their paths; none where there is no folder.

    Hidden files, and those whose names begin with ``_``, are no parts.
    """
    found = {}
    for path in _walk(folder):
        if path.suffix in _SUFFIXES and (identity := identity_of(path)) is not None:
            found[path.relative_to(folder).as_posix()] = identity
    return dict(sorted(found.items()))


def identity_of_parts(folder: Path) -> Identity | None:
    """Return what changes when any part of a dataset changes, comes or goes."""
    if not folder.is_dir():
        return None
    listing = listing_of(folder)
    told = repr([(name, identity[1:]) for name, identity in listing.items()])
    digest = int.from_bytes(blake2s(told.encode(), digest_size=7).digest())
    return len(listing), sum(size for _, size, _ in listing.values()), digest


def holds_parts(folder: Path) -> bool:
    """Return whether there is a folder with a part in it."""
    return any(path.suffix in _SUFFIXES for path in _walk(folder))


def check_is_dataset(folder: Path, shown: str) -> None:
    """Raise ``LoadError`` where a folder holds what is no part of a dataset, and would be lost.

    What Spark and others leave beside the parts they wrote tells of those alone, and may go.
    """
    for below, folders, names in os.walk(folder):
        for name in (*names, *folders):
            path = Path(below, name)
            what = "is a link, which a copy of the folder would lose" if path.is_symlink() else ""
            if not what and name in folders:
                what = "" if "=" in name or not _is_hidden(name) else "is hidden"
            elif not what and path.suffix not in _SUFFIXES and not _MARKERS.fullmatch(name):
                what = "is no Parquet file"
            elif not what and path.suffix in _SUFFIXES and _is_hidden(name):
                what = "is hidden from those who read Parquet"
            if what:
                raise LoadError(
                    f"{shown} holds {path.relative_to(folder).as_posix()}, which {what}: what is "
                    "loaded takes the place of the whole folder. Name a folder of its own."
                )


def new_stem(listing: Listing) -> str:
    """Return what the names of new parts begin with: behind those that are there, in no other use.

    >>> new_stem({"a=1/part-000004-0123456789ab-0.parquet": (1, 1, 1)})[:12]
    'part-000005-'
    """
    numbers = [int(found["at"]) for each in listing if (found := _OWN.fullmatch(each))]
    return f"part-{max(numbers, default=0) + 1:06}-{uuid4().hex[:12]}"


def renewed(part: str) -> str:
    """Return the path of a part that is written anew: in its place, under a name not used before.

    >>> renewed("a=1/part-000004-0123456789ab-0.parquet")[:16], renewed("rows.parquet")[:5]
    ('a=1/part-000004-', 'rows-')
    """
    token, found = uuid4().hex[:12], _OWN.fullmatch(part)
    if found is None:
        return f"{part.rpartition('.')[0]}-{token}.parquet"
    return f"{found['folder']}part-{found['at']}-{token}-{found['index']}.parquet"


def values_of(part: str) -> dict[str, str | None]:
    """Return the values that the folders of a part name, by column.

    >>> values_of("year=2013/carrier=A%2FA/part-1.parquet")
    {'year': '2013', 'carrier': 'A/A'}
    """
    pairs = (each.partition("=") for each in part.split("/")[:-1] if "=" in each)
    return {unquote(name): None if value == MISSING else unquote(value) for name, _, value in pairs}


def link_parts(folder: Path, copy: Path) -> Listing:
    """Give each part a second name in another folder, and return them."""
    listing = listing_of(folder)
    for name in listing:
        link_part(folder / name, copy / name)
    return listing


def link_part(part: Path, copy: Path) -> None:
    """Give a part a second name, or copy it where the file system has no second names."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        copy.hardlink_to(part)
    except OSError:
        shutil.copy2(part, copy)


def flush_parts(folder: Path) -> None:
    """Flush all parts of a folder that was just written."""
    for name in listing_of(folder):
        flush(folder / name)


def flush_folders(folder: Path) -> None:
    """Flush the names in a folder and in all folders below."""
    for below, _, _ in os.walk(folder):
        flush_folder(Path(below))


def discard(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; nothing if it is not there."""
    if path.is_dir() and not path.is_symlink():
        with suppress(FileNotFoundError):
            shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files that readers see: hidden ones, and those of ``_temporary`` folders, not."""
    for below, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not _is_hidden(each)]
        yield from (Path(below, name) for name in names if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "_")) and "=" not in name
