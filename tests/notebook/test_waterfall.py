from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import etlframe as etl
from etlframe.runs.profile import Line, Profile


@pytest.fixture(autouse=True)
def _closes_figures():
    yield
    plt.close("all")


def bars(ax):
    return list(ax.patches)


def profile(*lines, seconds=4.0):
    return Profile("a $b$ c", "duckdb+pandas", seconds, lines)


LINES = (
    Line("sniff the source", 0, "", "", None, 0.0, 1.0),
    Line("compute", 0, "duckdb", "", 14, 1.0, 2.0),
    Line("aggregate", 1, "duckdb", "groupby $k$", 14, 1.0, 1.5, cpu=3.0),
    Line("hand over rows", 1, "duckdb", "", None, 2.5, 0.0, cpu=0.0),
    Line("rank", 0, "pandas", "rank", 5, 3.0, 1.0),
)


def test_each_phase_is_a_bar_from_its_beginning_to_its_end():
    ax = etl.plot_profile(profile(*LINES), ax=Figure().subplots())
    assert [(bar.get_x(), bar.get_width()) for bar in bars(ax)] == [
        (0.0, 1.0),
        (1.0, 2.0),
        (1.0, 1.5),
        (3.0, 1.0),
    ]
    assert [text.get_text() for text in ax.texts] == ["1.0 s", "2.0 s", "1.5 s", "1.0 s"]
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "sniff the source",
        "compute",
        r"aggregate (groupby \$k\$)",
        "rank",
    ]
    assert ax.get_xlabel() == "Since the run began (s)"
    assert ax.get_title(loc="left") == r"a \$b\$ c: 4.0 s on duckdb+pandas"
    assert not plt.get_fignums()


def test_engines_differ_in_colour_and_operators_are_faint():
    ax = etl.plot_profile(profile(*LINES), ax=Figure().subplots())
    colors = [to_hex(bar.get_facecolor()) for bar in bars(ax)]
    assert len({*colors}) == 3
    assert [bar.get_alpha() < 1 for bar in bars(ax)] == [False, False, True, False]


def test_the_profile_plots_itself_on_a_figure_as_high_as_it_needs():
    few, many = profile(*LINES).plot(), profile(*LINES * 9).plot()
    assert few.figure.get_figheight() < many.figure.get_figheight()


def test_long_names_are_cut_and_long_runs_are_in_minutes():
    lines = (Line("query " + "x" * 100, 0, "pandas", "", None, 0.0, 600.0),)
    ax = etl.plot_profile(profile(*lines, seconds=600.0), ax=Figure().subplots())
    (label,) = ax.get_yticklabels()
    assert len(label.get_text()) == 40
    assert ax.get_xlabel() == "Since the run began (min)"
    assert bars(ax)[0].get_width() == 10
