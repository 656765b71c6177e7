from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from etlframe import options
from etlframe.errors import ColumnNotFoundError
from etlframe.notebook.reading import open_log, read_history


def test_a_frame_a_log_its_path_and_a_service_all_give_the_same_runs(log):
    service = SimpleNamespace(history=log.history)
    for given in (log.history(), log, log.path, str(log.path), service):
        pd.testing.assert_frame_equal(read_history(given), log.history())


def test_nothing_given_is_the_default_log(log):
    with options.set_options(log_path=log.path):
        assert len(read_history(None)) == 60
        assert open_log().path == log.path


def test_one_job_alone(log):
    assert set(read_history(log, "delays")["job_id"]) == {"delays"}


def test_a_frame_that_is_no_history_is_told_by_its_missing_column():
    with pytest.raises(ColumnNotFoundError, match=r"'job_id'.*Did you mean 'jobid'"):
        read_history(pd.DataFrame({"jobid": [1]}))
