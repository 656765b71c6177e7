"""Which line of a file a fault is in: looked for in Python, once there is a fault to find.

DuckDB counts records, not lines, where values hold line ends, and names the line after a broken
JSON record.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from etlframe.storage.opening import opened_bytes

if TYPE_CHECKING:
    import _csv

    from etlframe.engines.base import Scan

_AROUND = 20  # bytes shown of a line that cannot be decoded
_MOST_JSON = 256 << 20  # bytes of a JSON array that are read to find a line in


def undecodable(scan: Scan, encoding: str) -> tuple[int | None, bytes]:
    """Return the first line that is not in an encoding, and the bytes around the fault."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened_bytes(scan.path, scan.options.get("compression")) as opened:
        for number, line in enumerate(opened, 1):
            try:
                decoder.decode(line)
            except UnicodeDecodeError as error:
                return number, line[max(error.start - _AROUND, 0) : error.end + 1]
            except UnicodeError:  # no byte order mark, says UTF-16
                return number, b""
    return None, b""


def line_of_record(scan: Scan, nth: int) -> int | None:
    """Return the line where a record begins, or one before it that has a wrong number of fields.

    Args:
        scan: The file.
        nth: The number of the record as DuckDB counts, blank lines among them.
    """
    begins, fields = 1, len(scan.columns)
    with _records(scan) as reader, suppress(csv.Error):
        for number, record in enumerate(reader, 1):
            wrong = fields and len(record) not in (0, fields) and number > _header(scan)
            # An empty field too much is none to DuckDB: the line ends with a delimiter.
            if (wrong and record[fields:] != [""]) or number >= nth:
                break
            begins = reader.line_num + 1
    return begins


def line_of_quote(scan: Scan) -> int | None:
    """Return the line where the record begins whose quoted value does not end."""
    begins = 1
    with _records(scan, strict=True) as reader, suppress(csv.Error):
        for _ in reader:
            begins = reader.line_num + 1
        return None
    return begins


def line_of_cell(scan: Scan, at: int, value: str) -> int | None:
    """Return the line of the first record whose field number ``at`` is a text."""
    if scan.format in ("json", "jsonl"):
        return _line_of_json_value(scan, at, value)
    begins = 1
    with _records(scan) as reader, suppress(csv.Error):
        for number, record in enumerate(reader, 1):
            if number > _header(scan) and record[at : at + 1] == [value]:
                return begins
            begins = reader.line_num + 1
    return None


def line_of_other_end(scan: Scan) -> int | None:
    """Return the first line that does not end as the first line does."""
    first = None
    with _text(scan) as opened:
        for number, line in enumerate(opened, 1):
            end = line[len(line.rstrip("\r\n")) :]
            first = first or end
            if end and end != first:
                return number
    return None


def line_of_bad_json(scan: Scan) -> tuple[int | None, str]:
    """Return the first line that is not JSON, and what is wrong with it."""
    with opened_bytes(scan.path, scan.options.get("compression")) as opened:
        if scan.format == "json":
            return _bad_array(opened.read(_MOST_JSON))
        for number, line in enumerate(opened, 1):
            if line.strip():
                try:
                    json.loads(line.rstrip())
                except ValueError as error:
                    return number, _reason(error)
    return None, ""


def line_without_record(scan: Scan) -> tuple[int | None, str]:
    """Return the first line that is no record with named fields, and what it is."""
    if scan.format == "json":
        return None, "each element of the list has to be an object with fields."
    with opened_bytes(scan.path, scan.options.get("compression")) as opened:
        for number, line in enumerate(opened, 1):
            record = json.loads(line) if line.strip() else {}
            if not isinstance(record, dict):
                return number, f"an object was expected, and this is {line.strip()[:40].decode()}."
            if "" in record:
                return number, "a field has no name."
    return None, "no record has a field."


def _line_of_json_value(scan: Scan, at: int, value: str) -> int | None:
    if scan.format == "json":
        return None
    name = list(scan.columns)[at]
    with opened_bytes(scan.path, scan.options.get("compression")) as opened:
        for number, line in enumerate(opened, 1):
            found = json.loads(line).get(name) if line.strip() else None
            if found is not None and (str(found) == value or json.dumps(found) == value):
                return number
    return None


def _bad_array(content: bytes) -> tuple[int | None, str]:
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        return error.lineno, _reason(error)
    except ValueError:
        pass
    return None, ""


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.colno}"
    return "it cannot be decoded"


def _header(scan: Scan) -> int:
    """The number of records, blank lines among them, up to and with the header."""
    return int(scan.options["skip"]) + bool(scan.options["header"])


@contextmanager
def _text(scan: Scan) -> Iterator[io.TextIOWrapper]:
    with opened_bytes(scan.path, scan.options.get("compression")) as opened:
        encoding = scan.options["encoding"]
        wrapped = io.TextIOWrapper(opened, encoding, errors="replace", newline="")
        try:
            yield wrapped
        finally:
            wrapped.detach()


@contextmanager
def _records(scan: Scan, *, strict: bool = False) -> Iterator[_csv.Reader]:
    quote = scan.options["quote"]
    with _text(scan) as opened:
        yield csv.reader(
            opened,
            delimiter=scan.options["delimiter"],
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            strict=strict,
        )
