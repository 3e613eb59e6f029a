"""The grey scale of a picture does not decide what is found in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.findings import Findings
from napari_mammoseg.geometry.boxes import iou
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.tissue.grey_scale import seems_inverted

RUNS = [
    ("calcifications", {"model": "calcification-lite"}),
    ("calcifications", {"model": "blob-contrast"}),
    ("masses", {"model": "mass-finder"}),
]
SCALES = [(1.0, 0.0, 16), (0.002, 0.0, None), (0.002, 0.99, None), (0.5, 0.4, 12), (1 / 16, 0.0, 16), (0.3, 0.1, 14)]
"""Gain, offset, and bits that the values are rounded to (None: single precision)."""


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    """A breast with masses and clusters."""
    return make(Request(3, "CC", "L", rows=700, columns=480, spacing_mm=0.2, lesions="cluster,cluster,mass")).image


def changed(image: Mammogram, gain: float, offset: float, bits: int | None) -> Mammogram:
    pixels = image.pixels.astype(np.float64) * gain + offset
    if bits is not None:
        pixels = np.round(pixels * (2**bits - 1)) / (2**bits - 1)
    return replace(image, pixels=pixels.astype(np.float32), values=None, windows=())


def same(one: Findings, other: Findings) -> float:
    """Share of the findings of both that the other has at the same place."""
    boxes = [np.array([each.box for each in findings.findings]).reshape(-1, 4) for findings in (one, other)]
    if not len(boxes[0]) or not len(boxes[1]):
        return float(len(boxes[0]) == len(boxes[1]))
    overlap = iou(*boxes)
    return float(((overlap.max(axis=1) > 0.4).sum() + (overlap.max(axis=0) > 0.4).sum()) / sum(overlap.shape))


@pytest.mark.parametrize(("pipeline", "settings"), RUNS, ids=lambda each: str(each))
def test_adding_multiplying_and_rounding_change_nothing_that_they_do_not_destroy(phantom, pipeline, settings) -> None:
    plain = analyze(phantom, pipeline, **settings)
    for gain, offset, bits in SCALES:
        found = analyze(changed(phantom, gain, offset, bits), pipeline, **settings)
        assert same(plain, found) > 0.85, (gain, offset, bits)
        assert found.image_score == pytest.approx(plain.image_score, abs=0.05), (gain, offset, bits)


def test_a_picture_of_eight_grey_values_shows_its_steps_and_no_calcifications(phantom) -> None:
    assert analyze(changed(phantom, 0.01, 0.1, 10), "calcifications").image_score < 0.5


@pytest.mark.parametrize("bits", [8, 10])
def test_few_grey_values_leave_what_is_clear(phantom, bits: int) -> None:
    plain, coarse = (analyze(changed(phantom, 1, 0, each), "calcifications") for each in (None, bits))
    assert same(plain, coarse) > 0.7
    assert coarse.image_score == pytest.approx(plain.image_score, abs=0.1)


def test_an_inverted_picture_is_analysed_with_a_word(phantom) -> None:
    upright, inverted = (analyze(changed(phantom, gain, offset, 12), "masses") for gain, offset in ((1, 0), (-1, 1)))
    assert not any("inverted" in each for each in upright.run.warnings)
    assert any("invert it" in each for each in inverted.run.warnings)


def test_a_white_rim_of_a_film_is_no_inversion(phantom) -> None:
    rimmed = np.pad(phantom.pixels, 9, constant_values=1)
    assert not seems_inverted(rimmed)
    assert seems_inverted(1 - phantom.pixels)
    assert not seems_inverted(np.ones((9, 9), np.float32))
