from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from etlframe.notebook.panels import news_html, overview_html, runs_html, static_html, trouble_html
from etlframe.notebook.view import View
from etlframe.runs.log import RunLog
from tests.notebook.records import failed, mixed, record, write_log

AT = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags are closed."""

    def __init__(self, html):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"img", "br", "hr", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def read(tmp_path, *records, torn=0):
    return View.read(RunLog(write_log(tmp_path / "x.jsonl", list(records), torn=torn)), AT)


@pytest.fixture
def view(log):
    return View.read(log, AT)


def test_the_static_dashboard_has_tiles_pictures_and_the_table(view):
    page = Reader(static_html(view))
    assert "Success rate 85% 51 of 60 completed" in page.text
    assert page.tags.count("img") == 2
    assert page.tags.count("tr") == 51
    assert "10 older runs not shown" in page.text
    assert "Read 2026-05-01 12:00:05 UTC" in page.text


def test_nothing_is_loaded_from_elsewhere_and_no_script_is_in_it(view):
    page = Reader(static_html(view))
    assert not {"script", "link", "iframe", "style"} & set(page.tags)
    addresses = [value for name, value in page.attributes if name in {"src", "href"}]
    assert all(str(each).startswith("data:image/png;base64,") for each in addresses)


def test_pictures_are_described(view):
    page = Reader(overview_html(view))
    assert [value for name, value in page.attributes if name == "alt"] == [
        "Runs per day",
        "Duration of each run",
    ]


def test_hostile_names_and_errors_are_shown_and_not_obeyed(tmp_path):
    runs = [
        failed(0, message=HOSTILE * 9, job_id=HOSTILE),
        record(1, job_id=HOSTILE, status=HOSTILE, engine=HOSTILE),
    ]
    view = read(tmp_path, *runs).choosing(job_id=HOSTILE, status=None)
    for html in (overview_html(view), runs_html(view), static_html(view)):
        page = Reader(html)
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert HOSTILE in Reader(runs_html(view)).text
    assert "<script>" not in trouble_html(OSError(HOSTILE))


def test_a_hostile_log_path_is_escaped_too(tmp_path):
    log = RunLog(tmp_path / "<script>" / "x.jsonl")
    assert "<script>" not in static_html(View.read(log, AT))
    write_log(log.path, mixed(1), torn=1)
    assert "<script>" not in static_html(View.read(log, AT))


def test_a_long_error_is_folded_and_whole(tmp_path):
    message = "No file data/flights.csv. " * 20
    page = Reader(runs_html(read(tmp_path, failed(0, message=message))))
    assert page.tags.count("details") == 1
    assert message.strip() in page.text


def test_a_short_error_is_shown_at_once(tmp_path):
    page = Reader(runs_html(read(tmp_path, failed(0))))
    assert "SourceNotFoundError at extract: No file data/flights.csv." in page.text
    assert "details" not in page.tags


def test_an_empty_log_tells_what_to_do_next(empty_log):
    view = View.read(empty_log, AT)
    page = Reader(static_html(view))
    assert "No runs yet." in page.text
    assert "%etl run NAME" in page.text
    assert str(empty_log.path) in page.text
    assert runs_html(view) == ""


def test_torn_lines_are_told_also_where_nothing_else_is_left(tmp_path):
    assert "1 torn line" in Reader(overview_html(read(tmp_path, torn=1))).text
    assert "1 torn line" in Reader(overview_html(read(tmp_path, *mixed(3), torn=1))).text


def test_what_is_not_known_is_a_dash(tmp_path):
    page = Reader(runs_html(read(tmp_path, failed(0))))
    assert "4.0 s" not in page.text
    assert page.text.endswith("2.0 s 2 – 0")


def test_news_are_told(log, view):
    assert "no new runs" in Reader(news_html(view.refreshed(log, AT))).text


def test_rejected_rows_have_a_column_only_where_there_are_any(tmp_path):
    assert "Rejected" not in Reader(runs_html(read(tmp_path, record(0)))).text
    page = Reader(runs_html(read(tmp_path, record(0, rows_rejected=3), failed(1))))
    assert "Loaded Rejected FAILED" in " ".join(page.text.replace("●", "").split())
