from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from npe2 import PluginManifest

from napari_mammoseg import samples
from napari_mammoseg.gui.exam.exam_layers import hung_in
from napari_mammoseg.gui.hooks import entry
from napari_mammoseg.gui.show import add

FILE = Path(entry.__file__).parents[2] / "napari.yaml"


@pytest.fixture(scope="module")
def offered() -> dict[str, str]:
    """What the menu offers: key and what a person reads."""
    return {each.key: each.display_name for each in PluginManifest.from_file(FILE).contributions.sample_data}


@pytest.fixture(scope="module")
def images(offered: dict[str, str]) -> dict[str, str]:
    """The entries that open one image."""
    return {key: text for key, text in offered.items() if key != "four_views"}


def test_open_sample_offers_every_sample(offered: dict[str, str]) -> None:
    assert set(offered.values()) == {*samples.SAMPLES, samples.EXAM_TITLE}


def test_the_exam_opens_as_its_four_views_hung() -> None:
    viewer = ViewerModel()
    add(viewer, entry.four_views())
    assert list(hung_in(viewer.layers)) == ["RCC", "LCC", "RMLO", "LMLO"]


def test_each_entry_opens_the_file_that_it_names(images: dict[str, str]) -> None:
    for key, text in images.items():
        image = add(ViewerModel(), getattr(entry, key)())[0]
        assert image.name == samples.SAMPLES[text]


def test_whatever_is_known_of_a_samples_lesions_is_hidden_at_first(images: dict[str, str]) -> None:
    for key in images:
        image, *truths = add(ViewerModel(), getattr(entry, key)())
        assert image.visible
        assert not any(each.visible for each in truths)


def test_the_truth_lies_on_its_image_and_is_hidden_at_first() -> None:
    image, *_, truth = add(ViewerModel(), entry.left_cc())
    assert truth.data.shape == image.data.shape
    assert tuple(truth.scale) == tuple(image.scale)
    assert not truth.visible
    assert set(np.unique(truth.data)) - {0} <= set(truth.features["index"])
