"""Query strings that Hypothesis makes: grammatical ones by kind, and what breaks or attacks them.

The columns are those of ``tests.differential.frames``.
"""

from __future__ import annotations

from hypothesis import strategies as st

from .attacks import ATTACKS

Text = st.SearchStrategy[str]

WHOLE = ["0", "1", "-2", "3", "@low", "2 ** 3", "(1 + 2)", "7 // 2", "-7 % 3"]
NUMBERS = [*WHOLE, "0.5", "-1.25", "1e3", ".5", "inf", "-inf", "@half", "@np_int"]
WHOLE_COLUMNS = ["i", "j", "`i`"]
NUMBER_COLUMNS = [*WHOLE_COLUMNS, "f", "g"]
TEXTS = ["'a'", "'b'", '"A b"', "''", "'it\\'s'", "'日本'", "@text", "'x_%'", "'& | @a # `b`'"]
LISTS = ["['a', 'b']", "('a',)", "[]", "['a', None]", "@texts", "[@text, 'b']", "@texts_tuple"]
NUMBER_LISTS = ["[1, 2]", "(0, -1)", "[@low, 3]", "@numbers", "[1 + 1, 2]", "@number_set", "[0.5]"]
MOMENTS = ["'2013-01-01'", "'2013-12-31 23:59:59'", "@moment"]
FUNCTIONS = ["abs", "sqrt", "floor", "ceil", "exp", "log", "sin", "cos", "arctan", "log1p", "log10"]
PATTERNS = ["'a'", "'a|b'", "r'\\d'", "'^[A-Z]'", "'(?i)A'", "'b$'", "'.'", "'x_%'"]


def _either(*choices: Text | list[str]) -> Text:
    strategies = [st.sampled_from(each) if isinstance(each, list) else each for each in choices]
    return st.one_of(strategies)


def _made(form: str, **parts: Text) -> Text:
    return st.fixed_dictionaries(dict(parts)).map(lambda drawn: form.format(**drawn))


def _numbers(inner: Text) -> Text:
    plain = _either(NUMBERS)
    return _either(
        _made("{a} {sign} {b}", a=inner, b=inner, sign=st.sampled_from(["+", "-", "*", "/"])),
        _made("({a} {sign} {b})", a=inner, b=plain, sign=st.sampled_from(["+", "-", "*", "/"])),
        _made("{sign}{a}", a=inner, sign=st.sampled_from(["-", "+", "- "])),
        _made("({a})", a=inner),
        _made("{name}({a})", a=inner, name=st.sampled_from(FUNCTIONS)),
        _made("arctan2({a}, {b})", a=inner, b=inner),
        _made("({a}).fillna({b})", a=inner, b=plain),
        _made("({a}).clip({b}, 9)", a=inner, b=plain),
        _made("({a}).round({n})", a=inner, n=st.sampled_from(["", "1", "decimals=2"])),
        _made("({a}).abs()", a=inner),
        _made("({a}).where({c} > 0, {b})", a=inner, b=plain, c=_either(NUMBER_COLUMNS)),
        _made("({a}) ** 2", a=inner),
        _made("({a} - ({a}).mean())", a=inner),
        _made("{c} {sign} {n}", c=_either(WHOLE_COLUMNS), n=st.sampled_from(["3", "-2", "@three"]),
              sign=st.sampled_from(["//", "%"])),
        _made("s.str.len() * {b}", b=plain),
        _made("t.dt.{part}", part=st.sampled_from(["year", "month", "dayofweek", "quarter"])),
        _made("({a}).cumsum()", a=_either(NUMBER_COLUMNS)),
    )  # fmt: skip


def _texts(inner: Text) -> Text:
    words = ["upper()", "lower()", "strip()", "str[:2]", "str[0]", "str[1:]", "title()", "zfill(3)",
             "slice(0, 1)", "replace('a', 'b')", "capitalize()", "pad(4)", "repeat(2)",
             "removeprefix('a')", "replace('[ab]', '-', regex=True)", "center(5, '*')"]  # fmt: skip
    return _either(
        _made("{a}.{w}", a=inner, w=st.sampled_from([_after_str(word) for word in words])),
        _made("({a} + {b})", a=_either(["s", "k"]), b=_either(["s", "k"])),
        _made("{a}.fillna({b})", a=inner, b=_either(TEXTS)),
        _made("{a}.add('q')", a=inner),
    )


def _after_str(word: str) -> str:
    return word if word.startswith("str[") else f"str.{word}"


numbers: Text = st.recursive(_either(NUMBER_COLUMNS, NUMBERS), _numbers, max_leaves=4)
texts: Text = st.recursive(_either(["s", "k"]), _texts, max_leaves=3)
ORDER = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
EQUAL = st.sampled_from(["==", "!="])
MEMBER = st.sampled_from(["in", "not in"])

