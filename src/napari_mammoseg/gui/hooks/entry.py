"""What napari.yaml names for opening: light to import, for the rest is imported beside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from napari_mammoseg.gui.beside import imported, prepare_layers

if TYPE_CHECKING:
    from napari import Viewer

    from napari_mammoseg.gui.hooks.readers import Paths
    from napari_mammoseg.gui.layers.belonging import LayerData


def get_reader(path: Paths) -> Callable[[Paths], list[LayerData]] | None:
    """The function that reads `path` (npe2's reader hook)."""
    return _read if path else None


def ask_and_open(viewer: Viewer) -> None:
    """Asks for files whatever they are called, as DICOM files often have no ending, and opens them."""
    _hook("readers").ask_and_open(viewer)


def _read(path: Paths) -> list[LayerData]:
    return _hook("readers").read_layers(path)


def _sample(file: str) -> list[LayerData]:
    return _hook("sample_data").open_sample(file)


def four_views() -> list[LayerData]:
    """The layers of the sample exam, hung; its dock opens."""
    return _hook("sample_data").four_views()


def _hook(name: str) -> Any:
    prepare_layers()
    return imported(f"napari_mammoseg.gui.hooks.{name}")


left_cc = partial(_sample, "phantom-25-L-CC.dcm")
right_mlo = partial(_sample, "phantom-15-R-MLO.dcm")
left_mlo = partial(_sample, "mdb026.pgm")
healthy = partial(_sample, "phantom-31-L-CC.png")
