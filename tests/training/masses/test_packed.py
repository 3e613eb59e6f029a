"""One file of packed films serves trainings at any spacing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.masses.packed import films, resampled
from napari_mammoseg.training.packed import file


def film() -> MassFilm:
    """Dark tissue in a bright frame, with a mass that is brighter than both."""
    pixels = np.full((80, 40), 60, np.uint8)
    pixels[20:40, 10:20] = 200
    breast = np.zeros(pixels.shape, bool)
    breast[:, :30] = True
    box = np.array([[20.0, 10.0, 40.0, 20.0]])
    return MassFilm("mias", "a", "1", pixels, np.packbits(breast), box, np.array([1]), box[:0])


def test_a_mass_stays_where_it_is_at_another_spacing() -> None:
    finer = resampled(film(), 0.4, 0.2)
    assert finer.pixels.shape == (160, 80)
    assert finer.boxes.tolist() == [[40.0, 20.0, 80.0, 40.0]]
    assert finer.pixels[42:78, 22:38].min() == 200
    assert finer.breast.mean() == film().breast.mean()


def test_nothing_changes_at_the_same_spacing() -> None:
    same = film()
    assert resampled(same, 0.28, 0.28) is same


def test_the_training_that_packs_sees_what_later_ones_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 60, (80, 40), np.uint8)
    monkeypatch.setattr(packed, "read_films", lambda *given: [replace(film(), pixels=film().pixels - noise)])
    first, again = (films(tmp_path, str(tmp_path / "films.safetensors"), 0.28)[0] for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)


def test_a_file_that_does_not_say_its_spacing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "films.safetensors"
    file.pack(path, [{"name": "a"}], [{"pixels": (film().pixels, 90)}])
    with pytest.raises(InputError, match="spacing"):
        films(tmp_path, str(path), 0.28)
