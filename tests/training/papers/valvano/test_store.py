"""Patches of four classes, drawn on the fly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.training.papers.valvano.store import PatchStore, classes


@pytest.fixture
def labels() -> np.ndarray:
    """One calcification of a single pixel in the middle of 101 × 101."""
    labels = np.zeros((101, 101), np.int32)
    labels[50, 50] = 1
    return labels


def test_classes_are_the_papers(labels: np.ndarray) -> None:
    found = classes(labels, 29)
    assert found[50, 50] == 1
    assert found[50, 53] == found[48, 48] == 2
    assert found[53, 53] == 3  # 4.2 pixels away
    assert found[50, 64] == 3  # the last that a patch of 29 holds
    assert found[50, 65] == found[0, 0] == 4


def test_a_minibatch_holds_as_many_positives_as_negatives(tmp_path: Path, labels: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    store = PatchStore(tmp_path / "patches.sqlite", 29)
    store.add("train", "one", labels.astype(np.float32), labels, each=20, rng=rng)
    assert store.count("train") == {1: 1, 2: 20, 3: 20, 4: 20}
    assert store.count("test") == {}
    patches, targets = store.drawer("train", (1,), (2, 3, 4))(64, rng)
    assert patches.shape == (64, 29, 29)
    assert targets.sum() == 32
    centres = patches[:, 14, 14] == 255
    np.testing.assert_array_equal(centres, targets == 1)


def test_what_was_put_in_comes_out(tmp_path: Path, labels: np.ndarray) -> None:
    store = PatchStore(tmp_path / "patches.sqlite", 29)
    pixels = np.random.default_rng(1).random(labels.shape, dtype=np.float32)
    store.add("test", "one", pixels, labels, each=1, rng=np.random.default_rng(0))
    expected = np.round(pixels[36:65, 36:65] * 255).astype(np.uint8)
    np.testing.assert_array_equal(store.all_of("test", 1)[0], expected)
