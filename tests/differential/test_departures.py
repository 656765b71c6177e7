"""The table of declared departures in the docs is what engines do differently."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from etlframe import ETLError, Pipeline
from tests.differential.vocabulary.departures import DEPARTING, declared


def _division_by_zero(engine: str) -> str:
    df = pd.DataFrame({"i": [1, 0, 6], "o": [0, 0, 4]})
    got = Pipeline("p", df).assign(q="i // o", r="i % o").collect(engine)
    assert got["q"].isna().tolist() == got["r"].isna().tolist() == [True, True, False]
    assert (got["q"][2], got["r"][2]) == (1, 2)
    return "missing"


def _overflow(engine: str) -> str:
    df = pd.DataFrame({"i": [2**62, 2**62]})
    pipelines = (
        Pipeline("p", df).assign(q="i + i"),
        Pipeline("p", df.assign(k=1)).groupby("k").agg(s=("i", "sum")),
    )
    answers = {_sum_of(pipeline, engine) for pipeline in pipelines}
    assert len(answers) == 1, answers
    return answers.pop()


def _sum_of(pipeline: Pipeline, engine: str) -> str:
    expected = pipeline.collect("pandas")
    if engine == "duckdb":
        with pytest.raises(ETLError, match=r"(?i)overflow|out of range"):
            pipeline.collect(engine)
        return "an error"
    pd.testing.assert_frame_equal(pipeline.collect(engine), expected)
    return "as pandas"


def _letters(engine: str) -> str:
    df = pd.DataFrame({"s": ["straße"]})
    got = Pipeline("p", df).assign(u=lambda d: d["s"].str.upper()).collect(engine)
    assert got["u"][0].casefold() == "STRASSE".casefold()
    return {"STRASSE": "Unicode's full tables"}.get(got["u"][0], "DuckDB's tables")


def _map_of_nothing(engine: str) -> str:
    empty = Pipeline("p", pd.DataFrame({"s": pd.Series([], dtype="str")}))
    mapped = empty.assign(n=lambda d: d["s"].map({"a": 1}))
    assert mapped.collect("pandas")["n"].dtype == "str"
    assert mapped.collect(engine)["n"].dtype == "int64"
    return "the dtype of the dict's values"


def _new_letters(engine: str) -> str:
    df = pd.DataFrame({"s": [chr(0x10D40)]})
    pipeline = Pipeline("p", df).assign(u=lambda d: d["s"].str.isdecimal())
    same = pipeline.collect(engine)["u"][0] == pipeline.collect("pandas")["u"][0]
    return "as pandas" if same else "DuckDB's tables"


def _no_time(engine: str) -> str:
    df = pd.DataFrame({"s": ["x", None]})
    parsed = Pipeline("p", df).assign(
        t=lambda d: pd.to_datetime(d["s"], format="%Y-%m-%d", errors="coerce")
    )
    assert parsed.collect("pandas")["t"].dtype == "datetime64[s]"
    assert parsed.collect(engine)["t"].isna().all()
    return str(parsed.collect(engine)["t"].dtype)


MONEY = pd.DataFrame(
    {
        "m": pd.Series(
            map(Decimal, ["0.35", "2", "901.23"]), dtype=pd.ArrowDtype(pa.decimal128(15, 2))
        )
    }
)


def _many_digits(engine: str) -> str:
    pipeline = Pipeline("p", MONEY).assign(x=lambda d: d["m"] * (1 - d["m"]) * (1 + d["m"]))
    with pytest.raises(ETLError, match="precision"):
        pipeline.collect("pandas")
    expected = [each * (1 - each) * (1 + each) for each in MONEY["m"]]
    assert pipeline.collect(engine)["x"].tolist() == expected
    return "the exact value"


def _nearest_float(engine: str) -> str:
    pipeline = Pipeline("p", MONEY).assign(x=lambda d: d["m"] == 0.35)
    assert pipeline.collect("pandas")["x"].tolist() == [False, False, False]
    assert pipeline.collect(engine)["x"].tolist() == [True, False, False]
    return "the nearest float"


def _among_whole_numbers(engine: str) -> str:
    pipeline = Pipeline("p", MONEY).assign(x=lambda d: d["m"].isin([1, 2]))
    with pytest.raises(ETLError, match="Rescaling"):
        pipeline.collect("pandas")
    assert pipeline.collect(engine)["x"].tolist() == [False, True, False]
    return "the answer"


SEEN: dict[str, Callable[[str], str]] = {
    "integer // 0, integer % 0": _division_by_zero,
    "integer overflow beyond 64 bits": _overflow,
    "`map` by a dict of a text column without rows": _map_of_nothing,
    "`pd.to_datetime` of a text column in which nothing is a time": _no_time,
    "`.str.isalpha`, `\\w`, `\\d` of characters that Unicode added after 2021": _new_letters,
    "upper and lower case of letters such as ß and İ": _letters,
    "decimals whose type would need over 38 digits though the values do not, in a lambda": (
        _many_digits
    ),
    "a decimal compared with a float in a lambda": _nearest_float,
    "decimals among whole numbers in a lambda: `d.m.isin([1, 2])`": _among_whole_numbers,
}


def test_the_vocabulary_marks_the_words_of_every_departure() -> None:
    assert set(DEPARTING.values()) == set(declared())


def test_every_declared_departure_is_seen_and_no_other_is_tested() -> None:
    assert set(declared()) == set(SEEN)


@pytest.mark.parametrize("case", SEEN)
def test_a_departure_is_what_the_docs_say(case: str, engine: str) -> None:
    assert SEEN[case](engine) == declared()[case][engine]
