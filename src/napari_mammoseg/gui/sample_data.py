"""Open Sample: the mammograms that come with the package."""

from __future__ import annotations

from functools import partial

from napari_mammoseg import samples
from napari_mammoseg.gui.image_layers import LayerData, image_layers
from napari_mammoseg.readers import read


def open_sample(file: str) -> list[LayerData]:
    """The layers of one of `samples.SAMPLES`, truth included where its format carries it."""
    return image_layers(read(samples.path(file)))


left_cc = partial(open_sample, "phantom-25-L-CC.dcm")
right_mlo = partial(open_sample, "phantom-15-R-MLO.dcm")
left_mlo = partial(open_sample, "mdb026.pgm")
healthy = partial(open_sample, "phantom-31-L-CC.png")
