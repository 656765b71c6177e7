"""Whether a database's path still is the file that was opened: rows in another are in no file."""

from __future__ import annotations

from pathlib import Path

from etlframe.storage.sessions import DatabaseFailed


class SameFile:
    """The file at a path, as it was when this was made.

    A program that has a file open goes on with it when it is removed, or when another one is put
    in its place: a commit succeeds, and nobody will ever find the rows.

    Args:
        path: The path; None for a database that is no file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._number = None if path is None else _number_of(path)

    def check(self) -> None:
        """Raise unless the path still is that file.

        Raises:
            DatabaseFailed: It was removed, or is another file.
        """
        if self._path is None:
            return
        now = _number_of(self._path)
        if now == self._number and now is not None:
            return
        what = "removed" if now is None else "replaced by another one"
        raise DatabaseFailed(
            f"the file was {what} while rows were loaded into it, and none of them are there. "
            "Run it again when nothing else moves the file"
        )


def _number_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
