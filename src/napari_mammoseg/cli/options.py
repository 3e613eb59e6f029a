"""Options that several commands have, each with its explanation."""

from __future__ import annotations

from typing import Annotated

import typer

from napari_mammoseg.mammogram import LARGEST_MM, SMALLEST_MM, is_possible, length_mm


def millimetres(text: str) -> float:
    """The millimetres in `text` (0.07, 0,07 or 70um). Raises BadParameter for what is no length."""
    value = length_mm(text)
    if value is None:
        raise typer.BadParameter(f"{text!r} is no length; give millimetres, 0.07 for example")
    return value


def spacing_mm(text: str) -> float:
    """The same of a pixel spacing. Raises BadParameter for what is no mammogram's."""
    value = millimetres(text)
    if not is_possible((value, value)):
        raise typer.BadParameter(
            f"no mammogram has {value:g} mm a pixel; give one of {SMALLEST_MM:g} to {LARGEST_MM:g} mm"
        )
    return value


Settings = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting.")]
Spacing = Annotated[float | None, typer.Option(metavar="MM", parser=spacing_mm, help="Pixel spacing of INPUT, in mm.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")]
Backend = Annotated[str, typer.Option(help="What runs the network: auto, openvino, torch or plain.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes that work side by side.")]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="A dask scheduler.")]
