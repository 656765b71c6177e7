from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from etlframe.cli.output import width
from etlframe.runs.log import RunLog
from tests.cli.conftest import CHECKOUT, Said, process
from tests.notebook.arrival import arrival
from tests.notebook.records import failed, mixed, record, write_log

JOB = """
import pandas as pd
import etlframe as etl

flights = pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]})
p = etl.Pipeline("delays", flights).query("delay > 0").to("out/delays.jsonl")
"""
BROKEN = """
def broken(df):
    raise ZeroDivisionError("no such luck")

bad = etl.Pipeline("broken", flights).pipe(broken).to("out/broken.jsonl")
"""
SLOW = """
import threading
import pandas as pd
import etlframe as etl

def slow():
    {arrived}
    threading.Event().wait(60)
    return pd.DataFrame({{"v": [1]}})

p = etl.Pipeline("slow", slow).to("out.jsonl")
"""


@pytest.fixture
def job(folder):
    path = folder / "job.py"
    path.write_text(JOB)
    return path


@pytest.fixture
def runs(folder):
    write_log(folder / "runs.jsonl", mixed(60))
    return "--log", "runs.jsonl"


def default_log(folder):
    return RunLog(folder / ".etlframe" / "logs" / "etl-jobs.jsonl")


# -- the command itself ----------------------------------------------------------------------------


def test_without_words_it_tells_its_commands(cli):
    said = cli()
    assert said.status == 0
    assert all(each in said.out for each in ("run", "list", "history", "stats", "demo"))
    assert cli("--help").out == said.out


def test_it_tells_its_version(cli):
    assert cli("--version").out.startswith("etlframe 0.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("rn",), "Did you mean 'run'?"),
        (("history", "--lim", "3"), "--limit"),
        (("run",), "FILE[:NAME]"),
        (("run", "job.py", "--retries", "-1"), "greater than or equal to 0"),
        (("run", "job.py", "--engine", "duckb"), "Did you mean 'duckdb'?"),
        (("run", "job.py:dleays"), "Did you mean 'delays'?"),
        (("history", "dleays"), "No job named 'dleays'"),
        (("stats", "dleays"), "No job named 'dleays'"),
    ],
)
def test_a_mistake_is_one_line_on_standard_error_and_status_two(cli, job, words, message):
    said = cli(*words)
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert len(said.err.splitlines()) == 1


