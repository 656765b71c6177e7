"""An address as a source, asked over real HTTP."""

from __future__ import annotations

import base64
import json
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import (
    HTTPSourceError,
    MalformedSourceError,
    MissingDependencyError,
    OptionError,
)
from etlframe.sources.api import APISource
from tests.sources.serving import Answer, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def answered(server: Server, body: Any, **options: Any) -> pd.DataFrame:
    """Return what a source reads from a body."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    server.answers["/"] = Answer(text)
    return APISource(server.url + "/", **options).extract()


def test_a_list_of_objects_is_rows(server: Server) -> None:
    df = answered(server, [{"n": 1, "s": "x"}, {"n": 2}])
    assert df["n"].tolist() == [1, 2]
    assert df["s"].isna().tolist() == [False, True]


def test_one_object_is_one_row(server: Server) -> None:
    assert answered(server, {"n": 1}).to_dict("list") == {"n": [1]}


def test_records_names_the_list_in_the_body(server: Server) -> None:
    body = {"meta": {"n": 1}, "data": {"items": [{"n": 1}, {"n": 2}]}, "a.b": [{"n": 3}]}
    assert answered(server, body, records="data.items")["n"].tolist() == [1, 2]
    assert answered(server, body, records="a.b")["n"].tolist() == [3]
    assert answered(server, body, records="meta")["n"].tolist() == [1]


def test_types_are_told_as_in_a_json_file(server: Server) -> None:
    plain = '"d": "2024-01-02", "z": "2024-01-02T00:00:00Z", "id": "007", "f": 0.1, "b": true'
    other = '"big": 123456789012345678901, "i": 1, "l": [1, {"k": 2}], "s": {"x": 1}'
    body = f'[{{{plain}, {other}}}, {{"i": null}}]'
    df = answered(server, body)
    assert df.dtypes.astype(str).to_dict() == {
        "d": "datetime64[us]",
        "z": "datetime64[us, UTC]",
        "id": "str",
        "f": "float64",
        "b": "object",
        "big": "str",
        "i": "float64",
        "l": "object",
        "s": "object",
    }
    assert df["big"][0] == "123456789012345678901"
    assert df["s"][0] == {"x": 1}


@pytest.mark.parametrize(("body", "rows"), [("[]", 0), ("null", 0), ("[{}, {}]", 2)])
def test_no_records_are_a_frame_without_columns(server: Server, body: str, rows: int) -> None:
    df = answered(server, body)
    assert df.shape == (rows, 0)
    assert isinstance(df.index, pd.RangeIndex)


def test_a_late_field_is_a_column(server: Server) -> None:
    df = answered(server, [{"n": 1}] * 30_000 + [{"n": 1.5, "late": "x"}])
    assert df["late"][30_000] == "x"
    assert df["n"][30_000] == 1.5


def test_params_headers_and_auth_are_sent(server: Server) -> None:
    answered(
        server,
        [{"n": 1}],
        params={"page": 2, "tag": ["a", "b"]},
        headers={"X-Team": "etl"},
        auth=("ada", "lovelace"),
    )
    ((path, headers),) = server.requests
    assert path == "/?page=2&tag=a&tag=b"
    assert headers["X-Team"] == "etl"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"ada:lovelace").decode()


def test_each_extract_asks_again_and_making_a_source_does_not(server: Server) -> None:
    server.answers["/"] = Answer('[{"n": 1}]')
    source = APISource(server.url + "/")
    assert server.requests == []
    source.extract()
    source.extract()
    assert len(server.requests) == 2
    assert source.scan() is None
    assert source.columns() is None


# -- what can be wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_an_error_status_is_told_with_what_the_server_said(server: Server, status: int) -> None:
    server.answers["/x"] = Answer("no\n  such luck", status)
    with pytest.raises(HTTPSourceError, match=rf"/x answered {status} .*no such luck") as caught:
        APISource(server.url + "/x").extract()
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html>Sign in</html>", r"not JSON \(the server calls it application/json\); it begins"),
        ("", "not JSON.*it is empty"),
        ('[{"n": 1}', "not JSON"),
        (b"\xff\xfe\xfd", "not JSON"),
        ('[{"n": 1, "n": 2}]', "'n' is there twice"),
        ("[1, 2]", "record 1 is a number, and an object is needed"),
        ('[{"n": 1}, "x"]', "record 2 is text"),
        ('"x"', "a list of objects is needed, and there is text"),
        ('[{"": 1}]', "a field has no name"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_body_that_has_no_records_is_told(server: Server, body: str | bytes, words: str) -> None:
    with pytest.raises(MalformedSourceError, match=words) as caught:
        answered(server, body)
    assert server.url in str(caught.value)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ("data.item", r"asks for 'item' in 'data', which is not there\. Did you mean 'items'"),
        ("dta", "asks for 'dta', which is not there. Did you mean 'data'"),
        ("data.items.n", "asks for 'n' in 'data.items', where a list is"),
        ("data.count", "a list of objects is needed at 'data.count', and there is a number"),
    ],
)
def test_records_that_are_not_there_are_told(server: Server, records: str, words: str) -> None:
    with pytest.raises(MalformedSourceError, match=words):
        answered(server, {"data": {"items": [{"n": 1}], "count": 1}}, records=records)


def test_a_refused_connection_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(HTTPSourceError, match=r"cannot be reached \(connection refused") as caught:
        APISource(f"http://127.0.0.1:{port}/").extract()
    assert caught.value.status is None


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(HTTPSourceError, match=r"etlframe\.invalid cannot be reached"):
        APISource("http://etlframe.invalid/").extract()


def test_a_server_that_does_not_answer_is_told(server: Server) -> None:
    server.answers["/"] = Answer("[]", waits_for=threading.Event())
    with pytest.raises(HTTPSourceError, match=r"no answer within 0\.05 s") as caught:
        APISource(server.url + "/", timeout=0.05).extract()
    assert caught.value.status is None


def test_a_redirect_is_followed_and_a_circle_is_told(server: Server) -> None:
    server.answers["/"] = Answer("", 302, {"Location": "/there"})
    server.answers["/there"] = Answer('[{"n": 1}]')
    assert APISource(server.url + "/").extract()["n"].tolist() == [1]
    server.answers["/there"] = Answer("", 302, {"Location": "/"})
    with pytest.raises(HTTPSourceError, match="redirected in a circle"):
        APISource(server.url + "/").extract()


@pytest.mark.parametrize("url", ["ftp://h/x", "data/a.json", "http://", "", "http://[x"])
def test_what_is_no_address_is_told_when_the_source_is_made(url: str) -> None:
    with pytest.raises(OptionError, match="is no address"):
        APISource(url)


@pytest.mark.parametrize("timeout", [0, -1, "5", True, None])
def test_a_timeout_that_cannot_be_is_told(timeout: Any) -> None:
    with pytest.raises(OptionError, match="timeout is a number of seconds"):
        APISource("http://h/", timeout=timeout)


def test_a_missing_library_is_told_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "etlframe\[api\]"'):
        APISource("http://h/").extract()


# -- secrets ---------------------------------------------------------------------------------------


def secretive(url: str) -> APISource:
    """Return a source that has every kind of secret."""
    return APISource(
        url.replace("http://", "http://ada:urlsecret@") + "?token=pathsecret",
        params={"api_key": "paramsecret", "page": 1},
        headers={"Authorization": "Bearer headersecret1", "X-API-Key": "othersecret"},
        auth=None,
    )


def test_no_secret_is_shown() -> None:
    source = secretive("http://h/x")
    assert source.describe() == "http://ada:***@h/x?token=***&api_key=***&page=1"
    assert "secret" not in repr(source)


@pytest.mark.parametrize("status", [200, 401, 500])
def test_no_secret_is_in_an_error(server: Server, status: int) -> None:
    echo = "you sent Bearer headersecret1 and othersecret and ?api_key=paramsecret"
    server.answers["/x"] = Answer(echo, status)
    with pytest.raises((HTTPSourceError, MalformedSourceError)) as caught:
        secretive(server.url + "/x").extract()
    shown = str(caught.value)
    assert "you sent" in shown
    assert not [word for word in shown.split() if "secret" in word]


def test_no_secret_is_behind_an_error() -> None:
    with pytest.raises(HTTPSourceError) as caught:
        secretive("http://127.0.0.1:9/x").extract()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret" not in str(caught.value)
