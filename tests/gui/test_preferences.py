from __future__ import annotations

from pathlib import Path

import pytest
from napari.settings import get_plugin_settings
from npe2 import PluginManifest

from napari_mammoseg.gui import preferences as module
from napari_mammoseg.gui.preferences import PLUGIN, Preferences, on_reader, preferences

FILE = Path(module.__file__).parents[1] / "napari.yaml"


def test_where_the_plugin_is_only_imported_the_defaults_hold(plugin_settings) -> None:
    assert preferences() == Preferences()


def test_what_a_person_set_in_napari_is_what_a_dock_starts_with(plugin_settings, npe2pm) -> None:
    npe2pm.register(PluginManifest.from_file(FILE))
    assert preferences() == Preferences()
    stored = get_plugin_settings(PLUGIN).general
    stored.device, stored.formats = "cpu", "csv, dicom-seg"
    assert preferences() == Preferences("cpu", ("csv", "dicom-seg"))


def test_another_reader_in_the_preferences_is_told_of_once(plugin_settings, npe2pm) -> None:
    told: list[str] = []

    def tell(_: object) -> None:
        told.append(preferences().reader)

    on_reader(tell)
    npe2pm.register(PluginManifest.from_file(FILE))
    on_reader(tell)
    on_reader(tell)
    get_plugin_settings(PLUGIN).general.reader = "Anna"
    assert told == ["Anna"]


def test_a_device_that_does_not_exist_is_refused(plugin_settings, npe2pm) -> None:
    npe2pm.register(PluginManifest.from_file(FILE))
    with pytest.raises(ValueError, match="not one of the allowed"):
        get_plugin_settings(PLUGIN).general.device = "abacus"
