"""The operations of text: the words of ``.str``."""

from __future__ import annotations

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import KEPT, NEVER, Operation, Rule, table


def _text(answer: Kind) -> Rule:
    return lambda kinds, _params: answer if all(kind is Kind.STR for kind in kinds) else None


_MADE = f"missing where there is none; {KEPT}"

TEXT: dict[str, Operation] = table(
    *(
        Operation(word, f".str.{word}", KEPT, _text(Kind.STR))
        for word in ("upper", "lower", "capitalize", "title", "removeprefix", "removesuffix")
    ),
    *(
        Operation(op, f".str.{word}", f"white space off {where}; {KEPT}", _text(Kind.STR))
        for word, where in (("strip", "both ends"), ("lstrip", "the left"), ("rstrip", "the right"))
        for op in (word, f"{word}_characters")
    ),
    Operation("len", ".str.len", "code points", _text(Kind.INT)),
    Operation("find", ".str.find", "by code points, -1 where it is not", _text(Kind.INT)),
    Operation("count_matches", ".str.count", "matches that do not overlap", _text(Kind.INT)),
    *(
        Operation(word, f".str.{word}", NEVER, _text(Kind.BOOL), keeps_missing=False)
        for word in (
            "contains", "startswith", "endswith", "isalpha", "isdecimal", "isdigit", "isnumeric",
            "isalnum", "isspace",
        )
    ),
    Operation(
        "matches", ".str.contains, match, fullmatch", NEVER, _text(Kind.BOOL), keeps_missing=False
    ),
    Operation("replace", ".str.replace", "literal, all", _text(Kind.STR)),
    Operation("replace_matches", ".str.replace(regex=True)", "all matches", _text(Kind.STR)),
    Operation("extract", ".str.extract", _MADE, _text(Kind.STR), makes_missing=True),
    Operation("slice", ".str.slice, .str[:n]", "by code points", _text(Kind.STR)),
    Operation("slice_from_end", ".str.slice, .str[-n:]", "by code points", _text(Kind.STR)),
    Operation("get", ".str.get, .str[i]", _MADE, _text(Kind.STR), makes_missing=True),
    *(
        Operation(op, f".str.{word}", f"to a width; {KEPT}", _text(Kind.STR))
        for op, word in (
            ("lpad", "rjust"), ("rpad", "ljust"), ("center", "center"), ("zfill", "zfill"),
        )
    ),
    Operation("repeat", ".str.repeat", KEPT, _text(Kind.STR)),
)  # fmt: skip
