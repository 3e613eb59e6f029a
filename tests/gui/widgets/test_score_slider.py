from __future__ import annotations

import pytest
from qtpy.QtWidgets import QLineEdit

from napari_mammoseg.gui.widgets.score_slider import ScoreSlider

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0,5\r", 0.5),
        ("0.5\r", 0.5),
        (",5\r", 0.5),
        ("0.1234\r", 0.123),
        ("1\r", 1),
        ("0\r", 0.2),
        ("2\r", 0.2),
        ("1e9\r", 0.2),
        ("-3\r", 0.2),
        ("\b\r", 0.2),
        (".\r", 0.2),
    ],
)
def test_a_score_is_read_as_it_is_typed_or_stays_what_it_was(qtbot, typed: str, read: float) -> None:
    slider = ScoreSlider(0.01, decimals=3)
    qtbot.addWidget(slider)
    slider.setValue(0.2)
    line = slider.findChild(QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, typed)
    assert (round(slider.value(), 3), float(line.text())) == (read, read)
