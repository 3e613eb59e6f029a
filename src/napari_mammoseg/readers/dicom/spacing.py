"""Millimetres a pixel in the breast: which tag is believed, and why (PS3.3 10.7.1.3, C.8.11.4, C.8.11.7)."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom import Dataset

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.readers.dicom.groups import of_frame
from napari_mammoseg.readers.dicom.tags import number, numbers, text, texts

SMALLEST_MM, LARGEST_MM = 0.001, 10.0
SMALLEST_MAGNIFICATION, LARGEST_MAGNIFICATION = 0.5, 10.0
SAME = 0.001
"""Share by which two spacings may differ and still be the same one, rounded."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A spacing, the tag it is from, and what is to be said of it. The spacing may be impossible: who reads refuses."""

    spacing: Spacing | None = None
    source: str | None = None
    notes: tuple[str, ...] = ()


def spacing_of(data: Dataset, magnified_view: bool = False) -> Measured:
    """The spacing in the breast, in this order; never a guess.

    1. PixelSpacing of the pixel measures of a multi-frame object;
    2. PixelSpacing that is calibrated: PixelSpacingCalibrationType says so, or it is smaller than ImagerPixelSpacing;
    3. ImagerPixelSpacing, over EstimatedRadiographicMagnificationFactor where that is given;
    4. PixelSpacing alone; 5. NominalScannedPixelSpacing of digitised film.
    """
    given = {name: _pair(data, name) for name in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")}
    measures = of_frame(data, "PixelMeasuresSequence")
    measured = _pair(measures, "PixelSpacing")
    if measures is not data and measured and possible(measured):
        return Measured(measured, "PixelSpacing")
    real = {name: pair for name, pair in given.items() if pair and possible(pair)}
    notes = tuple(_impossible(name, pair) for name, pair in given.items() if pair and name not in real)
    if not real:
        wrong = next((name for name, pair in given.items() if pair), None)
        return Measured(given[wrong] if wrong else None, wrong, notes)
    chosen = _choose(data, real, magnified_view)
    return Measured(chosen.spacing, chosen.source, notes + chosen.notes)


def magnification_of(data: Dataset) -> float | None:
    """EstimatedRadiographicMagnificationFactor where it can be one."""
    factor = number(data, "EstimatedRadiographicMagnificationFactor")
    return factor if factor and SMALLEST_MAGNIFICATION <= factor <= LARGEST_MAGNIFICATION else None


def possible(pair: Spacing) -> bool:
    """Whether a pixel of a mammogram can have this size."""
    return all(SMALLEST_MM <= each <= LARGEST_MM for each in pair)


def _choose(data: Dataset, real: dict[str, Spacing], magnified_view: bool) -> Measured:
    if "PixelSpacing" in real:
        calibrated = _calibrated(data, real)
        if calibrated is not None:
            return Measured(real["PixelSpacing"], "PixelSpacing", (calibrated,))
    if "ImagerPixelSpacing" in real:
        return _in_the_breast(data, real["ImagerPixelSpacing"], magnified_view)
    source = next(iter(real))
    return Measured(real[source], source)


def _calibrated(data: Dataset, real: dict[str, Spacing]) -> str | None:
    """Why PixelSpacing is more than a copy of ImagerPixelSpacing, or None."""
    kind = text(data, "PixelSpacingCalibrationType")
    if kind in ("GEOMETRY", "FIDUCIAL"):
        return f"PixelSpacing is calibrated ({kind})"
    detector = real.get("ImagerPixelSpacing")
    if detector and all(mine < (1 - SAME) * its for mine, its in zip(real["PixelSpacing"], detector, strict=True)):
        return "PixelSpacing is smaller than ImagerPixelSpacing: taken as calibrated"
    return None


def _in_the_breast(data: Dataset, detector: Spacing, magnified_view: bool) -> Measured:
    factor = magnification_of(data)
    if factor is not None:
        source = (
            "ImagerPixelSpacing" if factor == 1 else "ImagerPixelSpacing / EstimatedRadiographicMagnificationFactor"
        )
        return Measured((detector[0] / factor, detector[1] / factor), source)
    if magnified_view:
        return Measured(notes=("a magnification view without its factor: the spacing in the breast is unknown",))
    return Measured(detector, "ImagerPixelSpacing", ("no magnification factor: the spacing is that at the detector",))


def _pair(data: Dataset, keyword: str) -> Spacing | None:
    pair = numbers(data, keyword)
    return (pair[0], pair[-1]) if 1 <= len(pair) <= 2 else None


def _impossible(name: str, pair: Spacing | None) -> str:
    said = " x ".join(f"{each:g}" for each in pair or ())
    return f"{name} {said} mm cannot be and is not used"


def said_spacing(data: Dataset) -> dict[str, list[str]]:
    """The spacings as the file has them, for who wants to check."""
    names = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "DetectorElementSpacing")
    return {name: texts(data, name) for name in names if texts(data, name)}
