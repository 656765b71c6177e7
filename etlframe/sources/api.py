"""An address that answers with JSON, as a source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from etlframe.errors import (
    HTTPSourceError,
    MissingDependencyError,
    OptionError,
)
from etlframe.redaction import HIDDEN, redact
from etlframe.sources.api_records import beginning, parsed, records_in
from etlframe.sources.base import DataSource
from etlframe.sources.cursor import checked_cursor

if TYPE_CHECKING:
    import pandas as pd
    import requests

_OK = 400  # the first status that is an error


class APISource(DataSource):
    """Records that a GET request is answered with.

    The body is JSON: a list of objects, or one object, which is one row. Types are told by the
    values as in a JSON file (see :class:`etlframe.sources.file.FileSource`).

    Args:
        url: The address; ``http`` or ``https``.
        params: Query parameters.
        headers: Request headers, such as ``{"Authorization": "Bearer ..."}``. They are never shown.
        auth: A user name and password, or an authentication of requests. It is never shown.
        records: Where the records are in the body, as keys with dots between: ``"data.items"``.
        timeout: How many seconds to wait for the server to begin or to go on answering.
        cursor: A field that grows, such as ``"updated_at"``: a run then loads only the records
            that are new since the last load. With ``initial``, ``lag`` and ``key`` as for
            :class:`etlframe.sources.frame.FrameSource`.
        initial: The cursor's value that the first load begins at.
        lag: How far to look back behind the newest record.
        key: Fields that tell a record; all unless given.

    Raises:
        OptionError: The address, the timeout or the cursor's options cannot be.
        MissingDependencyError: requests is not installed; raised when rows are asked for.

    >>> APISource("https://api.example/flights", params={"page": 1, "api_key": "abc"})
    APISource('https://api.example/flights?page=1&api_key=***')
    """

    def __init__(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        records: str | None = None,
        timeout: float = 30,
        cursor: str | None = None,
        initial: Any = None,
        lag: float | str | timedelta | None = None,
        key: str | Sequence[str] | None = None,
    ) -> None:
        self.cursor = checked_cursor(cursor, initial, lag, key)
        self._url = _checked_url(url)
        self._params = dict(params or {})
        self._headers = dict(headers or {})
        self._auth = tuple(auth) if isinstance(auth, list) else auth
        self._records = records
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout <= 0:
            raise OptionError(f"timeout is a number of seconds above 0, not {timeout!r}.")
        self._timeout = timeout

    def extract(self) -> pd.DataFrame:
        """Send the request and return the records.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes; without columns where there
            are no records.

        Raises:
            HTTPSourceError: The server cannot be reached, does not answer in time, or answers with
                an error status.
            MalformedSourceError: The body is not JSON, or has no records at ``records``.
            MissingDependencyError: requests is not installed.
        """
        response = self._get()
        shown = self.describe()
        content_type = response.headers.get("Content-Type", "")
        body = parsed(response.content, shown, content_type, self._concealed)
        return _frame(records_in(body, self._records, shown), shown)

    def describe(self) -> str:
        """Return the address with its parameters, without secrets."""
        if not self._params:
            return redact(self._url)
        joint = "&" if urlsplit(self._url).query else "?"
        query = urlencode(self._params, doseq=True, safe="*,:/ ")
        return redact(f"{self._url}{joint}{query}")

    def __repr__(self) -> str:
        """Return the call that makes this source, without secrets."""
        at = f", records={self._records!r}" if self._records else ""
        return f"APISource({self.describe()!r}{at})"

    def _get(self) -> requests.Response:
        try:
            import requests
        except ImportError as error:
            raise MissingDependencyError("requests", extra="api", purpose="APISource") from error
        try:
            response = requests.get(
                self._url,
                params=self._params,
                headers=self._headers,
                auth=self._auth,
                timeout=self._timeout,
            )
        except requests.RequestException as error:
            # The text and the cause of requests' own error hold the address with its secrets.
            raise HTTPSourceError(f"{self.describe()}: {self._reason(error)}") from None
        if response.status_code >= _OK:
            raise HTTPSourceError(self._answered(response), status=response.status_code)
        return response

    def _reason(self, error: requests.RequestException) -> str:
        import requests

        if isinstance(error, requests.Timeout):
            return f"no answer within {self._timeout:g} s. Allow more with timeout=..."
        if isinstance(error, requests.exceptions.SSLError):
            return "the server's certificate cannot be trusted, or it does not speak TLS."
        if isinstance(error, requests.TooManyRedirects):
            return "it is redirected in a circle."
        if isinstance(error, requests.ConnectionError):
            host = urlsplit(self._url).hostname
            return f"{host} cannot be reached ({_network_reason(error)})."
        return f"the request failed ({type(error).__name__})."

    def _answered(self, response: requests.Response) -> str:
        status = response.status_code
        meaning = {401: " Are headers or auth right?", 403: " Are headers or auth right?"}
        begins = beginning(response.text, self._concealed)
        said = f" It said: {begins}" if begins else ""
        return (
            f"{self.describe()} answered {status} {response.reason}.{meaning.get(status, '')}{said}"
        )

    def _concealed(self, text: str) -> str:
        """Return a text without the secrets that were sent, and without others."""
        for secret in self._secrets():
            text = text.replace(secret, HIDDEN)
        return redact(text)

    def _secrets(self) -> list[str]:
        words = [word for value in self._headers.values() for word in str(value).split()]
        words += [str(part) for part in self._auth] if isinstance(self._auth, tuple) else []
        return sorted((word for word in words if len(word) > 5), key=len, reverse=True)  # noqa: PLR2004 - shorter ones are words


def _checked_url(url: str) -> str:
    try:
        split = urlsplit(url)
        usable = split.scheme in ("http", "https") and bool(split.hostname)
    except (ValueError, AttributeError):
        usable = False
    if not usable:
        raise OptionError(
            f"{redact(str(url))!r} is no address to ask; it begins with http:// or https://."
        )
    return url


def _network_reason(error: Exception) -> str:
    """Say in a few words why a host cannot be reached: the error deepest down knows."""
    text = repr(error)
    for sign, reason in (
        ("refused", "connection refused"),
        ("Name or service not known", "no such host"),
        ("getaddrinfo", "no such host"),
        ("resolve", "no such host"),
        ("reset", "connection reset"),
        ("aborted", "the connection was closed without an answer"),
    ):
        if sign in text:
            return reason
    return "no connection"


def _frame(records: list[dict[str, Any]], shown: str) -> pd.DataFrame:
    """Return records with the types that a file of them would have."""
    import pandas as pd

    from etlframe.engines.duckdb.reader import read_arrow
    from etlframe.engines.duckdb.sniff import sniff
    from etlframe.engines.duckdb.sniff_rules import Given
    from etlframe.engines.exchange import from_arrow
    from etlframe.storage.formats import FileFormat

    if not any(records):
        return pd.DataFrame(index=pd.RangeIndex(len(records)))
    with TemporaryDirectory(prefix="etlframe-") as folder:
        path = Path(folder, "records.jsonl")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(record)}\n" for record in records)
        scan = sniff(str(path), FileFormat("jsonl"), Given(shown=shown), whole=True)
        return from_arrow(read_arrow(scan), scan.columns)
