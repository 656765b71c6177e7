from __future__ import annotations

from etlframe.html import STATUS_COLORS
from etlframe.notebook.palette import LOOKS, UNKNOWN, in_order, look


def test_every_status_of_the_tables_has_looks_of_its_own_in_plots():
    assert LOOKS.keys() == STATUS_COLORS.keys()
    assert len({each.marker for each in LOOKS.values()}) == len(LOOKS)
    assert len({each.hatch for each in LOOKS.values()}) == len(LOOKS)


def test_an_unknown_status_comes_last_and_grey():
    assert in_order({"WEIRD", "RUNNING", "COMPLETED"}) == ["COMPLETED", "RUNNING", "WEIRD"]
    assert look("WEIRD") is UNKNOWN
