"""The records in the body of an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from etlframe.errors import MalformedSourceError, did_you_mean

_SHOWN = 120  # characters of a body in an error


class _TwiceError(ValueError):
    """An object has a key twice."""


def parsed(content: bytes, shown: str, content_type: str, concealed: Callable[[str], str]) -> Any:
    """Return a body as Python values.

    Args:
        content: The body.
        shown: What errors call the source.
        content_type: What the server says that it is; may be empty.
        concealed: Hides the secrets of a text.

    Raises:
        MalformedSourceError: It is not JSON, or an object has a field twice.
    """
    try:
        return json.loads(content, object_pairs_hook=_once)
    except _TwiceError as error:
        raise MalformedSourceError(f"{shown}: the field {error} is there twice.") from None
    except (ValueError, RecursionError) as error:
        begins = beginning(content[: 8 * _SHOWN].decode("utf-8", "replace"), concealed)
        what = f"begins with {begins!r}" if begins else "is empty"
        said = f" (the server calls it {content_type.partition(';')[0]})" if content_type else ""
        raise MalformedSourceError(f"{shown}: the answer is not JSON{said}; it {what}.") from error


def beginning(text: str, concealed: Callable[[str], str]) -> str:
    """Return the beginning of a body on one line, without secrets."""
    line = concealed(" ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(repr(next(name for name in names if names.count(name) > 1)))
    return made


def records_in(body: Any, path: str | None, shown: str) -> list[dict[str, Any]]:
    """Return the records of a body: a list of objects, one object, or none for null.

    Args:
        body: The body's Python values.
        path: Keys with dots between them, or None for the body itself.
        shown: What errors call the source.

    Raises:
        MalformedSourceError: There is nothing at the path, or something else than records.

    >>> records_in({"data": {"items": [{"n": 1}]}}, "data.items", "api")
    [{'n': 1}]
    """
    found = body if path is None else _at(body, path, shown)
    where = f" at {path!r}" if path else ""
    if found is None:
        return []
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise MalformedSourceError(
            f"{shown}: a list of objects is needed{where}, and there is {_called(found)}."
        )
    for number, record in enumerate(found, 1):
        if not isinstance(record, dict):
            raise MalformedSourceError(
                f"{shown}: record {number}{where} is {_called(record)}, and an object is needed."
            )
    return found


def _at(body: Any, path: str, shown: str) -> Any:
    if isinstance(body, dict) and path in body:
        return body[path]  # a key that has dots itself
    found: Any = body
    walked: list[str] = []
    for key in path.split("."):
        where = f" in {'.'.join(walked)!r}" if walked else ""
        if not isinstance(found, dict):
            raise MalformedSourceError(
                f"{shown}: records={path!r} asks for {key!r}{where}, where {_called(found)} is."
            )
        if key not in found:
            raise MalformedSourceError(
                f"{shown}: records={path!r} asks for {key!r}{where}, which is not there."
                f"{did_you_mean(key, found)}"
            )
        found = found[key]
        walked.append(key)
    return found


def _called(value: Any) -> str:
    names = {list: "a list", dict: "an object", str: "text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
