"""The pectoral muscle on pictures whose truth is known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mammoseg.phantom.grid import Grid
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.phantom.muscle import muscle
from napari_mammoseg.phantom.outline import outline
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.muscle import pectoral_muscle


def dice(one, other) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def oblique(bright: float = 0.8):
    """Half an ellipse of tissue at the left with a brighter triangle in the upper corner, and that triangle."""
    row, column = np.ogrid[:600, :400]
    noise = np.random.default_rng(1).normal(0, 0.02, (600, 400))
    breast = (((row - 250) / 300) ** 2 + (column / 260) ** 2 < 1) | ((row < 250) & (column < 200))
    triangle = breast & (row / 350 + column / 150 < 1)
    return (np.where(triangle, bright, 0.45 + noise) * breast).astype(np.float32), triangle


@pytest.mark.parametrize("flip", [1, -1])
@pytest.mark.parametrize("view", ["MLO", None])
def test_a_triangle_at_either_side_is_found(flip, view):
    grey, triangle = oblique()
    grey, triangle = grey[:, ::flip], triangle[:, ::flip]
    assert dice(pectoral_muscle(grey, breast_mask(grey), view), triangle) > 0.95


def test_a_craniocaudal_view_has_no_muscle():
    grey, _ = oblique()
    assert not pectoral_muscle(grey, breast_mask(grey), "CC").any()


def test_a_breast_without_an_edge_has_no_muscle():
    grey, _ = oblique(bright=0.45)
    assert not pectoral_muscle(grey, breast_mask(grey)).any()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_phantoms_muscle_is_found(seed):
    phantom = make(Request(seed, "MLO", "L", rows=512, columns=384, spacing_mm=0.5, lesions="none", density="b"))
    field = Grid(512, 384, 0.5)
    truth = field.refine(muscle(seed, field.coarse(), outline(seed, field.coarse(), "MLO"))) > 0.5
    found = pectoral_muscle(phantom.image.pixels, breast_mask(phantom.image.pixels), "MLO")
    assert dice(found, truth & (phantom.image.pixels > 0)) > 0.85


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(1, 700), columns=st.integers(1, 700))
def test_the_muscle_lies_in_the_breast_whatever_the_size(rows, columns):
    grey = np.random.default_rng(rows).uniform(0.2, 0.7, (rows, columns)).astype(np.float32)
    breast = grey > 0.3
    assert not (pectoral_muscle(grey, breast, "MLO") & ~breast).any()
