"""Distances of outlines against MONAI and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.evaluation.surface import Distances


def disc(row: float, column: float, radius: float) -> np.ndarray:
    rows, columns = np.indices((60, 70))
    return np.hypot(rows - row, columns - column) <= radius


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.2, 0.1)])
def test_distances_are_monais(spacing):
    import torch
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance

    one, two = disc(28, 30, 12), disc(31, 34, 9) | disc(20, 20, 5)
    found = Distances.of(one, two, spacing)
    given = [torch.tensor(each[None, None]) for each in (one, two)]
    assert found.hausdorff95_mm == pytest.approx(
        float(compute_hausdorff_distance(*given, include_background=True, percentile=95, spacing=spacing)), abs=1e-4
    )
    assert found.mean_mm == pytest.approx(
        float(compute_average_surface_distance(*given, include_background=True, symmetric=True, spacing=spacing)),
        abs=1e-4,
    )


def test_a_mask_moved_by_three_pixels_is_three_pixels_away_at_most():
    one = np.zeros((40, 40), bool)
    one[10:20, 10:20] = True
    found = Distances.of(one, np.roll(one, 3, axis=1), (0.5, 0.5))
    assert found.hausdorff95_mm == pytest.approx(1.5)
    assert 0 < found.mean_mm < 1.5


def test_the_same_outline_is_no_distance_away():
    assert Distances.of(disc(20, 20, 5), disc(20, 20, 5), (1, 1)) == Distances(0.0, 0.0)


def test_no_outline_is_infinitely_far_from_one():
    assert Distances.of(np.zeros((60, 70), bool), disc(20, 20, 5), (1, 1)).mean_mm == np.inf


def test_two_empty_masks_have_no_distance():
    with pytest.raises(ValueError, match="neither"):
        Distances.of(np.zeros((3, 3), bool), np.zeros((3, 3), bool), (1, 1))
