from __future__ import annotations

import pytest
from qtpy.QtWidgets import QLabel

from napari_mammoseg.gui.widgets.folded import folded

pytestmark = pytest.mark.gui


def test_the_arrow_is_a_letter_so_that_it_has_the_colour_of_the_words(qtbot) -> None:
    fold = folded("Settings", "More of them", QLabel("content"))
    qtbot.addWidget(fold)
    assert (fold.text(), fold.toggleButton().icon().isNull()) == ("▸ Settings", True)
    fold.toggleButton().click()
    assert fold.text() == "▾ Settings"
