"""A phantom is the same for the same seed, looks like the view it is of, and its truth is where its lesions are."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.phantom.mammograms import Phantom, Request, make

EVERYTHING = (
    "mass:circumscribed:14,mass:spiculated:12,cluster:pleomorphic:14:9,cluster:linear:14:9,vascular:tram-track:20"
)


@cache
def small(seed: int = 0, **changes) -> Phantom:
    """A phantom of 400 × 300 pixels of 0.5 mm."""
    return make(Request(**{"seed": seed, "rows": 400, "columns": 300, "spacing_mm": 0.5, **changes}))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    again = make(small(3).request)
    assert again.image.pixels.tobytes() == small(3).image.pixels.tobytes()
    assert again.mask.tobytes() == small(3).mask.tobytes()
    assert again.lesions == small(3).lesions
    assert small(4).image.pixels.tobytes() != small(3).image.pixels.tobytes()


@pytest.mark.parametrize("view", ["CC", "MLO"])
def test_another_pixel_size_shows_the_same_breast(view):
    fine = make(Request(seed=5, view=view, rows=800, columns=600, spacing_mm=0.25, lesions="none")).image.pixels
    coarse = make(Request(seed=5, view=view, rows=400, columns=300, spacing_mm=0.5, lesions="none")).image.pixels
    averaged = fine.reshape(400, 2, 300, 2).mean(axis=(1, 3))
    inside = (coarse > 0.2) & (averaged > 0.2)
    assert np.corrcoef(averaged[inside], coarse[inside])[0, 1] > 0.95
    assert ((coarse > 0.1) != (averaged > 0.1)).mean() < 0.01


def test_the_breast_is_bright_before_a_black_background():
    for view in ("CC", "MLO"):
        pixels = small(1, view=view).image.pixels
        assert pixels.dtype == np.float32
        assert 0 == pixels.min() < pixels.max() <= 1
        assert (pixels[:, -15:] == 0).all()
        breast = pixels > 0.1
        assert 0.2 < breast.mean() < 0.8
        assert ndimage.label(breast)[1] == 1


def test_the_right_breast_is_the_left_one_mirrored():
    left, right = small(2, lesions=EVERYTHING), small(2, lesions=EVERYTHING, laterality="R")
    np.testing.assert_array_equal(left.image.pixels, right.image.pixels[:, ::-1])
    np.testing.assert_array_equal(left.mask, right.mask[:, ::-1])
    assert (left.image.laterality, right.image.laterality) == ("L", "R")


def test_only_the_oblique_view_has_a_bright_muscle_in_its_upper_corner():
    for seed in (0, 3):
        for view, bright in (("MLO", True), ("CC", False)):
            pixels = small(seed, view=view, density="a", lesions="none").image.pixels
            corner, below = np.median(pixels[8:40, 4:20]), np.median(pixels[260:300, 4:40])
            assert bool(corner > below + 0.1) is bright, (seed, view)


def test_the_rim_under_the_skin_is_darker_than_the_gland():
    pixels = small(0, density="c", lesions="none").image.pixels
    depth = ndimage.distance_transform_edt(np.pad(pixels > 0.1, ((0, 0), (1, 0)), mode="edge"))[:, 1:] * 0.5
    rim, skin = pixels[(depth > 3.5) & (depth < 6)], pixels[(depth > 0.5) & (depth < 1.6)]
    assert rim.mean() < pixels[depth > 25].mean() - 0.05
    assert skin.mean() > rim.mean() - 0.05


@pytest.mark.parametrize("seed", range(2))
def test_the_gland_has_a_radial_exponent_of_about_three(seed, radial_exponent):
    phantom = make(Request(seed=seed, rows=1024, columns=600, spacing_mm=0.2, lesions="none", density="c"))
    pixels = phantom.image.pixels
    smooth = ndimage.uniform_filter(pixels, 160)
    smooth[:90] = smooth[-90:] = 0
    smooth[:, :90] = smooth[:, -90:] = 0
    row, column = np.unravel_index(np.argmax(smooth), smooth.shape)
    gland = pixels[row - 80 : row + 80, column - 80 : column + 80]
    assert 2.5 <= radial_exponent(gland, 0.2, 0.1, 1.0) <= 3.5


def test_every_lesion_is_in_the_mask_where_its_truth_says():
    phantom = small(6, lesions=EVERYTHING)
    assert {each.kind for each in phantom.lesions} == {"mass", "cluster", "calcification"}
    assert [each.id for each in phantom.lesions] == list(range(1, len(phantom.lesions) + 1))
    assert set(np.unique(phantom.mask)) <= {0, *(each.id for each in phantom.lesions)}
    for lesion in phantom.lesions:
        if lesion.kind == "calcification":
            rows, columns = np.nonzero(phantom.mask == lesion.id)
            r0, c0, r1, c1 = lesion.box
            assert (rows.min() >= r0, rows.max() < r1, columns.min() >= c0, columns.max() < c1) == (True,) * 4
            assert phantom.lesions[lesion.cluster - 1].kind == "cluster"


@pytest.mark.parametrize("seed", range(4))
def test_masses_are_brighter_than_their_surround(seed):
    phantom = small(seed, lesions="mass:circumscribed:12,mass:lobulated:14,mass:spiculated:12")
    for lesion in phantom.lesions:
        body = phantom.mask == lesion.id
        ring = ndimage.binary_dilation(body, iterations=4) & (phantom.mask == 0)
        assert phantom.image.pixels[body].mean() > phantom.image.pixels[ring].mean() + 0.02


def test_calcifications_are_brighter_than_the_same_tissue_without_them():
    spacing = {"rows": 800, "columns": 600, "spacing_mm": 0.25}
    without = small(7, lesions="none", **spacing).image.pixels
    phantom = small(7, lesions="cluster:round:12:9,cluster:linear:12:9", **spacing)
    gained = [
        (phantom.image.pixels - without)[phantom.mask == each.id].mean() for each in phantom.lesions if each.cluster
    ]
    assert len(gained) == 18
    assert np.mean(np.array(gained) > 0.01) > 0.8


def test_sizes_are_in_mm():
    for lesions, millimetres in (("mass:circumscribed:10", 10), ("mass:circumscribed:20", 20)):
        (mass,) = small(1, lesions=lesions).lesions
        r0, c0, r1, c1 = mass.box
        assert max(r1 - r0, c1 - c0) * 0.5 == pytest.approx(millimetres, rel=0.2)
        assert mass.area_mm2 == pytest.approx((small(1, lesions=lesions).mask > 0).sum() * 0.25)


def test_no_lesion_was_put_where_none_was_asked_for():
    assert not small(0, lesions="none").mask.any()
    assert small(0, lesions="none").image.truth == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lesions": "tumour"}, "names no lesion"),
        ({"lesions": "mass:square"}, "has no form 'square'"),
        ({"lesions": "cluster:round:12:many"}, "has 'many' for a number"),
        ({"lesions": "mass:lobulated:80,mass:lobulated:80"}, "finds no room"),
        ({"spacing_mm": 0.0}, "cannot be 0 mm"),
        ({"spacing_mm": float("nan")}, "cannot be nan mm"),
        ({"spacing_mm": 0.05}, "field of 20 × 15 mm"),
        ({"rows": 9000, "columns": 9000, "spacing_mm": 0.04}, "more than"),
    ],
)
def test_what_cannot_be_drawn_is_said(changes, said):
    with pytest.raises(InputError, match=said):
        make(Request(**{"rows": 400, "columns": 300, "spacing_mm": 0.5, **changes}))


def test_a_vessel_whose_crust_is_thin_all_along_still_gets_its_tram_tracks():
    lesions = make(Request(32)).lesions
    assert {"calcification", "cluster"} <= {each.kind for each in lesions}
