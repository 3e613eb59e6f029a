"""Windows made where the network is: local contrast as the pipeline has it, the truth where the bright specks are."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from napari_mammoseg.tissue import contrast as tissue
from napari_mammoseg.training.calcifications import contrast
from napari_mammoseg.training.calcifications.packed import CALCIFIED, FREE, UNASKED, Film
from napari_mammoseg.training.calcifications.shown import WINDOW, Windows


def film(sort: str, marks: list[tuple[int, int]]) -> Film:
    noise = np.random.default_rng(0).standard_normal((500, 500))
    grey = 110 + 300 * ndimage.gaussian_filter(noise, 8) + 8 * ndimage.gaussian_filter(noise, 1)
    truth = np.full(grey.shape, FREE, np.uint8)
    for row, column in marks:
        grey[row - 2 : row + 3, column - 2 : column + 3] = 240
        truth[row - 4 : row + 5, column - 4 : column + 5] = UNASKED
        truth[row - 2 : row + 3, column - 2 : column + 3] = CALCIFIED
    rows = np.array([(row, column, 3, 1) for row, column in marks], np.float32).reshape(-1, 4)
    pixels = np.clip(grey, 0, 255).astype(np.uint8)
    breast = np.ones((500, 500), bool)
    none = np.zeros((0, 3), np.float32)
    return Film("inbreast", sort, "w", sort, 0.1, 1, 0.01, False, rows, none, pixels, breast, truth if marks else None)


@pytest.fixture(scope="module")
def windows() -> Windows:
    return Windows([film("digital", []), film("marked", [(200, 220), (260, 300), (240, 180)])])


def test_surroundings_are_those_of_the_pipeline() -> None:
    random = np.random.default_rng(0)
    picture = random.random((192, 192)).astype(np.float32)
    weight = np.zeros((192, 192), np.float32)
    weight[20:150, 30:] = 1
    expected = tissue.surroundings(picture * weight, weight, 11.8)
    given = (torch.from_numpy(each)[None] for each in (picture * weight, weight))
    found = contrast.surroundings(*given, 11.8)[0].numpy()
    np.testing.assert_allclose(found[weight > 0], expected[weight > 0], atol=1e-5)


def test_what_was_put_in_is_bright_and_asked_for(windows: Windows) -> None:
    torch.manual_seed(0)
    made = windows.made(windows.drawn({"digital": 1.0}, 12, True, np.random.default_rng(1)))
    assert made["contrast"].shape == (12, 1, WINDOW, WINDOW)
    bright = made["contrast"][:, 0][made["calcified"] == 1]
    others = made["contrast"][:, 0][made["calcified"] == 0]
    assert len(bright) > 100
    assert bright.median() > others.quantile(0.9)


def test_marks_of_people_lie_on_what_they_marked(windows: Windows) -> None:
    made = windows.made(windows.drawn({"marked": 1.0}, 12, False, np.random.default_rng(2)))
    assert (made["contrast"][:, 0][made["calcified"] == 1]).median() > 1.5
    window, number = torch.nonzero(made["marks"][..., 2] > 0, as_tuple=True)
    rows, columns, _ = made["marks"][window, number].round().long().unbind(1)
    inside = (rows >= 0) & (rows < WINDOW) & (columns >= 0) & (columns < WINDOW)
    assert inside.sum() > 8
    assert (made["calcified"][window[inside], rows[inside], columns[inside]] == 1).float().mean() > 0.95


def test_free_tissue_asks_for_nothing(windows: Windows) -> None:
    made = windows.made(windows.drawn({"digital": 1.0}, 4, False, np.random.default_rng(3)))
    assert not made["calcified"].any()
    assert not made["region"].any()
    assert not made["bag"].any()
