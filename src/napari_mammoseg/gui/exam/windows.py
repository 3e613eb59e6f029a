"""Windows of the hung images: linked, so that all follow the one that is changed, and inverted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari.layers import Image

Limits = tuple[float, float]


class LinkedWindows:
    """Changes every image's window as one of them is changed, each in proportion to the window that it had at first.

    So images on different grey scales stay alike. `on` may be set at any time; `follow` says of which images.
    """

    def __init__(self) -> None:
        self.on = True
        self._first: dict[Image, Limits] = {}
        self._changing = False

    def follow(self, images: Sequence[Image]) -> None:
        """From now on these images are meant. A window that one had when it was first followed stays its first one."""
        for each in [each for each in self._first if each not in images]:
            each.events.contrast_limits.disconnect(self._on_changed)
            del self._first[each]
        for each in images:
            if each not in self._first:
                self._first[each] = _limits(each)
                each.events.contrast_limits.connect(self._on_changed)

    def turn(self, on: bool) -> None:
        """Links the windows, or frees them."""
        self.on = on

    def _on_changed(self, event: Any) -> None:
        if not self.on or self._changing:
            return
        self._changing = True
        low, high = self._first[event.source]
        share = [(each - low) / (high - low) for each in _limits(event.source)]
        for image, (first, last) in self._first.items():
            if image is not event.source:
                image.contrast_limits = tuple(first + each * (last - first) for each in share)
        self._changing = False


def invert(images: Sequence[Image], inverted: bool) -> None:
    """Shows the images dark on light, or light on dark."""
    for each in images:
        if is_inverted(each) is not inverted:
            each.colormap = _negative(each.colormap)


def is_inverted(image: Image) -> bool:
    """Whether the image is shown dark on light."""
    first, last = (float(np.mean(each[:3])) for each in np.asarray(image.colormap.colors)[[0, -1]])
    return first > last


def _negative(colormap: Any) -> Any:
    from napari.utils.colormaps import Colormap

    plain = {"gray": "gray_r", "gray_r": "gray"}
    if colormap.name in plain:
        return plain[colormap.name]
    colors = np.array(colormap.colors)
    colors[:, :3] = 1 - colors[:, :3]
    name = str(colormap.name).removesuffix(_INVERTED)
    name = name if str(colormap.name).endswith(_INVERTED) else name + _INVERTED
    return Colormap(colors, controls=colormap.controls, name=name, display_name=name)


def _limits(image: Image) -> Limits:
    low, high = image.contrast_limits
    return float(low), float(high)


_INVERTED = " inverted"
