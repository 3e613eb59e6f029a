"""The command line: the only place that knows arguments. One file per command, named after it.

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
    "readings",
    "replay",
    "synthesize",
    "train",
)
_CHECK = "check the path and its permissions"
WRONG_USAGE, SOME_FAILED, INTERRUPTED = 2, 3, 130


def main() -> None:
    """The program `mammoseg`."""
    _short_run()
    _have_streams()
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
    """Settings for a program that runs for seconds, where the user has not chosen others.

    Without them huge pages are cleared although each array is filled once, OpenBLAS's idle threads spin, and the
    garbage collector keeps searching the loaded modules.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(200_000, 50, 100)


def _have_streams() -> None:
    """Puts nothing in the place of standard streams that are closed, which the next file opened would take."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  until the end


def _print_any_name() -> None:
    """Escapes what standard output cannot show of a file's name, as standard error does: a name may not be text."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _leave(status: int) -> None:
    """Ends at once, without the interpreter's clean-up, which takes longer than leaving it to the system."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads the rest
        pass
    except OSError as error:
        print(_unwritten(error), file=sys.stderr)
        status = status or SOME_FAILED
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def _unwritten(error: OSError) -> InputError:
    return InputError("standard output", f"cannot be written ({reason(error)})", "check the disk and its space")


def _say_version(asked: bool) -> None:
    if asked:
        print(f"mammoseg {VERSION}")
        raise typer.Exit


def app(asked: Sequence[str] = ()) -> typer.Typer:
    """The program with the command asked for, or with all of them: loading one is faster than loading all."""
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
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say it and exit.")
    ] = False,
) -> None:
    """Mammograms: read them, find and outline their lesions, put synthetic ones in. Research software."""


def _speaking(command: Callable[..., None]) -> Callable[..., None]:
    """The command; errors that a user can cause are printed in one line and become its exit status."""

    @functools.wraps(command)
    def speaking(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except InputError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(WRONG_USAGE) from None
        except BrokenPipeError:
            raise
        except OSError as error:  # a path of the command that cannot be used; standard output has no name
            if error.filename is None:
                print(_unwritten(error), file=sys.stderr)
                raise typer.Exit(SOME_FAILED) from None
            print(InputError(Path(str(error.filename)), f"cannot be used ({reason(error)})", _CHECK), file=sys.stderr)
            raise typer.Exit(WRONG_USAGE) from None
        except (KeyboardInterrupt, Cancelled):
            print("interrupted; what is finished is on disk", file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from None

    return speaking
