from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from npe2 import PluginManager, PluginManifest

from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.models import MODELS
from napari_mammoseg.pipelines import PIPELINES
from napari_mammoseg.settings import declared

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "src" / "napari_mammoseg" / "napari.yaml"
DOCKS = {
    "Microcalcifications",
    "Masses",
    "Exam",
    "Mass outlines",
    "Classify",
    "Lesion synthesis",
    "Batch",
    "Window presets",
}


@pytest.fixture(scope="module")
def manifest() -> PluginManifest:
    return PluginManifest.from_file(FILE)


def test_the_manifest_is_valid_and_everything_it_names_imports(manifest: PluginManifest) -> None:
    manifest.validate_imports()


def test_the_plugin_has_its_name(manifest: PluginManifest) -> None:
    assert manifest.name == "napari-mammoseg"


def test_the_file_at_the_root_is_the_same_one() -> None:
    assert (ROOT / "napari.yaml").samefile(FILE)


def test_every_command_that_is_used_exists_and_every_one_is_used(manifest: PluginManifest) -> None:
    points = manifest.contributions
    menus = [item.command for items in points.menus.values() for item in items]
    lists = (points.readers, points.writers, points.widgets, points.sample_data)
    used = {each.command for each in [*(item for items in lists for item in items or ())]} | set(menus)
    assert used == {each.id for each in points.commands}


def test_docks_are_called_as_promised_and_run_pipelines_that_exist(manifest: PluginManifest) -> None:
    commands = {each.id: each.python_name for each in manifest.contributions.commands}
    for widget in manifest.contributions.widgets:
        assert widget.display_name in DOCKS
        module, _, name = str(commands[widget.command]).partition(":")
        dock = getattr(import_module(module), name)
        if issubclass(dock, PipelineDock):
            assert dock.pipeline in PIPELINES


PICTURES = ("a.png", "a.tif", "a.TIFF", "a.ome.tif", "a.jpg", "A.JPEG", "a.webp", "mdb001.pgm", "MDB001.PGM")
DICOM_FILES = ("a.dcm", "A.DCM", "a.dicom", "a.dic", "a.ima", "1.2.840.10008.5.1")


@pytest.mark.parametrize("name", [*PICTURES, *DICOM_FILES, *(f"it's a.{name}.json" for name in PIPELINES)])
def test_every_format_that_is_read_opens_in_the_window(name: str, manifest: PluginManifest) -> None:
    manager = PluginManager()
    manager.register(manifest)
    assert [each.command for each in manager.iter_compatible_readers([name])] == ["napari-mammoseg.read"]


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_has_the_dock_that_its_row_names(name: str, manifest: PluginManifest) -> None:
    widgets = {each.display_name: each.command for each in manifest.contributions.widgets}
    commands = {each.id: each.python_name for each in manifest.contributions.commands}
    module, _, dock = commands[widgets[PIPELINES[name].dock]].partition(":")
    assert getattr(import_module(module), dock).pipeline == name
    assert _ships(PIPELINES[name].settings) == name


def _ships(settings: type) -> str:
    """The task of the default model, whose weights must be there."""
    default = next(each.default for each in declared(settings) if each.name == "model")
    assert MODELS[default].network is None or MODELS[default].path is not None
    return MODELS[default].task
