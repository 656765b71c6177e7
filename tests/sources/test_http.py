"""APISource against a real HTTP server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

import etlframe as etl
from etlframe.errors import HTTPSourceError, MalformedSourceError, SourceError

ITEMS = [{"id": 1, "day": "2024-01-02", "v": 1.5}, {"id": 2, "day": "2024-01-03", "v": None}]
SECRET = "s3cr3t-token"


class Answering(BaseHTTPRequestHandler):
    """Answers by path, and remembers what it was asked."""

    asked: ClassVar[list[dict[str, Any]]] = []
    failures: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        self.asked.append({"query": query, "headers": dict(self.headers), "path": address.path})
        status, body = 200, json.dumps(ITEMS)
        if address.path == "/nested":
            body = json.dumps({"data": {"items": ITEMS, "total": 2}})
        elif address.path == "/one":
            body = json.dumps(ITEMS[0])
        elif address.path == "/empty":
            body = "[]"
        elif address.path == "/html":
            body = "<html><body>Please sign in</body></html>"
        elif address.path.startswith("/status/"):
            status, body = int(address.path.split("/")[2]), '{"error": "as asked"}'
        elif address.path == "/shaky" and self.failures:
            status, body = self.failures.pop(), "busy"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    Answering.asked, Answering.failures = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_list_of_objects_is_rows(address: str) -> None:
    df = etl.APISource(f"{address}/items").extract()
    assert df["id"].tolist() == [1, 2]
    assert df["day"].dtype == "datetime64[us]"
    assert df["v"].isna().tolist() == [False, True]


def test_records_are_found_in_the_body(address: str) -> None:
    assert len(etl.APISource(f"{address}/nested", records="data.items").extract()) == 2
    assert len(etl.APISource(f"{address}/one").extract()) == 1
    assert len(etl.APISource(f"{address}/empty").extract()) == 0


def test_records_that_are_not_there_are_told_with_near_names(address: str) -> None:
    with pytest.raises(MalformedSourceError, match="items"):
        etl.APISource(f"{address}/nested", records="data.itmes").extract()


def test_headers_and_parameters_are_sent(address: str) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"}
    etl.APISource(f"{address}/items", params={"page": 3}, headers=headers).extract()
    (asked,) = Answering.asked
    assert asked["query"] == {"page": ["3"]}
    assert asked["headers"]["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("status", [404, 500, 401, 429])
def test_an_error_status_is_told(address: str, status: int) -> None:
    with pytest.raises(HTTPSourceError, match=str(status)) as error:
        etl.APISource(f"{address}/status/{status}").extract()
    assert error.value.status == status


def test_a_body_that_is_not_json_is_told_with_its_beginning(address: str) -> None:
    with pytest.raises(MalformedSourceError, match=r"JSON.*Please sign in|Please sign in.*JSON"):
        etl.APISource(f"{address}/html").extract()


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(HTTPSourceError, match="cannot be reached") as error:
        etl.APISource("http://127.0.0.1:1/items").extract()
    assert isinstance(error.value, SourceError)
    assert error.value.status is None


def test_no_secret_is_shown_logged_or_told(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with_password = address.replace("http://", f"http://user:{SECRET}@")
    source = etl.APISource(
        f"{with_password}/status/500",
        params={"api_key": SECRET},
        headers={"Authorization": f"Bearer {SECRET}"},
        auth=("user", SECRET),
    )
    pipeline = etl.Pipeline("p", source).to("out.csv")
    result = pipeline.run()
    log = Path(".etlframe/logs/etl-jobs.jsonl").read_text()
    shown = [repr(source), repr(pipeline), pipeline._repr_html_(), repr(result), log]
    shown += [result._repr_html_(), str(result.errors), str(result.record())]
    assert SECRET not in "".join(shown)
    assert result.status is etl.JobStatus.FAILED


def test_a_busy_server_is_tried_again_and_a_missing_page_is_not(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Answering.failures = [503, 500]
    waited: list[float] = []
    shaky = etl.Pipeline("shaky", etl.APISource(f"{address}/shaky")).to("out.jsonl")
    result = shaky.run(retries=3, sleep=waited.append)
    assert (result.status, result.attempts, waited) == (etl.JobStatus.COMPLETED, 3, [1, 2])
    gone = etl.Pipeline("gone", etl.APISource(f"{address}/status/404"))
    assert gone.run(retries=3, sleep=waited.append).attempts == 1
