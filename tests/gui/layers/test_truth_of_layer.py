from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.geometry.regions import fill, region
from napari_mammoseg.gui.layers.image_layers import placement_of
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.layers.truth_layers import truth_layers
from napari_mammoseg.gui.layers.truth_of_layer import truth_of
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers.truth import Truth

SHAPE = (60, 40)


@pytest.fixture
def layer(viewer: ViewerModel) -> Image:
    return viewer.layers[0]


def truth(drawn, image: Image, pipeline: str = "masses") -> Truth:
    return truth_of(drawn, image, pipeline).of("x.png", SHAPE)


def test_the_layers_that_a_truth_makes_give_it_back(viewer: ViewerModel, image: Mammogram, layer: Image) -> None:
    lesions = (
        Lesion("mass", "malignant", box=(10, 12, 20, 22)),
        Lesion("cluster", None, circle=(30.5, 20.0, 6.25)),
        Lesion("mass", "benign", contour=np.array([[40.0, 5], [50, 5], [45, 15]])),
    )
    image = Mammogram.of(image.pixels, "x.png", spacing=image.spacing, truth=lesions)
    (drawn,) = add(viewer, truth_layers(image, placement(image.spacing)))
    back = truth(drawn, layer).lesions
    assert [(each.kind, each.label) for each in back] == [(each.kind, each.label) for each in lesions]
    assert back[0].box == lesions[0].box
    assert back[1].circle == pytest.approx(lesions[1].circle)
    np.testing.assert_allclose(back[2].contour, lesions[2].contour)


def test_a_box_drawn_in_pixels_of_another_size_lies_where_it_was_seen(viewer: ViewerModel, layer: Image) -> None:
    corners_mm = np.array([[1.0, 2.0], [1.0, 4.0], [3.0, 4.0], [3.0, 2.0]])
    drawn = viewer.add_shapes([corners_mm / 0.5], shape_type="rectangle", scale=(0.5, 0.5), units=("mm", "mm"))
    (lesion,) = truth(drawn, layer).lesions
    assert lesion.kind == "mass"
    assert lesion.box == pytest.approx((10.5, 10.5, 30.5, 20.5))


def test_what_is_drawn_on_a_turned_image_is_turned_back(viewer: ViewerModel, layer: Image) -> None:
    layer.rotate, layer.translate = 30, (5.0, -3.0)
    box = np.array([[9.5, 9.5], [9.5, 19.5], [29.5, 19.5], [29.5, 9.5]])
    seen = np.array([layer.data_to_world(each) for each in box])
    drawn = viewer.add_shapes([seen], shape_type="polygon", units=("mm", "mm"))
    (lesion,) = truth(drawn, layer).lesions
    np.testing.assert_allclose(lesion.contour, box, atol=1e-4)
    assert fill(lesion, SHAPE).sum() == 20 * 10


def test_an_oblong_ellipse_is_an_outline_of_its_area(viewer: ViewerModel, layer: Image) -> None:
    around = np.array([[10.0, 10], [10, 20], [40, 20], [40, 10]])
    drawn = viewer.add_shapes([around], shape_type="ellipse", **placement_of(layer))
    (lesion,) = truth(drawn, layer).lesions
    assert region(lesion).area == pytest.approx(np.pi * 15 * 5, rel=0.005)
    assert region(lesion).centre == pytest.approx((25, 15))


def test_lines_surround_nothing(viewer: ViewerModel, layer: Image) -> None:
    drawn = viewer.add_shapes([[[1, 1], [5, 5]]], shape_type="line")
    with pytest.raises(InputError, match="holds a line, which surrounds nothing"):
        truth(drawn, layer)


def test_labels_are_lesions_and_the_features_say_of_what_kind(viewer: ViewerModel, layer: Image) -> None:
    data = np.zeros(SHAPE, int)
    data[10:14, 10:12], data[30:33, 5:9] = 3, 7
    features = {"index": [3], "kind": ["mass"], "label": ["benign"]}
    drawn = viewer.add_labels(data, features=features, **placement_of(layer))
    known = truth(drawn, layer, "calcifications")
    assert [(each.kind, each.label, each.box) for each in known.lesions] == [
        ("mass", "benign", (10, 10, 14, 12)),
        ("calcification", None, (30, 5, 33, 9)),
    ]
    np.testing.assert_array_equal(known.labels, data)


def test_parts_painted_with_one_label_are_lesions_of_their_own(viewer: ViewerModel, layer: Image) -> None:
    data = np.zeros(SHAPE, int)
    data[10:14, 10:12] = data[30:33, 5:9] = 1
    drawn = viewer.add_labels(data, **placement_of(layer))
    assert len(truth(drawn, layer).lesions) == 2


def test_labels_of_another_pixel_size_are_looked_up_where_they_lie(viewer: ViewerModel, layer: Image) -> None:
    data = np.zeros((30, 20), int)
    data[5:10, 4:8] = 1
    half = {"scale": (0.2, 0.4), "translate": (0.05, 0.1), "units": ("mm", "mm")}
    known = truth(viewer.add_labels(data, **half), layer)
    assert known.labels.shape == SHAPE
    assert known.lesions[0].box == (10, 8, 20, 16)


def test_a_person_may_go_on_painting(viewer: ViewerModel, layer: Image) -> None:
    drawn = viewer.add_labels(np.zeros(SHAPE, int), **placement_of(layer))
    taken = truth_of(drawn, layer, "masses")
    drawn.data[5:9, 5:9] = 1
    assert taken.of("x.png", SHAPE).lesions == ()
