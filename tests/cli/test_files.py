from __future__ import annotations

import sys
from pathlib import Path

import pytest

from etlframe.cli.files import FileError, chosen, found_in, split_target
from etlframe.errors import UnknownNameError

TWO = """
import pandas as pd
import etlframe as etl

source = pd.DataFrame({"v": [1, 2]})
base = etl.Pipeline("base", source)
p = etl.Pipeline("delays", source).query("v > 1").to("out.jsonl")
w = etl.Pipeline("weather", source).to("weather.jsonl")
"""


def written(folder, text, name="job.py"):
    path = folder / name
    path.write_text(text)
    return path


def names(path, name=None):
    with found_in(path) as found:
        return [each.pipeline.name for each in chosen(name, found)]


@pytest.mark.parametrize(
    ("target", "file", "name"),
    [
        ("job.py", "job.py", None),
        ("job.py:delays", "job.py", "delays"),
        ("C:\\jobs\\job.py", "C:\\jobs\\job.py", None),
        ("C:\\jobs\\job.py:delays", "C:\\jobs\\job.py", "delays"),
        ("jobs/job.py:late flights", "jobs/job.py", "late flights"),
    ],
)
def test_a_target_is_a_file_and_perhaps_a_name(target, file, name):
    assert split_target(target) == (Path(file), name)


def test_a_file_with_a_colon_in_its_name_is_that_file(folder):
    written(folder, "", "a:b.py")
    assert split_target("a:b.py") == (Path("a:b.py"), None)


def test_pipelines_that_load_are_meant_where_no_name_is_said(folder):
    assert names(written(folder, TWO)) == ["delays", "weather"]


def test_where_none_loads_all_are_meant(folder):
    text = TWO.replace('.to("out.jsonl")', "").replace('.to("weather.jsonl")', "")
    assert names(written(folder, text)) == ["base", "delays", "weather"]


def test_a_name_is_a_variable_or_the_pipelines_own(folder):
    path = written(folder, TWO)
    assert names(path, "p") == names(path, "delays") == ["delays"]
    with pytest.raises(UnknownNameError, match=r"Did you mean 'delays'\?"):
        names(path, "dleays")


def test_a_services_pipelines_are_found(folder):
    text = TWO.replace("w = etl", "_hidden = etl") + (
        "service = etl.ETLPipelineService('mine.jsonl')\nservice.add(_hidden)\n"
    )
    assert names(written(folder, text)) == ["delays", "weather"]


def test_the_files_folder_can_be_imported_from_and_only_meanwhile(folder):
    (folder / "jobs").mkdir()
    written(folder / "jobs", "threshold = 1\n", "limits_of_jobs.py")
    text = "import limits_of_jobs\n" + TWO
    before = list(sys.path)
    assert names(written(folder / "jobs", text))
    assert sys.path == before


def test_what_is_guarded_for_scripts_does_not_run(folder):
    assert names(written(folder, TWO + "\nif __name__ == '__main__':\n    raise SystemExit(9)\n"))


def test_a_file_named_like_a_library_stands_in_for_nothing(folder):
    import json

    assert names(written(folder, TWO, "json.py"))
    assert sys.modules["json"] is json


def test_annotations_of_a_schema_in_the_file_are_understood(folder):
    text = (
        "from __future__ import annotations\n"
        + TWO
        + (
            "import pandera.pandas as pa\n"
            "from pandera.typing import Series\n"
            "class Rows(pa.DataFrameModel):\n    v: Series[int]\n"
            "q = p.validate(Rows)\n"
        )
    )
    with found_in(written(folder, text)) as found:
        assert chosen("q", found)[0].pipeline.collect().to_dict("list") == {"v": [2]}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.py", "a = 1\n1 / 0\n", r"x\.py cannot be imported: line 2: ZeroDivisionError"),
        ("x.py", "def f(:\n", r"x\.py cannot be imported: SyntaxError: .*line 1"),
        ("x.py", "import sys\nsys.exit(3)\n", r"line 2: SystemExit: 3"),
        ("x.py", "a = 1\n", r"x\.py holds no pipeline: give it a variable such as"),
        ("x.txt", "", r"x\.txt is not a Python file"),
        ("x.ipynb", "{}", r"is a notebook.*jupyter nbconvert --to script x\.ipynb"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_reason(folder, name, text, message):
    written(folder, text, name)
    with pytest.raises(FileError, match=message):
        names(Path(name))


def test_a_missing_file_is_told_with_the_near_ones(folder):
    written(folder, TWO, "daily.py")
    with pytest.raises(FileError, match=r"No file named 'dayly.py'. Did you mean 'daily.py'\?"):
        names(Path("dayly.py"))


def test_a_folder_is_no_file(folder):
    with pytest.raises(FileError, match="is not a Python file"):
        names(folder)
