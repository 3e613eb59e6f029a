from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from npe2 import PluginManifest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from napari_mammoseg import models
from napari_mammoseg.gui.dock.controls import Controls
from napari_mammoseg.gui.widgets.model_choice import ModelChoice
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.widgets.save import WORDS, proposed_folder
from napari_mammoseg.samples import folder
from napari_mammoseg.writers import ALWAYS, WRITERS

pytestmark = pytest.mark.gui
CONTRIBUTED = PluginManifest.from_file(Path(models.__file__).parents[1] / "napari.yaml").contributions
COMMANDS, WIDGETS = CONTRIBUTED.commands, {each.command for each in CONTRIBUTED.widgets}


def test_a_model_without_weights_cannot_be_chosen(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(models.MODELS, "ssd256", replace(models.MODELS["ssd256"], weights=None))
    choice = ModelChoice("masses", "mass-finder")
    qtbot.addWidget(choice)
    names = choice._names
    flags = {names.itemData(row): names.model().index(row, 0).flags() for row in range(names.count())}
    assert flags["mass-finder"] & Qt.ItemFlag.ItemIsEnabled
    assert not flags["ssd256"] & Qt.ItemFlag.ItemIsEnabled


def test_a_grey_picture_stored_in_colours_keeps_the_size_of_its_pixels(qtbot, viewer) -> None:
    layer = viewer.add_image(np.zeros((20, 30, 3), np.uint8), rgb=True, scale=(0.1, 0.2), units="mm")
    controls = Controls(viewer, "masses")
    qtbot.addWidget(controls)
    assert controls.spacing.wanted[0] == (0.1, 0.2)
    controls.spacing.use(layer)
    assert tuple(layer.scale) == (0.1, 0.2)
    controls.let_go()


@pytest.mark.parametrize("name", [each.python_name for each in COMMANDS if each.id in WIDGETS])
def test_everything_in_a_dock_that_can_be_set_or_pressed_says_what_it_is(qtbot, viewer, name: str) -> None:
    module, _, dock_class = name.partition(":")
    dock = getattr(import_module(module), dock_class)(viewer)
    qtbot.addWidget(dock)
    parts = [each for kind in (QAbstractButton, QComboBox) for each in dock.findChildren(kind)]
    inner = (QComboBox, QAbstractSpinBox, QTabBar, QAbstractItemView, QDialogButtonBox)
    silent = [each for each in parts if not each.toolTip() and not isinstance(each.parent(), inner)]
    assert not silent, [(each, each.parent()) for each in silent]
    dock.close()


def test_the_keyboards_focus_stays_at_run_and_cancel(qtbot) -> None:
    window, bar, next_field = QWidget(), RunBar(), QLineEdit()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(bar)
    column.addWidget(next_field)
    window.show()
    bar.run_button.setFocus()
    bar.start()
    assert window.focusWidget() is bar.cancel_button
    bar.stop("done")
    assert window.focusWidget() is bar.run_button


def test_a_folder_of_the_persons_is_proposed_never_one_in_the_package(tmp_path: Path) -> None:
    assert proposed_folder(tmp_path / "x.dcm") == tmp_path / "out"
    sample = folder() / "mdb026.pgm"
    assert folder() not in proposed_folder(sample).parents
    assert proposed_folder(None).is_absolute()


def test_every_format_has_a_name_in_words() -> None:
    assert set(WORDS) == set(WRITERS) - set(ALWAYS)
