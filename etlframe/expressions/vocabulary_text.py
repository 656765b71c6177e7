"""The operations of text: the words of ``.str``."""

from __future__ import annotations

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import KEPT, NEVER, Operation, Rule, table


def _text(answer: Kind) -> Rule:
    return lambda kinds, _params: answer if all(kind is Kind.STR for kind in kinds) else None


TEXT: dict[str, Operation] = table(
    Operation("upper", ".str.upper", KEPT, _text(Kind.STR)),
    Operation("lower", ".str.lower", KEPT, _text(Kind.STR)),
    Operation("strip", ".str.strip", f"white space off both ends; {KEPT}", _text(Kind.STR)),
    Operation("lstrip", ".str.lstrip", f"white space off the left; {KEPT}", _text(Kind.STR)),
    Operation("rstrip", ".str.rstrip", f"white space off the right; {KEPT}", _text(Kind.STR)),
    Operation("len", ".str.len", "code points", _text(Kind.INT)),
    Operation("contains", ".str.contains", NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("startswith", ".str.startswith", NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("endswith", ".str.endswith", NEVER, _text(Kind.BOOL), keeps_missing=False),
    Operation("replace", ".str.replace", "literal, all", _text(Kind.STR)),
    Operation("slice", ".str.slice, .str[:n]", "by code points", _text(Kind.STR)),
)
