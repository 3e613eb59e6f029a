"""What an earlier network sees in a training's images: the best places first, in the image's own pixels."""

from __future__ import annotations

import numpy as np

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.run import Run
from napari_mammoseg.training.calcifications.films import _suspected
from napari_mammoseg.training.calcifications.search import Seen, search_by
from napari_mammoseg.training.calcifications.windows import Tissue


def _specks() -> Mammogram:
    pixels = np.random.default_rng(0).normal(0.5, 0.01, (300, 300)).astype(np.float32)
    for row, column, height in ((100, 80, 0.4), (200, 220, 0.3)):
        pixels[row - 1 : row + 2, column - 1 : column + 2] += height
    return Mammogram.of(pixels).with_spacing(0.1)


def test_the_brightest_specks_are_the_best_places() -> None:
    seen = search_by("blob-contrast", Run("cpu"))(_specks())
    assert (np.diff(seen.scores) <= 0).all()
    assert np.abs(seen.best(2) - [[100, 80], [200, 220]]).max() <= 1


def test_no_place_is_kept_below_the_lowest_score() -> None:
    seen = Seen(np.array([[1, 2], [3, 4], [5, 6]]), np.array([0.9, 0.4, 0.2]))
    assert seen.best(3, 0.3).tolist() == [[1, 2], [3, 4]]
    assert seen.best(1).tolist() == [[1, 2]]


def test_a_suspected_place_is_asked_for_pixels_but_for_no_cluster() -> None:
    image = _specks()
    regions = _suspected(image, lambda image: Seen(np.array([[100, 80]]), np.array([0.8])))
    window = regions[0].draw(np.random.default_rng(0))
    assert len(regions) == 1
    assert window.bag is not None
    assert window.bag.sum() == regions[0].meant.sum()
    assert (window.calcified == -1).all()
    assert (window.region == -1).all()


def test_free_windows_are_drawn_where_a_detector_was_fooled() -> None:
    pixels = np.round(_specks().pixels * 255).clip(0, 255).astype(np.uint8)

    def with_speck(fooled_at: tuple[int, int]) -> int:
        tissue, random = Tissue(pixels, 0.1, finer=1.0, fooled_at=np.array([fooled_at])), np.random.default_rng(0)
        return sum(bool(tissue.draw(random, with_calcifications=False).contrast.max() > 3) for _ in range(40))

    assert with_speck((200, 220)) > with_speck((290, 10)) + 8
