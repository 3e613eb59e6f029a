"""The measure of realism says what it should where the answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.synthesis.looks import crop_of
from napari_mammoseg.training.lesions.realism import features, told_apart
from napari_mammoseg.training.lesions.vgg import Vgg
from training.phantom_data import write_vgg


def rows(count: int, shift: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, 12))


def women(count: int) -> list[str]:
    return [f"w{number // 3}" for number in range(count)]


def test_two_equal_sets_cannot_be_told_apart() -> None:
    seen = [told_apart(rows(150, 0, seed), rows(150, 0, 100 + seed), women(300)) for seed in range(4)]
    assert np.mean(seen) == pytest.approx(0.5, abs=0.08)


def test_shifted_sets_are_told_apart() -> None:
    assert told_apart(rows(60, 2, 1), rows(60, 0, 2), women(120)) > 0.97


def test_what_is_known_of_a_woman_does_not_help() -> None:
    """Every woman has a look of her own, lesions and tissue alike: nothing may be learned of it."""
    looks = np.repeat(np.random.default_rng(3).normal(0, 3, (40, 12)), 3, axis=0)
    both = [looks + rows(120, 0, seed) for seed in (4, 5)]
    assert told_apart(both[0], both[1], women(120) * 2) == pytest.approx(0.5, abs=0.12)


def test_a_crop_shows_the_lesion_at_its_own_scale() -> None:
    pixels = np.zeros((400, 400), np.float32)
    pixels[150:250, 150:250] = 0.5
    crop = crop_of(pixels, (150, 150, 250, 250))
    assert crop.shape == (128, 128)
    assert (crop.min(), crop.max()) == (0, 1)
    assert (crop > 0.5).mean() == pytest.approx(1 / 2.2**2, rel=0.05)


def test_features_are_means_and_deviations_of_three_maps_over_whole_and_middle(tmp_path: Path) -> None:
    crops = [np.random.default_rng(seed).random((128, 128), np.float32) for seed in range(2)]
    found = features(crops, Vgg(write_vgg(tmp_path / "vgg.safetensors")))
    assert found.shape == (2, 4 * (64 + 128 + 256))
    assert np.isfinite(found).all()


@pytest.mark.parametrize("layers", [0, 3])
def test_a_file_that_is_no_vgg_is_said(tmp_path: Path, layers: int) -> None:
    path = tmp_path / "x.safetensors"
    write_vgg(path, layers) if layers else path.write_bytes(b"no")
    with pytest.raises(InputError, match="VGG-16"):
        Vgg(path)
