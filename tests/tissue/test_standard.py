from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.tissue.standard import HIGH, LOW, breast_or_field, standardised


def whole() -> np.ndarray:
    """Tissue of rising brightness at the left of a black film with a white label."""
    row, column = np.mgrid[:400, :300]
    tissue = np.hypot((row - 200) / 180, column / 200) < 1
    pixels = np.where(tissue, 0.2 + 0.4 * row / 400, 0.01).astype(np.float32)
    pixels[10:30, 250:290] = 1
    return pixels


def field() -> np.ndarray:
    """A dense disc in fat that darkens to one side, no background."""
    row, column = np.mgrid[:300, :300]
    noise = 0.02 * np.random.default_rng(0).random((300, 300))
    return (np.where(np.hypot(row - 150, column - 150) < 60, 0.7, 0.2 + 0.2 * column / 300) + noise).astype(np.float32)


def test_a_whole_mammogram_is_its_breast() -> None:
    pixels = whole()
    seen = breast_or_field(pixels)
    assert not seen[10:30, 250:290].any()
    assert seen.mean() == pytest.approx((pixels[:, :230] > 0.1).sum() / pixels.size, abs=0.03)


def test_a_field_without_background_is_taken_whole() -> None:
    assert breast_or_field(field()).mean() > 0.95


def test_an_even_picture_is_taken_whole() -> None:
    assert breast_or_field(np.full((50, 60), 0.3, np.float32)).all()


def test_the_breast_has_the_same_grey_values_whatever_amplifies_it() -> None:
    pixels = whole()
    breast = breast_or_field(pixels)
    standard = standardised(pixels, breast)
    assert np.percentile(standard[breast], [1, 99.5]) == pytest.approx([LOW, HIGH], abs=0.01)
    assert standardised(pixels * 0.5 + 0.1, breast) == pytest.approx(standard, abs=1e-4)


def test_labels_disappear() -> None:
    pixels = whole()
    standard = standardised(pixels, breast_or_field(pixels))
    assert (standard[10:30, 250:290] == np.float32(LOW)).all()
