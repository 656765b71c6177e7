from __future__ import annotations

import pytest

from etlframe.expressions.aggregates import AGGREGATES, aggregate_kind
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable


def test_every_aggregate_has_a_kind_or_is_refused() -> None:
    for function in AGGREGATES:
        assert aggregate_kind(function, Kind.INT) in (Kind.INT, Kind.FLOAT, Kind.BOOL)
        if function not in ("count", "size"):
            with pytest.raises(NotPortable):
                aggregate_kind(function, Kind.OTHER)
