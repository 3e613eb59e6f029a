"""How images are turned: by their tags, by the picture, and both."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.exams.layout import GAP, Sheet, layout
from napari_mammoseg.exams.turning import AS_STORED, chest_wall, turn_of
from napari_mammoseg.phantom.mammograms import Request, make


@pytest.fixture(scope="module")
def left() -> np.ndarray:
    """A left breast, its chest wall at the left, as it hangs."""
    return make(Request(seed=3, rows=300, columns=240, spacing_mm=0.6, lesions="none")).image.pixels


def turned(pixels: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """The pixels as a screen shows them after `turn`, by its own definition, pixel by pixel."""
    rows, columns = np.indices(pixels.shape)
    places = turn @ np.stack([rows.ravel(), columns.ravel()])
    places -= places.min(axis=1, keepdims=True)
    shown = np.zeros(places.max(axis=1) + 1, pixels.dtype)
    shown[tuple(places)] = pixels.ravel()
    return shown


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_without_tags_hangs_with_its_chest_wall_to_the_middle(left, side: str, mirrored: bool) -> None:
    stored = left[:, ::-1] if mirrored else left
    shown = turned(stored, turn_of(np.ascontiguousarray(stored), side, "CC"))
    np.testing.assert_array_equal(shown, left if side == "L" else left[:, ::-1])


@pytest.mark.parametrize(
    ("stored", "orientation"),
    [
        (lambda pixels: pixels, ("A", "R")),
        (lambda pixels: pixels[:, ::-1], ("P", "R")),
        (lambda pixels: pixels[::-1], ("A", "L")),
        (lambda pixels: pixels[::-1, ::-1], ("P", "L")),
        (lambda pixels: pixels.T, ("R", "A")),
        (lambda pixels: np.rot90(pixels), ("R", "P")),
        (lambda pixels: np.rot90(pixels, 3), ("L", "A")),
    ],
)
def test_an_image_is_turned_as_its_tags_say(left, stored, orientation: tuple[str, str]) -> None:
    pixels = np.ascontiguousarray(stored(left))
    np.testing.assert_array_equal(turned(pixels, turn_of(pixels, "L", "CC", orientation)), left)


def test_a_mirrored_copy_that_kept_its_tags_hangs_right(left) -> None:
    pixels = np.ascontiguousarray(left[:, ::-1])
    np.testing.assert_array_equal(turned(pixels, turn_of(pixels, "L", "CC", ("A", "R"))), left)


def test_oblique_views_hang_head_up(left) -> None:
    pixels = np.ascontiguousarray(left[::-1])
    np.testing.assert_array_equal(turned(pixels, turn_of(pixels, "L", "MLO", ("A", "H"))), left)


def test_tissue_from_side_to_side_has_no_chest_wall() -> None:
    assert chest_wall(np.ones((20, 20), bool)) is None
    assert chest_wall(np.zeros((20, 20), bool)) is None


def test_chest_walls_touch_and_one_millimetre_is_one_everywhere() -> None:
    sheets = {
        "RCC": Sheet(100, 50, (0.2, 0.2), AS_STORED),
        "LCC": Sheet(400, 100, (0.1, 0.1), AS_STORED),
        "LMLO": Sheet(50, 60, (0.5, 0.5), np.array([[0, 1], [1, 0]])),
    }
    hung, empty = layout(sheets)
    sizes = {place: (each.extent[2] - each.extent[0], each.extent[3] - each.extent[1]) for place, each in hung.items()}
    assert [sizes[each] for each in sheets] == [pytest.approx(each) for each in ((20, 10), (40, 10), (30, 25))]
    assert hung["RCC"].extent[3] == hung["LCC"].extent[1] == hung["LMLO"].extent[1] == empty["RMLO"][3]
    assert hung["LMLO"].extent[0] == 40 + GAP
    assert list(empty) == ["RMLO"]


def test_the_extent_is_where_the_corners_of_the_image_come_to_lie(left) -> None:
    sheet = Sheet(30, 20, (0.1, 0.3), np.array([[0, -1], [1, 0]]))
    hung = layout({"RMLO": sheet})[0]["RMLO"]
    corners = np.array([[row, column, 1] for row in (-0.5, 29.5) for column in (-0.5, 19.5)]) * (0.1, 0.3, 1)
    world = corners @ hung.affine.T
    assert (*world.min(axis=0)[:2], *world.max(axis=0)[:2]) == pytest.approx(hung.extent)


def test_an_image_of_unknown_pixel_size_is_as_high_as_the_others() -> None:
    sheets = {"RCC": Sheet(100, 50, (0.2, 0.2), AS_STORED), "LCC": Sheet(777, 500, None, AS_STORED)}
    hung, _ = layout(sheets)
    assert hung["LCC"].extent[2] - hung["LCC"].extent[0] == pytest.approx(20)
