"""Millimetres per pixel in the breast: which tag is believed, and why (PS3.3 10.7.1.3, C.8.11.4, C.8.11.7)."""

from __future__ import annotations

from pydicom import Dataset

from napari_mammoseg.mammogram import LARGEST_MM, SMALLEST_MM, Spacing, is_possible
from napari_mammoseg.readers.dicom.groups import as_single_frame, differs_by_frame, of_frame
from napari_mammoseg.readers.dicom.tags import as_written, number, numbers, text, texts
from napari_mammoseg.readers.spacing import Measured

SMALLEST_MAGNIFICATION, LARGEST_MAGNIFICATION = 0.5, 10.0
SAME = 0.001
"""Share by which two spacings may differ and still be the same one, rounded."""
FACTOR = "EstimatedRadiographicMagnificationFactor"
_GROUPS = ("PixelMeasuresSequence", "FramePixelDataPropertiesSequence", "XRayGeometrySequence")
_TAGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing")


def spacing_of(header: Dataset, magnified_view: bool = False) -> Measured:
    """The spacing in the breast, in this order; never a guess.

    1. PixelSpacing of the pixel measures of a multi-frame object;
    2. PixelSpacing that is calibrated: PixelSpacingCalibrationType says so, or it is smaller than ImagerPixelSpacing;
    3. ImagerPixelSpacing, over EstimatedRadiographicMagnificationFactor where that is given;
    4. PixelSpacing alone; 5. NominalScannedPixelSpacing of digitised film.

    A tag that cannot be read, or that gives no size that a pixel of a mammogram can have, is passed over and noted.
    """
    given = {name: pair for name in _TAGS if (pair := _pair(header, name)) is not None}
    notes = tuple(_impossible(header, name) for name in _TAGS if name not in given and as_written(header, name))
    chosen = _choose(header, given, magnified_view)
    return Measured(chosen.spacing, chosen.source, notes + chosen.notes)


def differing_spacings(data: Dataset, frames: int, magnified_view: bool = False) -> str | None:
    """A note where the frames of a stack have spacings of their own; None where they have one."""
    if not differs_by_frame(data, *_GROUPS):
        return None
    found = {spacing_of(as_single_frame(data, each), magnified_view).spacing for each in range(frames)}
    return f"the frames have {len(found)} different spacings: that of the first is used" if len(found) > 1 else None


def magnification_of(header: Dataset) -> float | None:
    """EstimatedRadiographicMagnificationFactor where it can be one."""
    factor = number(header, FACTOR)
    return factor if factor and SMALLEST_MAGNIFICATION <= factor <= LARGEST_MAGNIFICATION else None


def said_spacing(header: Dataset) -> dict[str, list[str]]:
    """The spacings as the file has them, for those who want to check."""
    return {name: texts(header, name) for name in (*_TAGS, "DetectorElementSpacing") if texts(header, name)}


def _pair(header: Dataset, keyword: str) -> Spacing | None:
    """The two numbers of a tag (one stands for both) where a pixel of a mammogram can have this size, else None."""
    given = numbers(header, keyword)
    pair = (given[0], given[-1]) if 1 <= len(given) <= 2 else None
    return pair if pair is not None and is_possible(pair) else None


def _impossible(header: Dataset, keyword: str) -> str:
    said = f"{keyword} '{as_written(header, keyword)}'"
    return f"{said} is not {SMALLEST_MM} to {LARGEST_MM} mm, as a pixel of a mammogram is: it is not used"


def _choose(header: Dataset, given: dict[str, Spacing], magnified_view: bool) -> Measured:
    if "PixelSpacing" in given:
        if _is_measured(header):
            return Measured(given["PixelSpacing"], "PixelSpacing")
        calibrated = _calibrated(header, given)
        if calibrated is not None:
            return Measured(given["PixelSpacing"], "PixelSpacing", (calibrated,))
    if "ImagerPixelSpacing" in given:
        return _in_the_breast(header, given["ImagerPixelSpacing"], magnified_view)
    source = next(iter(given), None)
    return Measured() if source is None else Measured(given[source], source)


def _is_measured(header: Dataset) -> bool:
    """Whether PixelSpacing is that of a multi-frame object's pixel measures."""
    measures = of_frame(header, "PixelMeasuresSequence")
    return measures is not None and bool(as_written(measures, "PixelSpacing"))


def _calibrated(header: Dataset, given: dict[str, Spacing]) -> str | None:
    """Why PixelSpacing is more than a copy of ImagerPixelSpacing, or None."""
    kind = text(header, "PixelSpacingCalibrationType")
    if kind in ("GEOMETRY", "FIDUCIAL"):
        return f"PixelSpacing is calibrated ({kind})"
    detector = given.get("ImagerPixelSpacing")
    if detector and all(mine < (1 - SAME) * its for mine, its in zip(given["PixelSpacing"], detector, strict=True)):
        return "PixelSpacing is smaller than ImagerPixelSpacing: taken as calibrated"
    return None


def _in_the_breast(header: Dataset, detector: Spacing, magnified_view: bool) -> Measured:
    factor, source = magnification_of(header), "ImagerPixelSpacing"
    if factor is not None:
        source = source if factor == 1 else f"{source} / {FACTOR}"
        return Measured((detector[0] / factor, detector[1] / factor), source)
    said = as_written(header, FACTOR)
    without = f"the magnification factor '{said}' cannot be" if said else "no magnification factor"
    if magnified_view:
        return Measured(notes=(f"a magnification view, and {without}: the spacing in the breast is unknown",))
    return Measured(detector, source, (f"{without}: the spacing is that at the detector",))
