"""The ``etlframe`` command: what is typed becomes a call on the service, and its answer text."""

from __future__ import annotations

from collections.abc import Sequence

USAGE_ERROR = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: The words after ``etlframe``; those of the process unless given.

    Returns:
        0 if all went well, 1 if a run or a file failed, 2 for a mistake in what was typed, 130
        after Ctrl-C.
    """
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # while libraries are loaded; typer sees to it from then on
        return INTERRUPTED


def _run(arguments: Sequence[str] | None) -> int:
    import typer

    from etlframe.cli.app import app
    from etlframe.cli.output import complain
    from etlframe.errors import AmbiguousNameError, ETLError, OptionError, UnknownNameError

    try:
        return int(app(args=arguments, prog_name="etlframe", standalone_mode=False) or 0)
    except typer.TyperException as mistake:
        complain(mistake.format_message())
        return USAGE_ERROR
    except (UnknownNameError, AmbiguousNameError, OptionError) as mistake:
        complain(str(mistake))
        return USAGE_ERROR
    except ETLError as error:
        complain(str(error))
        return 1
