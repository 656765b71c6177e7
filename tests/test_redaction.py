"""Secrets are taken out of text; what is no secret stays."""

from __future__ import annotations

import pytest

from etlframe.redaction import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada:love@db/x", "postgresql://ada:***@db/x"),
        ("http://u:p@ss@h/x", "http://u:***@h/x"),
        ("postgresql://u:pa/ss@host/db", "postgresql://u:***@host/db"),
        ("redis://:pw@h", "redis://:***@h"),
        ("https://ghp_0123456789abcdefghij@github.com/x", "https://***@github.com/x"),
        ("http://h/?key=abc&k=1&sig=ff#x", "http://h/?key=***&k=1&sig=***#x"),
        ("http://h/?X-Amz-Signature=ff&page=2", "http://h/?X-Amz-Signature=***&page=2"),
        ("http://h/?access_token=a%20b", "http://h/?access_token=***"),
        ("password=abc host=x", "password=*** host=x"),
        ("{'api_key': 'abc', 'x': 1}", "{'api_key': ***, 'x': 1}"),
        ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer ***"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"),
        ("Proxy-Authorization: Bearer abc.def.ghi", "Proxy-Authorization: Bearer ***"),
        ("X-API-Key: abcdef", "X-API-Key: ***"),
        ("sent Bearer abcdefgh1", "sent Bearer ***"),
        ("two: a://u:p@h and b://v:q@i", "two: a://u:***@h and b://v:***@i"),
    ],
)
def test_secrets_are_hidden_and_hiding_again_changes_nothing(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http://h:8080/x@y",
        "see http://h:8080, and mail a@b.c",
        "http://127.0.0.1:53411/items?page=2&limit=10",
        "unexpected token: x",
        "upsert key=carrier",
        "monkey=3 keyword=4",
        "Basic knowledge",
        "KeyError: 'key'",
        "column 'token' is missing",
        "data/flights.csv",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_long_text_takes_no_time_to_speak_of() -> None:
    assert redact("a" * 200_000) == "a" * 200_000
