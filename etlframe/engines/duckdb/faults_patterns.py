"""DuckDB's errors as etlframe's: which file, which line, what is wrong with it, and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from etlframe.engines.base import ReadAgain, Scan, ScanMismatch
from etlframe.engines.duckdb import faults_lines as lines
from etlframe.engines.duckdb.faults_memory import first_line
from etlframe.engines.duckdb.reader_cells import CELL_FAULT
from etlframe.engines.duckdb.reader_numbers import NUMBERS, READ_AGAIN, distrust
from etlframe.engines.duckdb.sniff_rules import MISSING_WORDS
from etlframe.errors import (
    EncodingSourceError,
    MalformedSourceError,
    SourceError,
    SourceNotFoundError,
)
from etlframe.storage.opening import broken_compression

if TYPE_CHECKING:
    import duckdb

_MOST_SHOWN = 80


def of_file(error: duckdb.Error, scan: Scan) -> Exception | None:
    """Return the error for what is wrong with a file, or None where DuckDB's tells of none."""
    from etlframe.engines.duckdb.core import duckdb

    for pattern, found in _FAULTS:
        match = re.search(pattern, str(error), re.DOTALL)
        if match:
            return found(match, scan)
    if isinstance(error, duckdb.IOException):
        return SourceError(f"{_shown(scan)} cannot be read: {first_line(error)}")
    return None


def encoding_fault(scan: Scan, encoding: str) -> EncodingSourceError:
    """Return the error for a file that is not in its encoding, with the first line that is not."""
    shown = _shown(scan)
    line, bad = lines.undecodable(scan, encoding)
    where = f", line {line}" if line else ""
    what = f" ({bad!r} there)" if bad else ""
    wide = b"\x00" in bad or bad.startswith((b"\xff\xfe", b"\xfe\xff"))
    other = "utf-16" if wide else "latin-1"
    return EncodingSourceError(
        f"{shown}{where}: this is not {encoding}{what}. If it is in another encoding, name it: "
        f'encoding="{other}".',
        path=shown,
        line=line,
    )


# -- one function a fault --------------------------------------------------------------------------


def _cell(match: re.Match[str], scan: Scan) -> Exception:
    """Report a cell that is not of its column's type."""
    at, value = int(match[1]), _cut(match[2])
    name = list(scan.columns)[at]
    given = name in scan.options["given"]
    if not given and not scan.whole:
        return ScanMismatch(
            f"{_shown(scan)}: column {name!r} began as {scan.columns[name]}, and holds {value!r}."
        )
    line = lines.line_of_cell(scan, at, match[2])
    mend = f"Mend the value, or read the column as text: dtypes={{{name!r}: 'str'}}."
    return _malformed(
        scan, line, f"column {name!r} holds {value!r}, which is no {scan.columns[name]}. {mend}"
    )


def _number_cell(match: re.Match[str], scan: Scan) -> Exception:
    """Report a cell that DuckDB could not read as a number."""
    if match[2] in MISSING_WORDS:
        distrust(match[3])
        return ReadAgain()
    name = list(scan.columns)[int(match[1])]
    value = _cut(match[2])
    kind = scan.columns[name]
    return ScanMismatch(f"{_shown(scan)}: column {name!r} began as {kind}, and holds {value!r}.")


def _read_again(match: re.Match[str], _: Scan) -> Exception:
    distrust(match["path"], match.groupdict().get("way", NUMBERS))
    return ReadAgain()


def _unknown_field(match: re.Match[str], scan: Scan) -> Exception:
    if not scan.whole:
        return ScanMismatch(
            f"{_shown(scan)}: line {match[1] or '?'} has a field {match[2]!r} that the beginning "
            "of the file did not have."
        )
    return _malformed(scan, _number(match[1]), f"there is a new field {match[2]!r}.")


def _field_count(match: re.Match[str], scan: Scan) -> Exception:
    expected, found = int(match[2]), int(match[3])
    line = lines.line_of_record(scan, int(match[1]))
    fields = "field" if expected == 1 else "fields"
    delimiter = scan.options["delimiter"]
    return _malformed(
        scan,
        line,
        f"{expected} {fields} expected, {found} found. Mend the line; a {delimiter!r} inside a "
        "value needs quotes around it.",
    )


def _quote(_: re.Match[str], scan: Scan) -> Exception:
    line = lines.line_of_quote(scan)
    return _malformed(
        scan,
        line,
        "a quoted value does not end as it should. Double a quote inside a value, or read the "
        'file without quotes: quote="".',
    )


def _line_ends(_: re.Match[str], scan: Scan) -> Exception:
    line = lines.line_of_other_end(scan)
    return _malformed(
        scan,
        line,
        "the line ends differ (\\n, \\r\\n or \\r), so that lines cannot be told. Write the file "
        "with one of them.",
    )


