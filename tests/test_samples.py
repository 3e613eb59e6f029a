"""The sample images are there, small, read with their truth, and are what their commands make."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_mammoseg import read, samples
from napari_mammoseg.exams import exams_below
from napari_mammoseg.phantom.mammograms import Request, make


def test_the_folder_is_at_the_top_of_the_checkout_and_small():
    assert samples.folder().resolve() == Path(__file__).parents[1] / "sample_data"
    assert sum(each.stat().st_size for each in samples.folder().rglob("*")) < 3_500_000


def test_the_sample_exam_is_one_exam_of_four_views_with_lesions_in_the_left_breast():
    (exam,) = exams_below(samples.exam(), lambda error: None)
    assert exam.missing == ()
    for image in exam.images:
        truth = json.loads(image.path.with_suffix(".truth.json").read_text())
        assert bool(truth["lesions"]) == (image.laterality == "L")


@pytest.mark.parametrize("file", samples.SAMPLES.values())
def test_every_sample_reads(file):
    image, truth = read(samples.path(file)), json.loads(samples.path(file).with_suffix(".truth.json").read_text())
    assert [image.rows, image.columns] == [truth["image"]["rows"], truth["image"]["columns"]]
    assert image.spacing is None or list(image.spacing) == truth["image"]["spacing_mm"]
    mask = np.array(Image.open(samples.path(file).with_suffix(".mask.png")))
    assert set(np.unique(mask)) - {0} <= {each["id"] for each in truth["lesions"]}


def test_a_sample_is_what_its_command_makes():
    """Within rounding, so that another version of a library may differ in the last bit."""
    made = make(Request(seed=31, view="CC", rows=720, columns=560, spacing_mm=0.2, lesions="none"))
    np.testing.assert_allclose(read(samples.path("phantom-31-L-CC.png")).pixels, made.image.pixels, atol=1e-3)
