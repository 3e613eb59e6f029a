"""The VOI choices of a file: what its maker offers to show (PS3.3 C.11.2): LUTs first, as pydicom prefers them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from scipy.special import expit

from napari_mammoseg.readers.dicom.lut import Lut, read_lut
from napari_mammoseg.readers.dicom.tags import items, numbers, text, texts

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


@dataclass(frozen=True, slots=True)
class Voi:
    """One choice: `shown` takes values after the modality transformation to 0…1.

    `limits`: where a straight line from 0 to 1 begins and ends, None where it is none. `facts`: as the file has it.
    """

    explanation: str
    origin: str
    shown: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    limits: tuple[float, float] | None
    facts: dict[str, Any]


def choices(data: Dataset, signed: bool) -> tuple[list[Voi], list[str]]:
    """All choices in the VOI LUT module (or Frame VOI LUT item) `data`, the default first, and what is wrong with it.

    The default is the first LUT, else the first window. `signed`: values may be negative.
    """
    luts = [read_lut(item, signed) for item in items(data, "VOILUTSequence")]
    windows, notes = _windows(data)
    if None in luts:
        notes.append("a VOI LUT of the file is broken and left out")
    notes += [lut.width_note for lut in luts if lut is not None and lut.width_note is not None]
    return [_of_lut(lut, place) for place, lut in enumerate(luts, 1) if lut is not None] + windows, notes


def straight(name: str, low: float, high: float) -> Voi:
    """A straight line from black at `low` to white at `high`, values after the modality transformation."""
    high = max(high, math.nextafter(low, math.inf))
    shown = lambda values: np.clip((values - low) / (high - low), 0, 1)  # noqa: E731
    facts = {"kind": "computed", "low": low, "high": high}
    return Voi(name, f"{low:g} to {high:g}", shown, (low, high), facts)


def _of_lut(lut: Lut, place: int) -> Voi:
    facts = {"kind": "LUT", "entries": len(lut.data), "first": lut.first, "bits": lut.bits}
    return Voi(lut.explanation or f"LUT {place}", "VOI LUT", lambda values: lut(values) / lut.top, None, facts)


def _windows(data: Dataset) -> tuple[list[Voi], list[str]]:
    centers, widths = numbers(data, "WindowCenter"), numbers(data, "WindowWidth")
    function = text(data, "VOILUTFunction") or "LINEAR"
    notes = [] if function in FUNCTIONS else [f"VOILUTFunction {function} is not known: LINEAR is used"]
    function = function if function in FUNCTIONS else "LINEAR"
    names = texts(data, "WindowCenterWidthExplanation")
    made = []
    for place, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if _possible(center, width, function):
            name = names[place] if place < len(names) and names[place] else f"window {place + 1}"
            made.append(_of_window(name, center, width, function))
        else:
            said = [texts(data, each)[place].removesuffix(".0") for each in ("WindowCenter", "WindowWidth")]
            notes.append(f"the window {'/'.join(said)} cannot be and is left out")
    return made, notes


def _possible(center: float, width: float, function: str) -> bool:
    return math.isfinite(center) and math.isfinite(width) and (width >= 1 if function == "LINEAR" else width > 0)


def _of_window(name: str, center: float, width: float, function: str) -> Voi:
    facts = {"kind": "window", "center": center, "width": width, "function": function}
    origin = f"{function} {center:g}/{width:g}"
    if function == "SIGMOID":
        return Voi(name, origin, lambda values: expit(4 * (values - center) / width), None, facts)
    if function == "LINEAR":
        center, width = center - 0.5, width - 1
    return replace(straight(name, center - width / 2, center + width / 2), origin=origin, facts=facts)
