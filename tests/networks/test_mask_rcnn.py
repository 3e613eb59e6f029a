"""Mask R-CNN: regions, their features, and an answer that is painted where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.geometry.boxes import iou, non_maximum_suppression
from napari_mammoseg.networks.mask_rcnn import ANSWERS, Instances, MaskRCNN, painted
from napari_mammoseg.networks.regions_of_interest import anchors, best_of, decoded, encoded, overlap, roi_align


def boxes(count: int, seed: int = 0) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    low = 80 * torch.rand(count, 2, generator=random)
    return torch.cat([low, low + 5 + 30 * torch.rand(count, 2, generator=random)], dim=1)


@pytest.mark.parametrize(("stride", "size"), [(1, 7), (8, 7), (8, 14)])
def test_aligned_features_of_a_ramp_are_its_values_at_the_bins_centres(stride, size):
    rows, columns = ((torch.arange(each) + 0.5) * stride for each in (40, 50))
    ramp = torch.stack([rows[:, None].expand(40, 50), columns[None].expand(40, 50)])[None]
    box = torch.tensor([[9.3, 11.1, 9.3 + 3.1 * stride * 5, 11.1 + 2.2 * stride * 5]])
    found = roi_align(ramp, stride, box, size)[0]
    bins = (torch.arange(size) + 0.5) / size
    for axis, given in ((0, found[0][:, 3]), (1, found[1][3])):
        wanted = box[0, axis] + bins * (box[0, axis + 2] - box[0, axis])
        assert given.numpy() == pytest.approx(wanted.numpy(), abs=1e-3)


def test_steps_lead_back_to_the_box():
    start, wanted = boxes(30), boxes(30, seed=1)
    assert decoded(encoded(wanted, start), start).numpy() == pytest.approx(wanted.numpy(), abs=1e-3)
    assert not encoded(start, start).any()


def test_anchors_have_one_area_and_three_shapes_around_each_cell():
    found = anchors((2, 3), 16, 32.0, torch.device("cpu"))
    assert found.shape == (2 * 3 * 3, 4)
    sides = found[:, 2:] - found[:, :2]
    assert sides.prod(1).numpy() == pytest.approx(1024, rel=1e-5)
    assert (sides[:3, 0] / sides[:3, 1]).numpy() == pytest.approx([0.5, 1, 2], rel=1e-5)
    assert ((found[-1, :2] + found[-1, 2:]) / 2).numpy() == pytest.approx([24, 40], abs=1e-3)


def test_overlap_is_that_of_the_projects_boxes():
    one, two = boxes(20), boxes(15, seed=2)
    assert overlap(one, two).numpy() == pytest.approx(iou(one.numpy(), two.numpy()), abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("highest", [0.2, 0.5])
def test_the_best_boxes_are_those_of_greedy_suppression(seed, highest):
    given = boxes(60, seed)
    scores = torch.rand(60, generator=torch.Generator().manual_seed(seed))
    kept = best_of(given, scores, highest, 60)
    wanted = non_maximum_suppression(given.numpy(), scores.numpy(), highest)
    assert kept.tolist() == list(wanted)
    assert best_of(given, scores, highest, 3).tolist() == list(wanted)[:3]


def test_a_mask_is_painted_into_its_box_and_nowhere_else():
    masks = torch.ones(1, 28, 28)
    masks[:, :14] = 0
    found = Instances(torch.tensor([[10.0, 20.0, 38.0, 60.0]]), torch.tensor([0.8]), masks)
    picture = painted(found, (64, 80))[0].numpy()
    rows, columns = np.nonzero(picture > 0.4)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (24, 37, 20, 59)
    assert picture.max() == pytest.approx(0.8)


def test_no_mass_paints_nothing():
    nothing = Instances(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, 28, 28))
    assert not painted(nothing, (8, 9)).any()


def test_masses_of_a_fresh_network_lie_in_the_picture():
    torch.manual_seed(0)
    with torch.inference_mode():
        found = MaskRCNN().eval().instances(torch.randn(1, 1, 128, 192))
    assert len(found.boxes) <= ANSWERS
    assert found.boxes.min() >= 0
    assert (found.boxes[:, 2] <= 128).all()
    assert (found.boxes[:, 3] <= 192).all()
    assert found.masks.shape[1:] == (28, 28)
