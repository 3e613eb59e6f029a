"""Which window a picture is shown through at first: the file's first choice, unless that shows next to nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.mammogram import Window
from napari_mammoseg.readers.dicom.frames import Stored
from napari_mammoseg.readers.dicom.grey import Scale, Values
from napari_mammoseg.readers.dicom.processing import presentation
from napari_mammoseg.readers.dicom.voi import Voi, straight

CORNER = 0.25
"""Share of the grey scale that a window must use between the picture's darkest and brightest pixel."""
LEAST_SEEN = 0.01
"""Share of the pixels that a window must show neither black nor white."""
FEWEST_STEPS = 32
"""A picture that has fewer grey values than these is flat itself, whatever its window."""
_DEPTHS = (10, 12, 14)
_SAMPLED = 256  # rows and columns that are looked at


def own_window(
    header: Dataset, stored: Stored, scale: Scale, for_processing: bool, offered: list[Voi], frame: int
) -> tuple[Window, str] | None:
    """A window to show `frame` through instead of the file's first, and why; None if the file's first is good."""
    if for_processing:
        return presentation(header, scale, np.where(scale.padding, 0, stored.counts()))
    first = offered[0] if offered else _full_range(stored, scale)
    values = _values_between_ends(stored, scale)
    own = straight("range of values", float(values.min()), float(values.max()))
    is_unsigned_range = not offered and stored.first == 0  # dark pictures of other formats are left dark, too
    may_mislead = not is_unsigned_range and len(values) >= FEWEST_STEPS
    if may_mislead and not _shows(first, own, values, _sample(stored, scale, frame)):
        said = f"'{first.explanation}' leaves the picture in a corner of the grey scale"
        return scale.window(own), f"{said}: shown from {values.min():g} to {values.max():g} instead"
    if offered:
        return None
    return scale.window(first), f"no window in the file: shown over the whole range of {_used_bits(stored)} bits"


def _shows(choice: Voi, own: Voi, values: Values, sample: Values) -> bool:
    """Whether a choice uses enough of the grey scale for the `values`, and shows enough of the `sample` of pixels.

    A choice that `own`, the whole range of the values, does not better twofold is left alone.
    """
    if np.ptp(choice.shown(values)) < CORNER:
        return False
    seen = _seen(choice, sample)
    return seen >= LEAST_SEEN or _seen(own, sample) <= 2 * seen


def _seen(choice: Voi, sample: Values) -> float:
    """The share of the sample that is neither black nor white."""
    shown = choice.shown(sample)
    return float(((shown > 0.01) & (shown < 0.99)).mean()) if len(sample) else 1.0


def _sample(stored: Stored, scale: Scale, frame: int) -> Values:
    """The modality values of some of a frame's pixels, padding left out."""
    pixels = stored.of_frames[frame]
    steps = [max(1, each // _SAMPLED) for each in pixels.shape]
    places = pixels[:: steps[0], :: steps[1]].ravel().astype(np.int64) - int(np.iinfo(scale.dtype).min)
    return scale.modality[places[~scale.padding[places]]]


def _values_between_ends(stored: Stored, scale: Scale) -> NDArray[np.float64]:
    """The modality values between the smallest and the largest pixel that is no padding."""
    lowest, highest = stored.lowest, stored.highest
    start = int(np.iinfo(scale.dtype).min)
    if scale.padding.any():
        used = np.flatnonzero(np.where(scale.padding, 0, stored.counts()))
        lowest, highest = int(used[0]) + start, int(used[-1]) + start
    return scale.modality[lowest - start : highest - start + 1]


def _full_range(stored: Stored, scale: Scale) -> Voi:
    part = scale.modality[scale.range]
    if stored.first == 0:
        part = part[: 2 ** _used_bits(stored)]
    return straight("full range", float(part.min()), float(part.max()))


def _used_bits(stored: Stored) -> int:
    """The bits of the values; 10, 12 or 14 where 16-bit ones use no more, as in pictures of other formats."""
    said = (stored.last - stored.first).bit_length()
    return next((bits for bits in _DEPTHS if stored.first == 0 and 2**8 <= stored.highest < 2**bits < 2**said), said)