def test_help_loads_no_heavy_library():
    code = (
        "import sys\nfrom etlframe.cli import main\nmain(['--help'])\n"
        "heavy = {'pandas', 'duckdb', 'pyarrow', 'polars', 'pandera', 'matplotlib', 'rich'}\n"
        "sys.exit(','.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# -- run -------------------------------------------------------------------------------------------


def test_run_loads_records_and_says_so(cli, job, folder):
    said = cli("run", "job.py")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("COMPLETED  delays in ")
    assert "3 rows read, 2 loaded -> " in said.out
    assert len((folder / "out" / "delays.jsonl").read_text().splitlines()) == 2
    assert list(default_log(folder).history()["status"]) == ["COMPLETED"]


def test_a_failed_run_fails_the_command_after_the_others_ran(cli, job, folder):
    job.write_text(
        BROKEN.join(JOB.split("p = ")).replace('etl.Pipeline("delays"', 'p = etl.Pipeline("delays"')
    )
    said = cli("run", "job.py")
    assert said.status == 1
    assert "FAILED  broken" in said.out
    assert "COMPLETED  delays" in said.out
    assert "no such luck" in said.err
    assert "Traceback" not in said.err
    assert all(line.startswith("etlframe: broken:") for line in said.err.splitlines())


def test_a_name_runs_that_pipeline_alone(cli, job):
    job.write_text(JOB + BROKEN)
    assert cli("run", "job.py:delays").status == 0
    assert cli("run", "job.py:bad").status == 1


def test_the_traceback_is_shown_where_it_is_wanted(cli, job):
    job.write_text(JOB + BROKEN)
    assert 'raise ZeroDivisionError("no such luck")' in cli("run", "job.py:bad", "-v").err
    job.write_text("1 / 0\n")
    said = cli("run", "job.py")
    assert (said.status, "Traceback" in said.err) == (1, False)
    assert "Traceback" in cli("run", "job.py", "--traceback").err


def test_the_log_may_be_another(cli, job, folder):
    assert cli("run", "job.py", "--log", "mine/log.jsonl").status == 0
    assert len(RunLog(folder / "mine" / "log.jsonl").history()) == 1
    assert not default_log(folder).path.exists()


def test_the_engine_is_passed_on(cli, job, folder):
    cli("run", "job.py", "--engine", "pandas")
    assert list(default_log(folder).history()["engine"]) == ["pandas"]


def test_profile_tells_where_the_time_goes_and_loads_nothing(cli, job, folder):
    said = cli("profile", "job.py:delays")
    assert said.status == 0
    assert said.out.startswith("delays: ")
    assert "█" in said.out
    assert not (folder / "out").exists()
    assert cli("profile", "job.py", "--engine", "fast").status == 2


def test_ctrl_c_cancels_the_run_and_leaves_the_destination(folder):
    (folder / "out.jsonl").write_text('{"old": 1}\n')
    with arrival() as begun:
        (folder / "job.py").write_text(SLOW.format(arrived=begun.code))
        running = process("run", "job.py")
        begun.wait()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert (out, err.count("\n")) == ("", 1)
    assert "recorded as CANCELLED" in err
    assert list(default_log(folder).history()["status"]) == ["CANCELLED"]
    assert (folder / "out.jsonl").read_text() == '{"old": 1}\n'
    assert sorted(each.name for each in folder.glob("out*")) == ["out.jsonl"]


def test_an_interrupt_before_any_run_claims_none(cli, folder):
    (folder / "job.py").write_text("raise KeyboardInterrupt\n")
    assert cli("run", "job.py") == Said(130, "", "")
    assert default_log(folder).history().empty


def test_an_interrupt_while_libraries_are_loaded_is_no_traceback(cli, monkeypatch):
    def stop(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("etlframe.cli._run", stop)
    assert cli("list") == Said(130, "", "")


def test_an_interrupt_ends_the_command_although_more_would_follow(cli, job, folder):
    job.write_text(
        JOB.replace('.query("delay > 0")', ".pipe(stop)").replace(
            "flights =", "def stop(df):\n    raise KeyboardInterrupt\n\nflights ="
        )
        + "q = p.query('delay > 0')\n"
    )
    said = cli("run", "job.py")
    assert (said.status, said.out) == (130, "")
    assert said.err.startswith("etlframe: interrupted;")
    assert list(default_log(folder).history()["status"]) == ["CANCELLED"]


def test_output_that_nobody_reads_is_no_error(job):
    with process("history", "--json", "--log", "runs.jsonl") as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()


# -- list, history, stats --------------------------------------------------------------------------


def test_list_shows_the_pipelines_of_a_file_and_how_they_stand(cli, job):
    head, line = cli("list", "job.py").out.splitlines()
    assert head.split() == ["STATUS", "PIPELINE", "VARIABLE", "FROM", "->", "TO"]
    assert line.split()[:3] == ["PENDING", "delays", "p"]
    cli("run", "job.py")
    assert cli("list", "job.py").out.splitlines()[1].split()[0] == "COMPLETED"


def test_list_without_a_file_shows_the_jobs_of_the_log(cli, runs):
    said = cli("list", *runs)
    assert said.out.splitlines() == [
        "LATEST     JOB                          RUNS  STARTED (UTC)",
        "COMPLETED  airports of the whole world    20  2026-04-28 02:00:00",
        "COMPLETED  delays                         40  2026-04-30 02:00:00",
    ]


def test_history_is_a_table_with_the_errors_below_their_runs(cli, runs):
    lines = cli("history", *runs).out.splitlines()
    assert lines[0].split()[:2] == ["STATUS", "JOB"]
    assert lines[-1] == "40 older runs not shown: see --limit."
    at = next(number for number, line in enumerate(lines) if line.startswith("FAILED"))
    assert lines[at + 1] == "    SourceNotFoundError at extract: No file data/flights.csv."
    assert max(map(width, lines)) <= 80


def test_history_narrows_to_a_job_a_status_and_a_number(cli, runs):
    lines = cli("history", "delays", "--status", "completed", "--limit", "3", *runs).out
    assert lines.count("COMPLETED  delays") == 3
    assert "not shown" in lines
    assert "not shown" not in cli("history", "--limit", "0", *runs).out
    assert cli("history", "--status", "SKIPPED", *runs).out == "No such runs.\n"
    said = cli("history", "--status", "complete", *runs)
    assert (said.status, "Did you mean 'COMPLETED'" in said.err) == (2, True)


def test_history_as_json_is_whole_and_plain(cli, folder):
    write_log(folder / "runs.jsonl", [record(0), failed(1)])
    told = json.loads(cli("history", "--json", "--log", "runs.jsonl").out)["runs"]
    assert [each["status"] for each in told] == ["COMPLETED", "FAILED"]
    assert told[0]["started_at"] == "2026-03-02T02:00:00+00:00"
    assert (told[0]["rows_extracted"], told[1]["rows_extracted"]) == (27_004, None)
    assert told[0]["duration"] == 2.0


def test_stats_have_a_line_a_job_and_one_for_all(cli, runs):
    lines = cli("stats", *runs).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "JOB",
        "airports of the whole world",
        "delays",
        "all",
    ]
    assert lines[-1].split() == ["all", "60", "51", "5", "85%", "714", "4.0", "s", "6.0", "s"]
    assert len(cli("stats", "delays", *runs).out.splitlines()) == 2


def test_stats_as_json_are_numbers(cli, runs):
    told = json.loads(cli("stats", "delays", "--json", *runs).out)
    assert told["jobs"]["delays"]["total_executions"] == 40
    assert told["jobs"].keys() == {"delays"}


@pytest.mark.parametrize("command", ["list", "history", "stats"])
def test_an_empty_log_says_what_to_try(cli, command):
    said = cli(command)
    assert said.status == 0
    assert said.out.endswith("yet. Try: etlframe run FILE.py\n")


def test_torn_lines_are_told_on_standard_error(cli, folder):
    write_log(folder / "runs.jsonl", mixed(3), torn=1)
    for words in (["list"], ["history", "--json"], ["stats"]):
        assert "1 torn line in" in cli(*words, "--log", "runs.jsonl").err


def test_hostile_names_cannot_command_the_terminal(cli, folder):
    write_log(folder / "runs.jsonl", [failed(0, job_id="a\x1b[2Jb", message="c\x1b[31m")])
    for command in ("list", "history", "stats"):
        assert "\x1b" not in cli(command, "--log", "runs.jsonl").out
