"""Files opened for reading, decompressed, with errors that say what is the matter with them."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from etlframe.errors import (
    EmptySourceError,
    MalformedSourceError,
    SourceError,
    SourceIsDirectoryError,
    SourceNotFoundError,
    near_names,
)
from etlframe.storage.identity import Identity, identity_of
from etlframe.storage.parts import identity_of_parts

if TYPE_CHECKING:
    from etlframe.storage.formats import FileFormat

Answer = TypeVar("Answer")

_MOST_TIMES = 3
_MOST_TRIES = 100
BLOCK = 1 << 20
"""The beginning of a file that its dialect is told by, in bytes."""

_NO_RECORDS = {"json": re.compile(rb"\s*\[\s*\]\s*"), "jsonl": re.compile(rb"\r?\n")}
_MOST_OF_NOTHING = 4096  # bytes: an empty array may have white space in it


def check_readable(path: str) -> None:
    """Raise unless ``path`` is a file that can be read and holds at least one byte.

    Raises:
        SourceNotFoundError: Nothing is there; near names of its folder are told.
        SourceIsDirectoryError: It is a folder.
        EmptySourceError: It holds nothing.
        SourceError: It may not be read, or is no plain file.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise SourceIsDirectoryError(f"{path} is a folder; name one file in it.{_inside(file)}")
        if not file.exists():
            raise SourceNotFoundError(f"There is no file {path}.{_beside(file)}")
        if not file.is_file():
            raise SourceError(f"{path} is not a plain file, which is needed to read it twice.")
        with file.open("rb") as opened:
            if not opened.read(1):
                raise EmptySourceError(f"{path} is empty: it holds no bytes at all.")
    except PermissionError as error:
        raise SourceError(f"{path} may not be read: permission denied.") from error


def _inside(folder: Path) -> str:
    names = sorted(each.name for each in folder.iterdir() if each.is_file())[:3]
    return f" It holds {', '.join(names)} ..." if names else ""


def _beside(file: Path) -> str:
    folder = file.parent
    if not folder.is_dir():
        return f" The folder {folder} is not there either."
    near = _near_files(file, sorted(folder.iterdir()))
    if near:
        return f" Did you mean {' or '.join(repr(str(folder / name)) for name in near)}?"
    return f" (The working folder is {Path.cwd()}.)" if not file.is_absolute() else ""


def _near_files(file: Path, there: list[Path]) -> list[str]:
    """Return the names of files that may have been meant: suffixes are alike for no reason."""
    stems = near_names(_stem(file), (_stem(each) for each in there))
    near = [each.name for stem in stems for each in there if _stem(each) == stem]
    return sorted(near, key=lambda name: Path(name).suffix != file.suffix)[:3]


def _stem(file: Path) -> str:
    return file.name.partition(".")[0]


@contextmanager
def opened_bytes(path: str, compression: str | None) -> Iterator[IO[bytes]]:
    """Open a file as the bytes of its text, whatever it is compressed with.

    Raises:
        MalformedSourceError: The file is not what its compression says, or ends early; raised
            where it is read, too.
    """
    try:
        with _open(path, compression) as opened:
            yield opened
    except (EOFError, zlib.error) as error:
        raise broken_compression(path, compression or "gzip") from error
    except OSError as error:
        if compression is None or isinstance(error, SourceError):
            raise
        raise broken_compression(path, compression) from error


def _open(path: str, compression: str | None) -> IO[bytes]:
    if compression == "gzip":
        import gzip

        return io.BufferedReader(gzip.GzipFile(path, "rb"))
    if compression == "zstd":
        import pyarrow as pa

        opened: IO[bytes] = io.BufferedReader(pa.input_stream(path, compression="zstd"))
        return opened
    return Path(path).open("rb")


def broken_compression(path: str, compression: str) -> MalformedSourceError:
    """Return the error for a compressed file that cannot be decompressed to its end."""
    return MalformedSourceError(
        f"{path} cannot be decompressed as {compression}: it is cut short or is something else. "
        "Was it copied whole?",
        path=path,
    )


def first_block(path: str, file_format: FileFormat) -> bytes:
    """Return the beginning of a text file, decompressed: up to :data:`BLOCK` bytes.

    Raises:
        EmptySourceError: There is nothing, or nothing but white space, in all of the file.
        SourceError: As :func:`check_readable`.
        MalformedSourceError: As :func:`opened_bytes`.
    """
    check_readable(path)
    with opened_bytes(path, file_format.compression) as opened:
        block = opened.read(BLOCK)
        beginning = block
        while beginning and not beginning.strip(b"\xef\xbb\xbf \t\r\n\x00"):
            beginning = opened.read(BLOCK)
    if not beginning:
        what = "nothing" if not block else "nothing but white space"
        raise EmptySourceError(f"{path} is empty: it holds {what}.")
    return block


def holds_no_records(path: str, file_format: FileFormat) -> bool:
    """Return whether a file says that it has no records: ``[]``, or in JSON Lines one blank line.

    A file of no bytes does not say so: it may be what is left of one that was cut to nothing.

    Raises:
        SourceError: The file may not be read, or cannot be decompressed.
    """
    says = _NO_RECORDS.get(file_format.name)
    if says is None:
        return False
    with opened_bytes(path, file_format.compression) as opened:
        return says.fullmatch(opened.read(_MOST_OF_NOTHING)) is not None


def identity(path: str) -> Identity:
    """Return what changes when a file, or a part of a dataset, changes.

    Raises:
        SourceNotFoundError: Nothing is there.
    """
    file = Path(path)
    found = identity_of_parts(file) if file.is_dir() else identity_of(file)
    if found is None:
        check_readable(path)
        raise SourceNotFoundError(f"There is no file {path}.")
    return found


def read_steadily(path: str, read: Callable[[], Answer]) -> Answer:
    """Read a file, or a dataset, that may be replaced meanwhile; see :func:`read_unchanged`."""
    return read_unchanged(lambda: identity(path), read)


def read_unchanged(look: Callable[[], object], read: Callable[[], Answer]) -> Answer:
    """Read what may be replaced meanwhile: again, where it was not the same all the while.

    A reader opens a file more than once, to tell what it is and then for its rows: the two would be
    of two files. What changes whenever it is read, such as a log that grows, is read at most three
    times; then the last answer stands. What cannot be read as it changes is tried more often.

    Args:
        look: Returns what changes when that changes.
        read: Reads it.

    Raises:
        Exception: What ``read`` raises about what has not changed meanwhile.
    """
    answers = 0
    for _ in range(_MOST_TRIES):
        before = look()
        try:
            answer = read()
        except Exception:
            if look() == before:
                raise
            continue
        answers += 1
        if answers == _MOST_TIMES or look() == before:
            return answer
    return read()