_conditions = _either(
    _made("{a} {op} {b}", a=numbers, op=ORDER, b=numbers),
    _made("{a} {op} {b} {op2} {c}", a=numbers, op=ORDER, b=_either(NUMBER_COLUMNS), op2=ORDER,
          c=_either(NUMBERS)),
    _made("{a} {op} {b}", a=texts, op=ORDER, b=_either(TEXTS)),
    _made("{a} {op} {b}", a=_either(TEXTS), op=ORDER, b=texts),
    _made("{a} {op} {b}", a=texts, op=EQUAL, b=texts),
    _made("{a} {op} {b}", a=texts, op=MEMBER, b=_either(LISTS)),
    _made("{a} {op} {b}", a=_either(["s", "k", "s.str.lower()"]), op=EQUAL, b=_either(LISTS[:6])),
    _made("{c} + {a} {op} {b}", c=_either(NUMBER_COLUMNS), a=numbers, op=MEMBER,
          b=_either(NUMBER_LISTS)),
    _made("{a} {op} {b}", a=_either(NUMBER_COLUMNS), op=EQUAL, b=_either(NUMBER_LISTS[:5])),
    _made("{a} {op} {b}", a=_either(["i", "f", "s"]), op=MEMBER, b=_either(["j", "g", "k"])),
    _made("{a} {op} {b}", a=_either(["'a'", "['a', 'b']", "@texts"]), op=MEMBER, b=texts),
    _made("i {op} [{b}, {c}]", op=MEMBER, b=_either(["j", "1"]), c=_either(["i", "@low"])),
    _made("t {op} {b}", op=ORDER, b=_either(MOMENTS)),
    _made("{b} {op} t", op=ORDER, b=_either(MOMENTS)),
    _made("{a} {op} None", a=_either([*NUMBER_COLUMNS, "s"]), op=EQUAL),
    _made("({a}).{word}()", a=numbers, word=st.sampled_from(["isna", "notna", "isnull"])),
    _made("{a}.isna()", a=texts),
    _made("{a}.str.{word}({p})", a=texts, p=_either(PATTERNS),
          word=st.sampled_from(["contains", "match", "fullmatch", "startswith", "endswith"])),
    _made("{a}.str.contains({p}, {o})", a=texts, p=_either(PATTERNS),
          o=st.sampled_from(["regex=False", "case=False", "na=False", "na=True"])),
    _made("({a}).between({b}, {c}, inclusive='{how}')", a=numbers, b=_either(NUMBERS),
          c=_either(NUMBERS), how=st.sampled_from(["both", "left", "neither"])),
    _made("({a}).isin({b})", a=numbers, b=_either(NUMBER_LISTS)),
    _made("{a}.isin({b})", a=texts, b=_either(LISTS)),
    _made("{a}.duplicated()", a=_either(["i", "s"])),
    st.sampled_from(["b", "`b`", "b or @yes", "b == True", "True != b", "index > 1", "z.isna()"]),
)  # fmt: skip

conditions: Text = st.recursive(
    _conditions,
    lambda inner: _either(
        _made("{a} {op} {b}", a=inner, b=inner, op=st.sampled_from(["and", "or", "&", "|"])),
        _made("({a}) {op} ({b})", a=inner, b=inner, op=st.sampled_from(["and", "or", "&", "|"])),
        _made("{op} ({a})", a=inner, op=st.sampled_from(["not", "~", "not not"])),
        _made("not {a}", a=inner),
        _made("({a}) == ({b})", a=inner, b=inner),
        _made("{a}\n  and {b}  # & more", a=inner, b=inner),
    ),
    max_leaves=4,
)
"""Conditions that pandas' ``query`` has a meaning for, most of them."""

values: Text = _either(numbers, texts, conditions, ["'US'", "1 + 2", "@low", "t", "i.sum()"])
"""Expressions for a new column."""

ALPHABET = "abijfgstk0129.'\"`@&|~^!=<>()[]{}:,+-*/%# \n\t\\_日é"
PIECES = [" and ", " not ", " in ", "**", "//", "__", ".str.", ".dt.", "lambda ", "@low", "9**9**9",
          "''", '"""', "``", "[:", ":=", " if ", " else ", ".to_csv(", "import ", "\\\n", "\x00",
          "(a+)+", "=", "False", "None", "...", "1j", "b'", "f'", "r'", ".map(",
          "\u2028"]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Return a condition with a few letters taken out, put in, moved or doubled."""
    text = draw(conditions)
    for _ in range(draw(st.integers(1, 4))):
        at, to = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        to = min(to, at + 8)
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(ALPHABET, max_size=3)))
        text = draw(
            st.sampled_from(
                [
                    text[:at] + text[to:],
                    text[:at] + piece + text[at:],
                    text[:at] + piece + text[to:],
                    text[:to] + text[at:],
                    text[to:] + text[:to],
                ]
            )
        )
    return text


attacks: Text = st.sampled_from(sorted(ATTACKS))
hostile: Text = st.one_of(
    _made("({a}) {op} ({b})", a=attacks, b=attacks, op=st.sampled_from(["and", "+", "==", "in"])),
    _made("({c}) {op} ({a})", a=attacks, c=conditions, op=st.sampled_from(["and", "|", "=="])),
    _made("{w}({a})", a=attacks, w=st.sampled_from(["abs", "sqrt", "eval", "i.fillna", "s.map"])),
    _made("({a}).{w}({b})", a=attacks, b=attacks,
          w=st.sampled_from(["abs", "fillna", "to_csv", "str.contains", "apply", "where"])),
    _made("s.str.{w}({a})", a=attacks, w=st.sampled_from(["contains", "repeat", "pad", "replace"])),
    _made("[{a}, {b}] {c}", a=attacks, b=attacks, c=conditions),
    _made("{a}\n{b}", a=attacks, b=conditions),
    _made("`{a}` > 1 and {b}", a=attacks, b=attacks),
    _made("'{a}' == s # {b}", a=attacks, b=attacks),
)  # fmt: skip
"""Attacks inside one another and inside conditions."""
