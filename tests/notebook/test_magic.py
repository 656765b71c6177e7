from __future__ import annotations

import atexit
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from etlframe import load_ipython_extension, options, unload_ipython_extension
from etlframe.notebook.magic import EtlMagic
from etlframe.pipeline import Pipeline
from etlframe.runs.log import RunLog
from etlframe.service import ETLPipelineService

COLORS = re.compile(r"\x1b\[[0-9;]*m")
FLIGHTS = {"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]}


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell(config=settings)
    load_ipython_extension(shell)
    flights = Pipeline("delays", pd.DataFrame(FLIGHTS)).query("delay > 0")
    shell.user_ns["p"] = flights.to(tmp_path / "out.jsonl")
    yield shell
    plt.close("all")
    atexit.unregister(shell.atexit_operations)
    shell.atexit_operations()


@pytest.fixture
def etl(shell):
    def run(line):
        return shell.run_line_magic("etl", line)

    return run


def typed(shell, cell):
    """Run a cell as a person types it; an error is raised."""
    outcome = shell.run_cell(cell)
    outcome.raise_error()
    return outcome.result


def error_shown(shell, cell, capsys):
    outcome = shell.run_cell(cell)
    assert not outcome.success
    shown = capsys.readouterr()
    return COLORS.sub("", shown.err + shown.out).strip()


def default_log():
    return RunLog(options.get_options().log_path)


def test_run_binds_its_result_and_records_the_run(shell, tmp_path):
    typed(shell, "r = %etl run p")
    result = shell.user_ns["r"]
    assert result.ok
    assert result.rows_loaded == 2
    assert (tmp_path / "out.jsonl").exists()
    assert list(default_log().history()["run_id"]) == [result.run_id]


def test_a_result_that_is_not_bound_is_the_cells_output(shell):
    assert typed(shell, "%etl run delays").ok


def test_a_failed_run_is_a_failed_result_and_not_nothing(shell, etl):
    def broken(df):
        raise ZeroDivisionError("cannot")

    shell.user_ns["bad"] = shell.user_ns["p"].pipe(broken)
    result = etl("run bad")
    assert result.status == "FAILED"
    assert "cannot" in result.errors[0]["message"]


def test_variables_of_the_notebook_expand(shell):
    shell.user_ns["which"] = "delays"
    assert typed(shell, "%etl run {which}").job_id == "delays"
    assert typed(shell, "%etl run $which").job_id == "delays"


def test_retries_and_engine_are_passed_on(shell, etl):
    result = etl("run delays --retries 3 --engine pandas")
    assert result.params["retries"] == 3
    assert result.engine == "pandas"


def test_settings_come_from_config(shell, tmp_path):
    typed(shell, "%config EtlMagic.default_retries = 2")
    typed(shell, f"%config EtlMagic.log_path = {str(tmp_path / 'mine.jsonl')!r}")
    assert typed(shell, "%etl run delays").params["retries"] == 2
    assert len(RunLog(tmp_path / "mine.jsonl").history()) == 1
    assert len(typed(shell, "%etl history")) == 1
    assert not default_log().path.exists()


def test_a_services_pipelines_are_found_and_recorded_in_its_log(shell, etl, tmp_path):
    service = ETLPipelineService(log_path=tmp_path / "service.jsonl")
    service.create_pipeline("weather", pd.DataFrame(FLIGHTS), [], tmp_path / "weather.jsonl")
    shell.user_ns["service"] = service
    assert etl("run weather").ok
    assert etl("run delays").ok
    assert list(service.history()["job_id"]) == ["weather", "delays"]
    assert list(etl("history")["job_id"]) == ["weather", "delays"]


def test_list_shows_where_each_pipeline_reads_and_writes(shell, etl, tmp_path):
    etl("run delays")
    shell.user_ns["again"] = shell.user_ns["p"]
    listed = etl("list")
    assert list(listed["pipeline"]) == ["delays"]
    assert listed.loc[0, "variable"] == "p, again"
    assert listed.loc[0, "steps"] == 1
    assert "out.jsonl" in listed.loc[0, "destination"]
    assert listed.loc[0, "status"] == "COMPLETED"


def test_list_of_a_notebook_without_pipelines_is_an_empty_table(shell, etl):
    del shell.user_ns["p"]
    assert list(etl("list").columns)[:2] == ["pipeline", "variable"]
    assert etl("status").empty


def test_preview_shows_rows(etl):
    assert etl("preview delays -n 1").to_dict("list") == {"carrier": ["UA"], "delay": [4]}


def test_explain_tells_engines_and_profile_where_the_time_goes(etl):
    assert "query" in str(etl("explain delays"))
    assert "█" in str(etl("profile delays --engine pandas"))


def test_status_is_pending_until_the_first_run(etl):
    assert list(etl("status")["status"]) == ["PENDING"]
    etl("run delays")
    status = etl("status p")
    assert list(status["status"]) == ["COMPLETED"]
    assert list(status["rows_loaded"]) == [2]


def test_status_shows_the_newest_run_and_pipelines_that_wait(shell, etl):
    etl("run delays")
    shell.user_ns["w"] = Pipeline("weather", pd.DataFrame(FLIGHTS))
    status = etl("status").set_index("job_id")["status"]
    assert dict(status) == {"delays": "COMPLETED", "weather": "PENDING"}


def test_history_is_limited_and_filtered(shell, etl):
    for _ in range(3):
        etl("run delays")
    assert len(etl("history")) == 3
    assert len(etl("history p --limit 2")) == 2
    assert etl("history delays --status failed").empty


def test_stats_have_a_row_a_job(etl):
    etl("run delays")
    stats = etl("stats delays")
    assert list(stats["success_rate"]) == [1.0]
    assert len(etl("stats")) == 1


@pytest.mark.parametrize(
    ("kind", "title"),
    [("history", "Runs per"), ("success", "Success rate"), ("durations", "Duration of")],
)
def test_plots_return_axes(etl, kind, title):
    etl("run delays")
    ax = etl(f"plot p --kind {kind}")
    assert ax.get_title(loc="left").startswith(title)


def test_dashboard_shows_the_same_log(etl):
    etl("run delays")
    assert len(etl("dashboard").view.runs) == 1


def test_jobs_that_only_the_log_knows_can_be_asked_for(shell, etl):
    etl("run delays")
    del shell.user_ns["p"]
    assert len(etl("history delays")) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%etl rn p", "UsageError: %etl: no subcommand 'rn'. Did you mean 'run'?"),
        (
            "%etl run dleays",
            "UsageError: %etl run: No pipeline named 'dleays'. Did you mean 'delays'?",
        ),
        (
            "%etl run p --retry 1",
            "UsageError: %etl run: no flag '--retry'. Did you mean '--retries'?",
        ),
        (
            "%etl history dleays",
            "UsageError: %etl history: No job named 'dleays'. Did you mean 'delays'?",
        ),
    ],
)
def test_a_mistake_is_one_line_without_a_traceback(shell, capsys, line, message):
    assert error_shown(shell, line, capsys) == message