def _too_long(match: re.Match[str], scan: Scan) -> Exception:
    return _malformed(
        scan,
        lines.line_of_record(scan, int(match[1])),
        "the line is longer than 2 MB. Is a quote missing before it?",
    )


def _not_utf8(_: re.Match[str], scan: Scan) -> Exception:
    return encoding_fault(scan, scan.options.get("encoding", "utf-8"))


def _json_syntax(match: re.Match[str], scan: Scan) -> Exception:
    line, reason = lines.line_of_bad_json(scan)
    if line is None:
        # Counted by DuckDB, which is already behind the line that it could not understand.
        line, reason = max(int(match[2]) - 1, 1), match[3].strip().rstrip(".")
    return _malformed(scan, line, f"this is not JSON: {reason}.")


def _json_encoding(_: re.Match[str], scan: Scan) -> Exception:
    return encoding_fault(scan, "utf-8")


def _twice(match: re.Match[str], scan: Scan) -> Exception:
    return _malformed(
        scan, _number(match[1]), f"the field {match[2]!r} is there twice in one record."
    )


def _not_an_object(match: re.Match[str], scan: Scan) -> Exception:
    what = match[2].lower()
    what = "number" if what.endswith(("int", "double")) else what
    return _malformed(
        scan, _number(match[1]), f"an object was expected, and this is {_article(what)} {what}."
    )


def _no_records(_: re.Match[str], scan: Scan) -> Exception:
    line, reason = lines.line_without_record(scan)
    return _malformed(scan, line, reason)


def _not_parquet(_: re.Match[str], scan: Scan) -> Exception:
    return _malformed(
        scan, None, "this is no Parquet file, or only a part of one. Was it copied whole?"
    )


def _no_columns(_: re.Match[str], scan: Scan) -> Exception:
    return _malformed(scan, None, "the file has no columns.")


def _broken_gzip(_: re.Match[str], scan: Scan) -> Exception:
    return broken_compression(_shown(scan), scan.options.get("compression") or "gzip")


def _gone(_: re.Match[str], scan: Scan) -> Exception:
    return SourceNotFoundError(f"{_shown(scan)} is not there any more.")


def _too_big(_: re.Match[str], scan: Scan) -> Exception:
    return _malformed(scan, None, "a single record is too large: up to 16 MB are sure to be read.")


_IN_LINE = r'in file "[^"]*"(?:, in (?:line|record/value) (\d+))?'
_FAULTS: tuple[tuple[str, Callable[[re.Match[str], Scan], Exception]], ...] = (
    (rf"{CELL_FAULT}\|(\d+)\|(.*)", _cell),
    (rf"{READ_AGAIN}\|(?P<way>\w+)\|(?P<path>.*?)\|", _read_again),
    (r'JSON.* error in file "(?P<path>[^"]*)".*: Failed to cast value to numerical', _read_again),
    (
        r'column "c(\d+)"\. Could not convert string "(.*)" to .DOUBLE.*file = (.*?)\n',
        _number_cell,
    ),
    (r"CSV Error on Line: (\d+).*Expected Number of Columns: (\d+) Found: (\d+)", _field_count),
    (r"CSV Error on Line: (\d+).*unterminated quote", _quote),
    (r"Invalid unicode|not utf-8 encoded|File is not \S+ encoded", _not_utf8),
    (r"CSV Error on Line: (\d+).*Maximum line size", _too_long),
    (r"state machine reached an invalid state", _line_ends),
    (rf'JSON transform error {_IN_LINE}.*has unknown key "(.*?)"\n', _unknown_field),
    (rf'JSON transform error {_IN_LINE}.*has duplicate key "(.*?)"', _twice),
    (rf"JSON transform error {_IN_LINE}: Expected OBJECT, but got (\w+)", _not_an_object),
    (r"invalid UTF-8 encoding", _json_encoding),
    (
        r"Malformed JSON in file.*? at byte (\d+) in (?:line|record/value) (\d+): ([^\n]*)",
        _json_syntax,
    ),
    (r"expected records, but got non-record JSON", _no_records),
    (r"maximum_object_size", _too_big),
    (r"Need at least one non-root column", _no_columns),
    (
        r"No magic bytes|too small to be a Parquet file|Footer length error|not a Parquet",
        _not_parquet,
    ),
    (r"TProtocolException|don't know what type|Invalid Parquet|corrupt", _not_parquet),
    (r"GZIP|gzip|ZSTD|zstd", _broken_gzip),
    (r"No files found that match", _gone),
)


# -- words -----------------------------------------------------------------------------------------


def _malformed(scan: Scan, line: int | None, what: str) -> MalformedSourceError:
    shown = _shown(scan)
    where = f", line {line}" if line else ""
    return MalformedSourceError(f"{shown}{where}: {what}", path=shown, line=line)


def _shown(scan: Scan) -> str:
    return str(scan.options.get("shown", scan.path))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _article(word: str) -> str:
    return "an" if word[:1] in "aeio" else "a"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."
