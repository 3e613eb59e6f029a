"""A Mammogram from an array."""

from __future__ import annotations

import numpy as np
import pytest

import napari_mammoseg as mammoseg
from napari_mammoseg import InputError, Mammogram


@pytest.mark.parametrize("spacing", [0.1, (0.1, 0.1), [np.float64(0.1), 0.1]])
def test_a_spacing_is_one_number_or_two(spacing) -> None:
    assert Mammogram.of(np.zeros((9, 9)), spacing=spacing).spacing == (0.1, 0.1)
    assert Mammogram.of(np.zeros((9, 9))).with_spacing(spacing).spacing == (0.1, 0.1)


def test_an_array_of_colours_is_not_taken_for_a_stack() -> None:
    assert Mammogram.of(np.zeros((3, 40, 30))).frames == 3
    with pytest.raises(InputError, match="colours"):
        Mammogram.of(np.zeros((40, 30, 3)))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_pixels_that_are_not_numbers_are_refused(wrong: float) -> None:
    image = Mammogram.of(np.full((60, 60), wrong), "mine", spacing=0.1)
    with pytest.raises(InputError, match="mine: has pixels that are not numbers"):
        mammoseg.analyze(image, "masses")
    with pytest.raises(InputError, match="not numbers"):
        mammoseg.synthesize(image, at=(30, 30))


def test_a_path_is_not_analysed_but_read_first() -> None:
    with pytest.raises(TypeError, match=r"read\(path\)"):
        mammoseg.analyze("x.dcm", "masses")  # type: ignore[arg-type]
