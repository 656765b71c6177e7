"""Words of ``.str``."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, column

TEXT: list[Word] = [
    column("`.str.upper()`", lambda d: d["k"].str.upper(), "k.str.upper()"),
    column("`.str.lower()`", lambda d: d["s"].str.lower(), "s.str.lower()"),
    column("`.str.capitalize()`", lambda d: d["s"].str.capitalize(), "s.str.capitalize()"),
    column("`.str.title()`", lambda d: d["s"].str.title(), "s.str.title()"),
    column("`.str.swapcase()`", lambda d: d["s"].str.swapcase(), "s.str.swapcase()"),
    column("`.str.strip()`", lambda d: d["s"].str.strip(), "s.str.strip()"),
    column("`.str.lstrip(chars)`", lambda d: d["d"].str.lstrip("0-"), "d.str.lstrip('0-')"),
    column("`.str.len()`", lambda d: d["s"].str.len(), "s.str.len()"),
    column("`.str.contains()`", lambda d: d["s"].str.contains("a.", regex=False)),
    column("`.str.contains(regex)`", lambda d: d["d"].str.contains(r"^-?\d+$")),
    column("`.str.contains(case=False)`", lambda d: d["s"].str.contains("B", case=False)),
    column("`.str.contains` of a look-around", lambda d: d["s"].str.contains("a(?=.)")),
    column("`.str.startswith()`", lambda d: d["s"].str.startswith("B"), "s.str.startswith('B')"),
    column("`.str.endswith(tuple)`", lambda d: d["s"].str.endswith(("b", "c"))),
    column("`.str.match(regex)`", lambda d: d["s"].str.match("[A-Z]|a"), "s.str.match('[A-Z]|a')"),
    column("`.str.fullmatch(regex)`", lambda d: d["d"].str.fullmatch(r"\d+")),
    column(
        "`.str.extract(regex, expand=False)`",
        lambda d: d["d"].str.extract(r"(\d+)", expand=False),
    ),
    column("`.str.count(regex)`", lambda d: d["s"].str.count("[a-z]"), "s.str.count('[a-z]')"),
    column("`.str.find()`", lambda d: d["s"].str.find("b"), "s.str.find('b')"),
    column("`.str.replace()`", lambda d: d["s"].str.replace(".", "-"), "s.str.replace('.', '-')"),
    column("`.str.replace(regex=True)`", lambda d: d["s"].str.replace(r"\s+", "_", regex=True)),
    column("`.str.replace` by a group", lambda d: d["s"].str.replace("(b)", r"\1", regex=True)),
    column("`.str[:n]`, `.str.slice()`", lambda d: d["s"].str[1:3], "s.str[1:3]"),
    column("`.str[-n:]`", lambda d: d["s"].str[-2:], "s.str[-2:]"),
    column("`.str[i]`, `.str.get()`", lambda d: d["s"].str[-1], "s.str.get(-1)"),
    column("`.str.split().str[i]`", lambda d: d["s"].str.split(".").str[0]),
    column("`.str.zfill()`", lambda d: d["d"].str.zfill(5), "d.str.zfill(5)"),
    column("`.str.pad()`, `ljust`, `rjust`", lambda d: d["s"].str.rjust(4, "*")),
    column("`.str.center()`", lambda d: d["s"].str.center(6), "s.str.center(6)"),
    column("`.str.cat()`", lambda d: d["s"].str.cat(d["k"], sep="-"), col=False),
    column("`.str.repeat()`", lambda d: d["k"].str.repeat(3), "k.str.repeat(3)"),
    column("`.str.removeprefix()`", lambda d: d["s"].str.removeprefix("a")),
    column("`.str.removesuffix()`", lambda d: d["s"].str.removesuffix("b")),
    column("`.str.isdigit()`, `isalpha` ...", lambda d: d["d"].str.isdigit(), "d.str.isdigit()"),
    column("`.str.isupper()`, `islower`", lambda d: d["s"].str.isupper(), "s.str.isupper()"),
]  # fmt: skip
