"""`mammoseg readings`: what all readers made of the marks, as one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from napari_mammoseg import files
from napari_mammoseg.cli import SOME_FAILED
from napari_mammoseg.errors import InputError


def readings(
    inputs: Annotated[list[Path], typer.Argument(metavar="DIR-or-FILE...", help="Readings, or folders of them.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The table to write, CSV.")],
) -> None:
    """Write every reader's verdicts, BI-RADS categories and comments as one table: one row per mark and reader."""
    from napari_mammoseg.readings.table import readings_in, write_table

    failures: list[InputError] = []
    found = list(readings_in(inputs, failures.append))
    for error in failures:
        print(error, file=sys.stderr)
    if found:
        files.folder(out.parent)
        rows = write_table(found, out)
        readers = {each.reader for each in found}
        print(f"{out}: {rows} rows; {len(found)} readings, {len(readers)} readers")
    if failures:
        raise typer.Exit(SOME_FAILED)
