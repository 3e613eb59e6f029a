"""The command line: the only place that knows arguments. One file a command, named as the command.

Exit status: 0 all done, 2 wrong usage, 3 some input could not be read or done, 130 interrupted.
"""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import Cancelled, InputError
from napari_mammoseg.files import reason

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
_CHECK = "check the path and its permissions"
WRONG_USAGE, SOME_FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """The program `mammoseg`."""
    _short_run()
    _print_any_name()
    try:
        app(sys.argv[1:2])()
    except KeyboardInterrupt:
        _leave(INTERRUPTED)
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        _leave(end.code or 0)


def _short_run() -> None:
    """What suits a program that is soon done, where the user has not said otherwise.

    Huge pages are cleared whole though an array is filled once, OpenBLAS's threads wait at full speed for work that
    never comes, and the collector searches what is loaded for garbage.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(200_000, 50, 100)


def _print_any_name() -> None:
    """A file's name may be no text; what standard output cannot show of it is escaped, as on standard error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _leave(status: int) -> None:
    """Ends at once: what the interpreter would clear away piece by piece goes with the process."""
    with suppress(BrokenPipeError):  # nobody reads the rest
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _say_version(asked: bool) -> None:
    if asked:
        print(f"mammoseg {VERSION}")
        raise typer.Exit


def app(asked: Sequence[str] = ()) -> typer.Typer:
    """The command asked for, or all of them: loading one is quicker than loading all."""
    everything = typer.Typer(
        name="mammoseg",
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )
    everything.callback()(_group)
    for name in [each for each in asked if each in COMMANDS] or COMMANDS:
        command = getattr(import_module(f"napari_mammoseg.cli.{name}"), name)
        everything.command(name)(_speaking(command))
    return everything


def _group(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="And exit.")] = False,
) -> None:
    """Mammograms: read them, find and outline their lesions, put synthetic ones in. Research software."""


def _speaking(command: Callable[..., None]) -> Callable[..., None]:
    """The command with its users' errors said in one line and turned into its exit status."""

    @functools.wraps(command)
    def speaking(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except InputError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(WRONG_USAGE) from None
        except OSError as error:  # a path of the command that cannot be used; a pipe that is closed has no name
            if error.filename is None:
                raise
            print(InputError(Path(str(error.filename)), f"cannot be used ({reason(error)})", _CHECK), file=sys.stderr)
            raise typer.Exit(WRONG_USAGE) from None
        except (KeyboardInterrupt, Cancelled):
            print("interrupted; what is finished is on disk", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return speaking
