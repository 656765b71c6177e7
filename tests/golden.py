"""Golden files that a browser can open."""

from __future__ import annotations

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class HtmlFile(SingleFileSnapshotExtension):
    """Keeps each page in a file of its own: ``__snapshots__/<test file>/<test>.html``."""

    file_extension = "html"
    _write_mode = WriteMode.TEXT
