"""The loop over a command's inputs: files and folders; what fails is said in one line and the others are done."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import typer

from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.batch.inputs import images
from napari_mammoseg.cli import SOME_FAILED
from napari_mammoseg.errors import Cancelled, InputError

T = TypeVar("T")
ERROR_SCHEMA = "mammoseg.error/1"


def for_each(
    inputs: Iterable[Path],
    do: Callable[[Path], T],
    text: Callable[[T], str],
    record: Callable[[T], dict[str, Any]],
    as_json: bool,
) -> None:
    """Does `do` for every image among the inputs and prints its `text`, or its `record` as one line of JSON.

    An input that fails, for whatever reason, gives one line on standard error, and with `as_json` its error object in
    its place.
    Raises typer.Exit with status 3 at the end when some failed.
    """
    failures: list[InputError] = []

    def fail(error: InputError, name: str) -> None:
        failures.append(error)
        print(error, file=sys.stderr, flush=True)
        if as_json:
            _print(json.dumps(error_record(error, name)))

    for path in images(inputs, lambda error: fail(error, str(error.subject))):
        try:
            result = do(path)
            said = json.dumps(record(result)) if as_json else text(result)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001  the others are done
            fail(as_input_error(error, path.name), path.name)
        else:
            _print(said)
    if failures:
        raise typer.Exit(SOME_FAILED)


def error_record(error: InputError, name: str) -> dict[str, Any]:
    """The input `name` that failed, as `--json` shows it."""
    said = str(error).removeprefix(f"{name}: ")
    return {"schema": ERROR_SCHEMA, "image": {"name": name}, "error": said}


def _print(line: str) -> None:
    """Prints a line whatever the file's name is made of."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)
