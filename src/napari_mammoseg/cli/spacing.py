"""The option --spacing: a pixel spacing as people type it."""

from __future__ import annotations

import typer

from napari_mammoseg.mammogram import LARGEST_MM, SMALLEST_MM, is_possible, length_mm


def spacing_mm(text: str) -> float:
    """The millimetres in `text` (0.07, 0,07 or 70um). Raises BadParameter for what is no mammogram's spacing."""
    value = length_mm(text)
    if value is None:
        raise typer.BadParameter(f"{text!r} is no length; give millimetres, 0.07 for example")
    if not is_possible((value, value)):
        raise typer.BadParameter(
            f"no mammogram has {value:g} mm a pixel; give one of {SMALLEST_MM:g} to {LARGEST_MM:g} mm"
        )
    return value
