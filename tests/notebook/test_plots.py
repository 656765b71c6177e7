from __future__ import annotations

from collections import Counter
from datetime import timedelta

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from etlframe import options
from etlframe.notebook.plots import plot_durations, plot_history, plot_success_rate
from etlframe.runs.log import RunLog
from tests.notebook.records import START, failed, mixed, record, write_log

PLOTS = [plot_history, plot_success_rate, plot_durations]


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(autouse=True)
def _closes_figures():
    yield
    plt.close("all")


def logged(tmp_path, *records):
    return RunLog(write_log(tmp_path / "some.jsonl", list(records)))


def words(ax):
    return " ".join(each.get_text() for each in ax.texts)


def labels(ax):
    return ax.get_legend_handles_labels()[1]


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_draws_where_it_is_told_to_and_touches_no_global_figure(plot, log, ax):
    assert plot(log, ax=ax) is ax
    assert not plt.get_fignums()


@pytest.mark.parametrize("plot", PLOTS)
def test_without_axes_it_makes_one_pyplot_figure_of_the_default_log(plot, log):
    with options.set_options(log_path=log.path):
        ax = plot()
    assert plt.get_fignums() == [ax.figure.number]
    assert not ax.texts


@pytest.mark.parametrize("plot", PLOTS)
def test_title_and_units_are_said(plot, log, ax):
    plot(log, ax=ax, job_id="delays")
    assert ax.get_title(loc="left").endswith(": delays")
    assert ax.get_xlabel() == "Started (UTC)"
    assert ax.get_ylabel() in {"Runs", "Completed runs (%)", "Duration (s)"}
    assert isinstance(ax.xaxis.get_major_formatter(), mdates.ConciseDateFormatter)


@pytest.mark.parametrize("plot", PLOTS)
def test_an_empty_log_says_what_to_do(plot, empty_log, ax):
    plot(empty_log, ax=ax)
    assert words(ax) == "No runs yet: run a pipeline, then plot again."
    assert not ax.axison


@pytest.mark.parametrize("plot", PLOTS)
def test_an_unknown_job_says_the_near_one(plot, log, ax):
    plot(log, ax=ax, job_id="delay")
    assert words(ax) == "No runs of 'delay'. Did you mean 'delays'?"


@pytest.mark.parametrize("plot", PLOTS)
def test_a_job_name_with_dollars_is_drawn_as_it_is(plot, tmp_path, ax):
    plot(logged(tmp_path, record(job_id="a$b$c_{")), ax=ax, job_id="a$b$c_{")
    ax.figure.savefig(tmp_path / "x.png")
    assert ax.get_title(loc="left").endswith(r": a\$b\$c_{")


@pytest.mark.parametrize("plot", PLOTS)
def test_a_frame_in_any_order_of_rows_draws_the_same(plot, log):
    def drawn(history):
        ax = plot(history, ax=Figure().subplots())
        return [
            *(tuple(map(tuple, each.get_xydata())) for each in ax.lines),
            *(each.get_bbox().bounds for each in ax.patches),
            ax.get_xlim(),
        ]

    assert drawn(log) == drawn(log.history().sample(frac=1, random_state=1))


def test_the_bars_count_the_runs_by_status(log, ax):
    plot_history(log, ax=ax)
    drawn = {bars.get_label(): sum(bar.get_height() for bar in bars) for bars in ax.containers}
    assert drawn == {k.lower(): v for k, v in Counter(log.history()["status"]).items()}
    assert labels(ax)[0] == "completed"


def test_bars_of_one_period_stand_on_each_other(tmp_path, ax):
    plot_history(logged(tmp_path, record(0), failed(1, started_at=START)), ax=ax)
    below, above = (each[0] for each in ax.containers)
    assert (below.get_y(), above.get_y()) == (0, below.get_height())
    assert ax.get_title(loc="left") == "Runs per minute"


def test_a_lone_run_does_not_fill_the_width(tmp_path, ax):
    plot_history(logged(tmp_path, record()), ax=ax)
    left, right = ax.get_xlim()
    assert ax.patches[0].get_width() < (right - left) / 2


def test_the_success_rate_is_over_runs_that_are_over(tmp_path, ax):
    log = logged(
        tmp_path, record(0), failed(1), record(2), record(3, status="RUNNING", duration=0.0)
    )
    plot_success_rate(log, ax=ax)
    overall, recent = ax.lines
    assert overall.get_label() == "all 3: 67%"
    assert list(recent.get_ydata()) == pytest.approx([100, 50, 200 / 3])


def test_the_recent_success_rate_forgets_old_runs(tmp_path, ax):
    runs = [failed(each) for each in range(10)] + [record(each) for each in range(10, 20)]
    plot_success_rate(logged(tmp_path, *runs), ax=ax)
    assert ax.lines[1].get_ydata()[-1] == 100


def test_runs_going_on_alone_have_no_success_rate(tmp_path, ax):
    plot_success_rate(logged(tmp_path, record(status="RUNNING")), ax=ax)
    assert words(ax) == "No finished runs yet."


@pytest.mark.parametrize(
    ("seconds", "unit", "shown"), [(5.0, "s", 5.0), (600.0, "min", 10.0), (7200.0, "h", 2.0)]
)
def test_durations_are_in_the_unit_that_the_longest_needs(tmp_path, ax, seconds, unit, shown):
    plot_durations(logged(tmp_path, record(duration=seconds)), ax=ax)
    assert ax.get_ylabel() == f"Duration ({unit})"
    assert ax.collections[0].get_offsets()[0][1] == pytest.approx(shown)
    assert ax.get_ylim()[0] == 0


def test_a_trend_needs_some_runs(tmp_path, ax):
    plot_durations(logged(tmp_path, record(0), record(1)), ax=ax)
    assert not ax.lines


def test_the_trend_is_the_running_median_of_completed_runs(tmp_path, ax):
    runs = [record(each, duration=1.0) for each in range(9)]
    plot_durations(logged(tmp_path, *runs, failed(9, duration=500.0)), ax=ax)
    assert set(ax.lines[0].get_ydata()) == {1.0 / 60}


def test_dates_are_drawn_in_utc(tmp_path, ax):
    plot_durations(logged(tmp_path, record()), ax=ax)
    drawn = mdates.num2date(ax.collections[0].get_offsets()[0][0])
    assert abs(drawn - START) < timedelta(milliseconds=1)


def test_thousands_of_runs_are_drawn(tmp_path, ax):
    plot_durations(logged(tmp_path, *mixed(2000)), ax=ax)
    assert "median of" in labels(ax)[-1]
