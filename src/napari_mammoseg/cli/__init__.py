"""The command line: the only place that knows arguments. One file a command, named as the command.

Exit status: 0 all done, 2 wrong usage, 3 some input could not be read or done, 130 interrupted.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer

from napari_mammoseg.errors import Cancelled, InputError

COMMANDS = (
    "info",
    "analyze",
    "benchmark",
    "evaluate",
    "models",
    "phantom",
    "replay",
    "train",
)
WRONG_USAGE, SOME_FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """The program `mammoseg`."""
    try:
        app()()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def app() -> typer.Typer:
    """All commands."""
    everything = typer.Typer(
        name="mammoseg",
        help="Mammograms: read them, find and outline their lesions, put synthetic ones in. Research software.",
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )
    for name in COMMANDS:
        command = getattr(import_module(f"napari_mammoseg.cli.{name}"), name)
        everything.command(name)(_speaking(command))
    return everything


def _speaking(command: Callable[..., None]) -> Callable[..., None]:
    """The command with its users' errors said in one line and turned into its exit status."""

    @functools.wraps(command)
    def speaking(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except InputError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(WRONG_USAGE) from None
        except (KeyboardInterrupt, Cancelled):
            print("interrupted; what is finished is on disk", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return speaking
