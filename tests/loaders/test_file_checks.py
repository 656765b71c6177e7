"""What can be known before anything runs is told before anything runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etlframe.errors import LoadError, OptionError, UnknownFormatError, UnknownNameError
from etlframe.loaders.file import DataLoader


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def frame() -> pd.DataFrame:
    return pd.DataFrame({"n": [1.0, None, 3.0], "s": ["a", None, "c,d"], "f": [0.1, 2.5, np.nan]})


# -- checks before anything runs -------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(LoadError) as caught:
        DataLoader(path, format="csv").check()
    return str(caught.value)


def test_a_good_target_passes_the_check_and_is_not_touched(tmp_path: Path) -> None:
    DataLoader(tmp_path / "not" / "there" / "out.csv").check()
    assert names(tmp_path) == []


def test_a_folder_is_no_target(tmp_path: Path) -> None:
    assert refused(tmp_path) == (
        f"{tmp_path} is a folder; name a file in it, or end it with a slash to load part files."
    )


def test_a_file_is_no_parent_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = refused(tmp_path / "file" / "deep" / "out.csv")
    assert told.endswith(f"{tmp_path / 'file'} is a file, not a folder.")


def test_a_device_is_no_target() -> None:
    assert refused(Path(os.devnull)).endswith(
        "is not a regular file, and cannot be replaced by one."
    )


def test_a_read_only_folder_or_file_is_no_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    forbidden = path
    # Permissions do not bind the superuser, who may run these tests.
    monkeypatch.setattr(os, "access", lambda asked, mode: Path(asked) != forbidden)
    assert refused(path).endswith("the file is read-only.")
    forbidden = tmp_path
    assert refused(path).endswith(f"no permission to write in {tmp_path}.")


def test_what_the_check_could_not_foresee_is_told_by_the_load() -> None:
    path = Path("/proc/etlframe/out.csv")
    with pytest.raises(LoadError, match=r"^/proc/etlframe/out.csv cannot be written: ."):
        DataLoader(path).load(frame())


def test_a_link_that_leads_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.csv").symlink_to(tmp_path / "out.csv")
    with pytest.raises(LoadError, match="cannot be written"):
        DataLoader(tmp_path / "out.csv").load(frame())


@pytest.mark.parametrize("mode", ["Append", "replace", "", None])
def test_an_unknown_mode_is_told_with_the_modes(mode: Any) -> None:
    with pytest.raises(OptionError, match="mode is 'write', 'append' or 'upsert', not"):
        DataLoader("out.csv", mode)


@pytest.mark.parametrize("url", ["mysql://me:secret@host/db", "s3://bucket/out.csv"])
def test_an_address_says_that_it_is_not_there_yet_without_its_secrets(url: str) -> None:
    with pytest.raises(OptionError, match=r":// address is not available yet") as caught:
        DataLoader(url)
    assert "secret" not in str(caught.value)


def test_an_unknown_suffix_is_an_error() -> None:
    with pytest.raises(UnknownFormatError, match=r"did you mean|Did you mean '.csv'"):
        DataLoader("out.cvs")


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("out.csv", {"delimiter": "::"}, "delimiter is one character, not '::'"),
        ("out.csv", {"delimiter": 5}, "delimiter is one character, not 5"),
        ("out.parquet", {"compression": "zip"}, "compression is one of .*'zstd'.*, not 'zip'"),
    ],
)
def test_a_value_that_an_option_cannot_have_is_an_error(
    path: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        DataLoader(path, **options)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("out.csv", {"delimeter": ";"}, r"'delimeter'. Did you mean 'delimiter'"),
        ("out.csv", {"compression": "gzip"}, "No option of csv files named 'compression'"),
        ("out.jsonl", {"delimiter": ";"}, "No option of jsonl files named 'delimiter'"),
    ],
)
def test_an_unknown_option_is_an_error(path: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        DataLoader(path, **options)


def test_a_secret_in_a_path_is_shown_nowhere() -> None:
    for mode in ("write", "append"):
        loader = DataLoader("out/token=abcdef123456/rows.csv", mode=mode)
        assert "abcdef" not in f"{loader!r}{loader.describe()}"
