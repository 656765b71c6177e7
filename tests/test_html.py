from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from etlframe import html
from etlframe.html import Html
from tests.golden import HtmlFile

EVIL = "<script>alert('x')</script>"
TAGS = {"details", "div", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr"}


class Reader(HTMLParser):
    """Reads the text that a browser would show, and the tags that it would make."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (27_004, "27,004"),
        (np.int64(27_004), "27,004"),
        (-1, "-1"),
        (True, "True"),
        (1.5, "1.5"),
        (None, "–"),
        (float("nan"), "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        ("", ""),
        ("a & b", "a &amp; b"),
        ("\"quoted\" 'twice'", "&quot;quoted&quot; &#x27;twice&#x27;"),
        (datetime(2026, 3, 2, 2, 0, 0, 5, tzinfo=UTC), "2026-03-02 02:00:00 UTC"),
        (datetime(2026, 3, 2), "2026-03-02 00:00:00"),
        (np.array([1, 2]), "[1 2]"),
        (Html("<b>"), "<b>"),
    ],
)
def test_a_value_is_shown_as_people_write_it(value: object, text: str) -> None:
    assert html.escape(value) == text


@given(st.text())
def test_any_text_is_shown_as_it_is_and_makes_no_tag(text: str) -> None:
    reader = Reader(html.escape(text))
    assert "".join(reader.shown) == text
    assert reader.opened == []


@given(st.lists(st.tuples(st.text(), st.text()), max_size=3), st.text())
def test_no_text_breaks_out_of_a_card(rows: list[tuple[str, str]], text: str) -> None:
    page = html.card(
        text,
        rows,
        status=text,
        body=html.join([html.table([text], [[text]]), html.details(text, text), text]),
    )
    reader = Reader(page)
    assert set(reader.opened) <= TAGS
    assert sorted(reader.opened) == sorted(reader.closed)


def test_what_is_html_already_is_not_escaped_twice() -> None:
    once = html.escape(EVIL)
    assert html.escape(once) == once
    assert "&amp;lt;" not in html.card("t", [("a", once)], body=once)


def test_text_beside_html_is_still_escaped() -> None:
    assert html.join([Html("<hr>"), EVIL], "<br>").count("<") == 1


def test_numbers_are_aligned_to_the_right_and_missing_ones_do_not_matter() -> None:
    page = html.table(["name", "rows", "mixed"], [["a", 1, 1], ["b", None, "x"]])
    assert page.count("text-align:right") == 3
    assert page.count("text-align:left") == 6


def test_a_table_may_have_no_rows_and_a_caption() -> None:
    page = html.table(["a", "b"], [], caption="None < yet")
    assert page.count("<th ") == 2
    assert "None &lt; yet</caption>" in page


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        html.table(["a", "b"], [[1]])


def test_a_notebook_shows_it_as_html() -> None:
    assert Html("<b>x</b>")._repr_html_() == "<b>x</b>"


def test_a_status_that_is_not_known_is_grey() -> None:
    assert "#999999" in html.badge("ARCHIVED")
    assert "#009E73" in html.badge("COMPLETED")


def test_details_may_be_open() -> None:
    assert "<details open" not in html.details("a", "b")
    assert " open>" in html.details("a", "b", is_open=True)


def test_nothing_but_half_transparent_and_inherited_colours_so_that_any_theme_fits() -> None:
    page = html.card("t", [("a", 1)], body=html.table(["x"], [[1]], caption="c"))
    assert "background" not in page
    assert "color:#" not in page


def test_a_whole_document(snapshot: SnapshotAssertion) -> None:
    page = html.document(
        "Runs & jobs",
        html.join(
            [
                html.card(
                    "delays <of> flights",
                    [("Rows", 27_004), ("To", "out/delays.parquet"), ("Ended", None)],
                    status="COMPLETED",
                    body=html.details(
                        "3 steps",
                        html.table(
                            ["Step", "Rows", "Seconds"],
                            [["extract", 27_004, 0.2], [EVIL, None, None], ["load", 14, 0.02]],
                            caption="Steps",
                        ),
                        is_open=True,
                    ),
                ),
                *(html.badge(status) for status in html.STATUS_COLORS),
            ]
        ),
    )
    assert page == snapshot(extension_class=HtmlFile)
