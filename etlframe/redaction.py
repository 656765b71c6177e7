"""Secrets taken out of what is logged, shown or raised: one place for all of etlframe."""

from __future__ import annotations

import re

HIDDEN = "***"

_NAME = (
    r"[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|pwd|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|signature|credential|session[_-]?id|authorization)[\w.-]*"
)
_PARAMETER_NAME = rf"(?:{_NAME}|auth|key|sig|jwt|sid)"  # in a text, a key is a column

# user:password@ of a URL; a port is no password.
_LOGIN = (
    r"""(?i)(?P<kept>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^\s/?#@:"'<>]*:)"""
    r"""(?!\d+(?:[/?#\s"',)\]]|$))[^\s"'<>]{0,2048}(?=@)"""
)
# token@ of a URL. A user without a password may be hidden with it; a token must be.
_USER = r"""(?i)(?P<kept>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://)[^\s/?#@:"'<>]{6,2048}(?=@)"""
_PARAMETER = rf"""(?i)(?P<kept>[?&;]{_PARAMETER_NAME}=)[^\s&;#"'<>]+"""
_ASSIGNMENT = rf"""(?i)(?P<kept>(?<![\w?&;.-]){_NAME}=)(?P<quote>["']?)[^\s&;,"')}}\]]+(?P=quote)"""
_ENTRY = (
    rf"""(?i)(?P<kept>(?P<quote>["']){_NAME}(?P=quote)\s*:\s*)(?P<other>["'])[^"']*(?P=other)"""
)
_LINE = rf"""(?i)(?P<kept>(?<![\w"'.-])(?![\w.-]*authorization){_NAME}:\s+)[^\s"',;]{{3,}}"""
_HEADER = r"""(?i)(?P<kept>\bauthorization["']?\s*[:=]\s*["']?(?:[a-z]+\s+)?)[^\s"',;]{3,}"""
_SCHEME = r"""(?P<kept>\b(?:Bearer|Basic)\s+)(?=\S*[0-9A-Z=])[A-Za-z0-9._~+/=-]{8,}"""

# What each finds has one of these signs: a text without any need not be searched, nor the pattern
# compiled, which takes longer than all else here.
_ALL = (
    ("@", _LOGIN),
    ("@", _USER),
    ("=", _PARAMETER),
    ("=", _ASSIGNMENT),
    (":", _ENTRY),
    (":", _LINE),
    (":=", _HEADER),
    ("B", _SCHEME),
)


def redact(text: str) -> str:
    """Return a text or URL with its secrets hidden; hiding again changes nothing.

    Hidden are a URL's password, query parameters and ``name=value`` pairs whose names tell of a
    secret (``token``, ``api_key``, ``password`` ...), and what follows ``Authorization:``,
    ``Bearer`` or ``Basic``.

    >>> redact("postgresql://ada:lovelace@db.example/flights?sslmode=require")
    'postgresql://ada:***@db.example/flights?sslmode=require'
    >>> redact("GET https://api.example/v1?page=2&api_key=abc failed")
    'GET https://api.example/v1?page=2&api_key=*** failed'
    """
    for signs, pattern in _ALL:
        if any(sign in text for sign in signs):
            text = re.sub(pattern, rf"\g<kept>{HIDDEN}", text)
    return text
