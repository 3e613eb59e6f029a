"""Contrast against the tissue around."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.tissue.contrast import contrast_to_ring


def test_contrast_to_the_ring_is_what_was_added() -> None:
    pixels = np.full((40, 40), 0.3, np.float32)
    pixels[10:13, 20:24] += 0.25
    window = slice(9, 14), slice(19, 25)
    assert contrast_to_ring(pixels, window, pixels[window] > 0.4, 5) == pytest.approx(0.25, abs=1e-6)
