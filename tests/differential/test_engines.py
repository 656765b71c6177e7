from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import etlframe as etl

from .comparing import assert_same
from .frames import frames
from .pipelines import pipelines


@pytest.mark.parametrize("threads", [2, 8])
@given(data=st.data())
def test_every_engine_gives_the_answer_of_pandas(data: st.DataObject, threads: int) -> None:
    pipeline = data.draw(frames().flatmap(pipelines))
    with etl.set_options(threads=threads):
        assert_same(pipeline, "duckdb")
