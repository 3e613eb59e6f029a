from __future__ import annotations

import numpy as np

from napari_mammoseg.geometry.boxes import iou
from napari_mammoseg.networks import default_boxes
from napari_mammoseg.training.papers.jin_zheng.targets import matched

NONE = np.empty((0, 4))


def test_every_mass_gets_a_box_even_if_none_overlaps_well() -> None:
    tiny = np.array([[10.0, 10, 14, 14], [200, 100, 203, 104]])
    labels, _ = matched(tiny, np.array([0, 1]), NONE, 256)
    assert sorted(labels[labels > 0]) == [1, 2]


def test_boxes_with_half_overlap_stand_for_the_mass_too() -> None:
    mass = np.array([[100.0, 100, 160, 160]])
    labels, offsets = matched(mass, np.array([1]), NONE, 256)
    overlap = iou(default_boxes.ssd256(), mass / 256)[:, 0]
    assert ((labels == 2) == (overlap >= 0.5)).all()
    taken = np.flatnonzero(labels == 2)
    back = default_boxes.decode(offsets[taken], default_boxes.ssd256()[taken]) * 256
    assert np.allclose(back, mass, atol=1e-3)


def test_masses_of_unknown_sort_and_ignored_places_are_left_out() -> None:
    mass = np.array([[100.0, 100, 160, 160]])
    unknown, _ = matched(mass, np.array([-1]), NONE, 256)
    ignored, _ = matched(NONE, np.empty(0, np.int64), mass, 256)
    assert (unknown == -1).any()
    assert (ignored == -1).any()
    assert not (unknown > 0).any()
    assert not (ignored > 0).any()


def test_a_picture_without_mass_is_background() -> None:
    labels, offsets = matched(NONE, np.empty(0, np.int64), NONE, 256)
    assert not labels.any()
    assert not offsets.any()
