"""Which spacing is believed, and which one is taken where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.tissue.spacing import assumed, check_typed, impossible, with_possible_spacing


def whole(rows: int = 2000, columns: int = 1500) -> Mammogram:
    """Half an ellipse of tissue, 0.8 of the rows long, on black."""
    row, column = np.ogrid[:rows, :columns]
    breast = ((row - rows / 2) / (0.4 * rows)) ** 2 + (column / (0.6 * columns)) ** 2 < 1
    grey = 0.4 + 0.2 * np.random.default_rng(1).random((rows, columns), np.float32)
    return Mammogram.of(np.where(breast, grey, 0).astype(np.float32), "whole.png")


def patch(side: int) -> Mammogram:
    return Mammogram.of(np.random.default_rng(0).random((side, side), np.float32), "patch.png")


@pytest.mark.parametrize("spacing", [0.02, 0.05, 0.1, 0.28])
def test_a_breast_of_3_to_45_cm_is_possible(spacing: float) -> None:
    assert impossible(whole().with_spacing(spacing)) is None


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (5.0, 5.0), (0.001, 0.001), (0.1, 0.6), (0.0, 0.0), (np.nan, 0.1)])
def test_a_size_that_no_mammogram_has_is_unknown_and_said(spacing: tuple[float, float]) -> None:
    image = Mammogram.of(whole().pixels, "x.png", spacing=spacing, spacing_source="PixelSpacing")
    known = with_possible_spacing(image)
    assert known.spacing is None
    assert "PixelSpacing" in known.notes[-1]
    assert "0.02 to 0.5 mm" in known.notes[-1]


@pytest.mark.parametrize(("spacing", "length"), [(0.4, "63.7"), (0.02, "1.8")])
def test_a_breast_that_cannot_be_is_refused_where_it_was_typed(spacing: float, length: str) -> None:
    rows = 2000 if spacing > 0.1 else 1000
    with pytest.raises(InputError, match=f"breast would be {length} cm long"):
        check_typed(whole(rows).with_spacing(spacing))


@pytest.mark.parametrize("side", [60, 256, 1000])
@pytest.mark.parametrize("spacing", [0.02, 0.05, 0.2])
def test_a_part_of_a_mammogram_may_be_as_small_as_it_is(side: int, spacing: float) -> None:
    assert impossible(patch(side).with_spacing(spacing)) is None


def test_a_crop_with_the_skin_in_it_may_be_small() -> None:
    crop = Mammogram.of(whole(500, 400).pixels, "crop.png").with_spacing(0.05)
    assert impossible(crop) is None


def test_a_file_is_read_without_a_spacing_that_cannot_be(tmp_path: Path) -> None:
    Image.fromarray(np.round(whole().pixels * 255).astype(np.uint8)).save(tmp_path / "x.png")
    with pytest.raises(InputError, match="3 mm"):
        read(tmp_path / "x.png", 3.0)
    with pytest.raises(InputError, match=r"63\.7 cm"):
        read(tmp_path / "x.png", 0.4)
    assert read(tmp_path / "x.png", 0.1).spacing == (0.1, 0.1)


@pytest.mark.parametrize(
    ("format", "side", "mm"),
    [("CBIS-DDSM", 4000, 0.046), ("INbreast", 3000, 0.07), ("MIAS", 900, 0.2), ("MIAS", 4000, 0.05)],
)
def test_the_usual_spacing_of_a_data_set_is_taken(format: str, side: int, mm: float) -> None:
    image = Mammogram.of(np.zeros((side, 8), np.float32), "x", format=format)
    assert assumed(image).spacing == (mm, mm)
    assert format in str(assumed(image))


@pytest.mark.parametrize("rows", [900, 2000, 4000])
def test_else_a_breast_is_18_cm_long(rows: int) -> None:
    image = whole(rows, rows * 3 // 4)
    (mm, _), words = assumed(image).spacing, str(assumed(image))
    assert mm * 0.8 * rows == pytest.approx(180, rel=0.03)
    assert "assumed" in words
    assert "18 cm" in words


@pytest.mark.parametrize("side", [1, 60, 256, 1000])
def test_a_part_of_a_mammogram_has_the_usual_spacing(side: int) -> None:
    assert assumed(patch(side)).spacing == (0.085, 0.085)
