"""The addresses of databases, and the names in them, quoted so that no name is ever read as SQL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from etlframe.errors import OptionError
from etlframe.redaction import HIDDEN, redact

DATABASES = ("sqlite", "duckdb", "postgresql")
"""The databases that etlframe reads and loads into."""

_URL = re.compile(r"(?P<name>sqlite|duckdb|postgres(?:ql)?)(?:\+\w+)?://(?P<rest>.*)", re.DOTALL)
_FORMS = "sqlite:///path.db, duckdb:///path.duckdb or postgresql://user:password@host:port/db"
_SHORTEST_SECRET = 3


@dataclass(frozen=True)
class Address:
    """Where a database is.

    Attributes:
        database: One of :data:`DATABASES`.
        url: What its driver is given; it may hold a password.
        path: The database's file, or None where a server has it.
    """

    database: str
    url: str = field(repr=False)
    path: Path | None = None

    def __str__(self) -> str:
        return redact(self.url)

    def without_secrets(self, text: str) -> str:
        """Return a text, such as a driver's error, without the password of this address."""
        for secret in self._secrets():
            text = text.replace(secret, HIDDEN)
        return redact(text)

    def _secrets(self) -> list[str]:
        if self.path is not None:
            return []
        password = self.url.partition("://")[2].rpartition("@")[0].partition(":")[2]
        return [each for each in (password, unquote(password)) if len(each) >= _SHORTEST_SECRET]


def is_database(url: object) -> bool:
    """Return whether this is the URL of a database that etlframe knows.

    >>> is_database("sqlite:///flights.db"), is_database("flights.db")
    (True, False)
    """
    return isinstance(url, str) and _URL.fullmatch(url) is not None


def address_of(url: str) -> Address:
    """Return what a database's URL says.

    A driver's name, as SQLAlchemy writes it (``postgresql+psycopg://``), is left out.

    Args:
        url: ``sqlite:///path.db``, ``duckdb:///path.duckdb`` (four slashes before an absolute
            path) or ``postgresql://user:password@host:port/db``.

    Raises:
        OptionError: It is no such URL, or names no file.

    >>> str(address_of("postgres://ada:lovelace@db.example/flights"))
    'postgresql://ada:***@db.example/flights'
    """
    found = _URL.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        shown = redact(url) if isinstance(url, str) else type(url).__name__
        raise OptionError(f"A database is {_FORMS}, not {shown}.")
    if found["name"].startswith("postgres"):
        return Address("postgresql", _checked(f"postgresql://{found['rest']}"))
    name, rest = found["name"], found["rest"]
    file = os.path.expanduser(rest.removeprefix("/"))  # noqa: PTH111 - Path would drop a leading "./"
    if not rest.startswith("/") or not file or file == ":memory:":
        ending = "db" if name == "sqlite" else name
        raise OptionError(
            f"{name}:// needs the path of a file: {name}:///path.{ending}, "
            "with a fourth slash before an absolute path. A database in memory is gone with its "
            "connection."
        )
    return Address(name, f"{name}:///{file}", Path(file))


def _checked(url: str) -> str:
    """Return PostgreSQL's URL, if it can be understood at all."""
    try:
        urlsplit(url)
    except ValueError:
        raise OptionError(
            "This postgresql:// URL cannot be understood. Write special characters of the user and "
            "the password in per cent: urllib.parse.quote(password, safe='')."
        ) from None
    return url


def quoted(name: str) -> str:
    """Return a name as an identifier, the same way in all databases.

    >>> quoted('a "b" c')
    '"a ""b"" c"'
    """
    return '"' + name.replace('"', '""') + '"'


def listed(names: list[str], prefix: str = "") -> str:
    """Return quoted names with commas between them."""
    return ", ".join(prefix + quoted(name) for name in names)


class TableName(NamedTuple):
    """A table, as people name it.

    Attributes:
        name: The table.
        schema: PostgreSQL's schema, or None for the first one of the search path.
    """

    name: str
    schema: str | None = None

    @property
    def sql(self) -> str:
        """The name in SQL."""
        name = quoted(self.name)
        return name if self.schema is None else f"{quoted(self.schema)}.{name}"

    def __str__(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    def beside(self, name: str) -> TableName:
        """Return another table of the same schema."""
        return TableName(name, self.schema)


def table_name(table: object, address: Address) -> TableName:
    """Return the table that is meant: in PostgreSQL, ``schema.table`` names a schema too.

    Raises:
        OptionError: It is no name.
    """
    if not isinstance(table, str) or not table or "\x00" in table:
        raise OptionError(f'table is the name of a table: table="flights", not {table!r}.')
    schema, dot, name = table.partition(".")
    if address.database == "postgresql" and dot:
        if not schema or not name:
            raise OptionError(f"table is a name or schema.name, not {table!r}.")
        return TableName(name, schema)
    return TableName(table)
