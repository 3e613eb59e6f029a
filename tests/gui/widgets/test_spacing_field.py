"""The field for the pixel spacing."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.widgets.spacing_field import SpacingField
from napari_mammoseg.mammogram import length_mm


@pytest.fixture
def field(qtbot) -> SpacingField:
    field = SpacingField()
    qtbot.addWidget(field)
    field.show_spacing(((0.094, 0.094), "ImagerPixelSpacing"))
    field.show()
    return field


def type_into(qtbot, field: SpacingField, text: str) -> None:
    field._number.selectAll()
    qtbot.keyClicks(field._number, text)
    qtbot.keyClick(field._number, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "mm"),
    [
        ("0.07", 0.07),
        ("0,07", 0.07),
        (".07", 0.07),
        ("70 µm", 0.07),
        ("70um", 0.07),
        ("70 \u03bcm", 0.07),
        ("0,07 mm", 0.07),
    ],
)
def test_a_length_is_read_as_people_type_it(text: str, mm: float) -> None:
    assert length_mm(text) == pytest.approx(mm)


@pytest.mark.parametrize("text", ["", "abc", "0.07.1", "-0.07", "70 cm"])
def test_what_is_no_length_is_none(text: str) -> None:
    assert length_mm(text) is None


def test_it_begins_with_what_the_image_says(field: SpacingField) -> None:
    assert field._number.value() == 0.094
    assert "ImagerPixelSpacing" in field._source.text()
    assert field.wanted == ((0.094, 0.094), "ImagerPixelSpacing")


@pytest.mark.parametrize("text", ["0.07", "0,07", "70 µm", "70um"])
def test_what_is_typed_counts_and_can_be_taken_back(qtbot, field: SpacingField, text: str) -> None:
    type_into(qtbot, field, text)
    assert field.wanted == ((0.07, 0.07), "given")
    assert field._back.isVisible()
    field._back.click()
    assert field.wanted == ((0.094, 0.094), "ImagerPixelSpacing")
    assert not field._back.isVisible()


def test_an_arrow_steps_by_a_thousandth(qtbot, field: SpacingField) -> None:
    qtbot.keyClick(field._number, Qt.Key.Key_Up)
    assert field.wanted[0] == pytest.approx((0.095, 0.095))


def test_the_wheel_changes_nothing(field: SpacingField) -> None:
    at = QPointF(5, 5)
    event = QWheelEvent(
        at, at, QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field._number, event)
    assert field.wanted == ((0.094, 0.094), "ImagerPixelSpacing")


@pytest.mark.parametrize("text", ["70", "7", "0.001", "1"])
def test_what_no_mammogram_has_is_refused_in_words(qtbot, field: SpacingField, text: str) -> None:
    type_into(qtbot, field, text)
    assert "0.02 to 0.5 mm" in field._source.text()
    with pytest.raises(InputError, match=r"0\.02 to 0\.5 mm"):
        _ = field.wanted


def test_an_unknown_spacing_is_asked_for(qtbot, field: SpacingField) -> None:
    field.show_spacing((None, None))
    assert "please type it" in field._source.text()
    assert field.wanted == (None, None)
    type_into(qtbot, field, "0.05")
    assert field.wanted == ((0.05, 0.05), "given")


def test_a_spacing_that_differs_by_rows_and_columns_is_shown_whole(field: SpacingField) -> None:
    field.show_spacing(((0.1, 0.2), "test"))
    assert field._number.text() == "0.1 × 0.2"
    assert field.wanted == ((0.1, 0.2), "test")


def test_the_files_value_comes_back_after_a_run(field: SpacingField) -> None:
    field.show_spacing(((0.07, 0.07), "given"), ((0.094, 0.094), "ImagerPixelSpacing"))
    assert field._back.isVisible()
    field.take_back()
    assert field.wanted == ((0.094, 0.094), "ImagerPixelSpacing")