def test_a_misspelt_column_is_one_line_too(shell, capsys):
    shell.user_ns["bad"] = shell.user_ns["p"].query("dleay > 0")
    shown = error_shown(shell, "%etl preview bad", capsys)
    assert shown.startswith("UsageError: %etl preview:")
    assert "Did you mean 'delay'" in shown
    assert len(shown.splitlines()) == 1


def test_an_ambiguous_name_is_told_with_the_variables(shell, capsys):
    shell.user_ns["q"] = shell.user_ns["p"].query("delay > 5")
    shown = error_shown(shell, "%etl run delays", capsys)
    assert "variable p" in shown
    assert "variable q" in shown


def test_an_error_of_the_users_own_function_keeps_its_traceback(shell, capsys):
    typed(shell, "def broken(df):\n    return df.head(1 // 0)")
    typed(shell, "bad = p.pipe(broken)")
    shown = error_shown(shell, "%etl preview bad", capsys)
    assert "return df.head(1 // 0)" in shown


@pytest.mark.parametrize("line", ["", "-h", "--help", "run -h", "run p --help"])
def test_help_is_printed_and_nothing_is_returned(etl, capsys, line):
    assert etl(line) is None
    assert "%etl run" in capsys.readouterr().out


def test_the_question_mark_shows_the_help(shell, capsys):
    typed(shell, "%etl?")
    assert "Run, look at and follow" in capsys.readouterr().out


def test_tab_completes_subcommands_flags_and_names(shell):
    def completions(text):
        with provisionalcompleter():
            found = list(shell.Completer.completions(text, len(text)))
        return [(each.text, text[each.start : each.end]) for each in found]

    assert completions("%etl his") == [("history", "his")]
    assert completions("%etl run de") == [("delays", "de")]
    assert ("print", "prin") in completions("prin"), "elsewhere Python is completed as ever"
    assert completions("r = %etl run delays --re") == [("--retries", "--re")]
    assert [text for text, _ in completions("%etl run ")][:2] == ["delays", "p"]


def test_no_variable_of_the_user_is_made_or_changed(shell):
    before = {name: id(value) for name, value in shell.user_ns.items() if name[0] != "_"}
    typed(shell, "%etl run delays")
    typed(shell, "%etl list")
    after = {name: id(value) for name, value in shell.user_ns.items() if name[0] != "_"}
    assert after == before


def test_loading_twice_is_loading_once_and_unloading_takes_all_away(shell):
    load_ipython_extension(shell)
    assert [type(each) for each in shell.configurables].count(EtlMagic) == 1
    assert len(shell.Completer.custom_matchers) == 1
    unload_ipython_extension(shell)
    assert "etl" not in shell.magics_manager.magics["line"]
    assert not [each for each in shell.configurables if isinstance(each, EtlMagic)]
    assert not shell.Completer.custom_matchers


def test_load_ext_finds_the_extension_by_the_packages_name(shell):
    unload_ipython_extension(shell)
    typed(shell, "%load_ext etlframe")
    assert typed(shell, "%etl run delays").ok


def test_an_interrupted_run_is_cancelled_and_the_interrupt_goes_on(shell, etl, tmp_path):
    def interrupted(df):
        raise KeyboardInterrupt

    target = tmp_path / "out.jsonl"
    target.write_text('{"old": 1}\n')
    shell.user_ns["slow"] = shell.user_ns["p"].pipe(interrupted)
    with pytest.raises(KeyboardInterrupt):
        etl("run slow")
    assert list(default_log().history()["status"]) == ["CANCELLED"]
    assert target.read_text() == '{"old": 1}\n'
    assert sorted(Path(tmp_path).glob("out*")) == [target]
