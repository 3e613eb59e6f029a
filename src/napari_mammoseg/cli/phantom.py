"""`mammoseg phantom`: synthetic mammograms with exact truth."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import output_folder
from napari_mammoseg.phantom.mammograms import Request, make, planned
from napari_mammoseg.writers.phantoms import MIAS_PAIRS, save


class View(StrEnum):
    CC = "CC"
    MLO = "MLO"


class Laterality(StrEnum):
    L = "L"
    R = "R"


class Format(StrEnum):
    dicom = "dicom"
    mias = "mias"
    png = "png"


class Density(StrEnum):
    a = "a"
    b = "b"
    c = "c"
    d = "d"


class Compression(StrEnum):
    none = "none"
    rle = "rle"
    jpegls = "jpegls"


_DEFAULT_SIZE, _DEFAULT_SPACING = "2048x1664", 0.1
_MIAS_SIZE, _MIAS_SPACING = "1024x1024", 0.2


def phantom(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    count: Annotated[int, typer.Option(min=1, help="How many; seeds count up from --seed.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    view: Annotated[View | None, typer.Option(help="CC, or MLO with the pectoral muscle (MIAS: MLO only).")] = None,
    laterality: Annotated[Laterality, typer.Option(help="Which breast.")] = Laterality.L,
    size: Annotated[str | None, typer.Option(metavar="ROWSxCOLUMNS", help=f"Pixels ({_DEFAULT_SIZE}).")] = None,
    spacing: Annotated[float | None, typer.Option(metavar="MM", help=f"Pixel size ({_DEFAULT_SPACING}).")] = None,
    lesions: Annotated[
        str,
        typer.Option(
            help="none, random, or KIND[:FORM[:MM[:COUNT]]] separated by commas, such as mass:spiculated:12 "
            "(circumscribed, lobulated), cluster:linear:10:20 (round, pleomorphic), vascular."
        ),
    ] = "random",
    density: Annotated[Density | None, typer.Option(help="BI-RADS composition, from fat to extremely dense.")] = None,
    format: Annotated[Format, typer.Option("--format", help="DICOM MG, MIAS form, or 16-bit PNG.")] = Format.dicom,
    compression: Annotated[Compression, typer.Option(help="Lossless compression of DICOM.")] = Compression.none,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON with the truth of each.")] = False,
) -> None:
    """Make synthetic mammograms with exact truth: NAME.dcm (or .pgm, .png), NAME.mask.png, NAME.truth.json."""
    mias = format is Format.mias
    if mias and (view is View.CC or count > MIAS_PAIRS):
        what = f"holds MLO views, at most {MIAS_PAIRS}"
        raise InputError("--format mias", what, "leave out --view, or choose dicom or png")
    rows, columns = _size(size or (_MIAS_SIZE if mias else _DEFAULT_SIZE))
    usual = _MIAS_SPACING if mias else _DEFAULT_SPACING
    first = Request(
        seed=seed,
        view="MLO" if mias or view is View.MLO else "CC",
        laterality=laterality.value,
        rows=rows,
        columns=columns,
        spacing_mm=usual if spacing is None else spacing,
        lesions=lesions,
        density=density.value if density else None,
    )
    planned(first)
    output_folder(out)
    for number in range(seed, seed + count):
        written = save(make(replace(first, seed=number)), out, format.value, compression.value)
        print(f"{number - seed + 1}/{count} {written[0]}", file=sys.stderr if as_json else sys.stdout, flush=True)
        if as_json:
            print(json.dumps(json.loads(written[-1].read_text("utf-8"))), flush=True)


def _size(text: str) -> tuple[int, int]:
    rows, _, columns = text.lower().replace("×", "x").partition("x")
    if not (rows.isdecimal() and columns.isdecimal() and int(rows) and int(columns)):
        raise InputError(f"--size {text}", "is not a size", "write ROWSxCOLUMNS, such as 2048x1664")
    return int(rows), int(columns)
