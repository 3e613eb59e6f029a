"""Captions drawn over napari's canvas, each on a dark backing that makes it readable on any tissue.

napari's own text of a layer has no backing. napari takes further overlays, but the table that says how each kind is
drawn is private to it: this is the only file that uses that table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari._vispy.overlays.base import ViewerOverlayMixin, VispyCanvasOverlay
from napari._vispy.utils.visual import overlay_to_visual
from napari._vispy.visuals.text import Text
from napari.components.overlays import CanvasOverlay
from qtpy.QtCore import QTimer
from vispy.scene.visuals import Compound, Mesh

if TYPE_CHECKING:
    from napari_mammoseg.gui.layers.caption_places import Caption

POINTS = 8.0
"""Size of the letters."""
BACKING = (0.0, 0.0, 0.0, 0.85)
LETTERS = "mas0.123456789cluterpigng()bdfoRLCMO·"
"""What most captions are made of."""
_FIRST_MS, _NEXT_MS = 1000, 20
"""When the first letter is prepared, and how long the window is left to others before the next one."""


class CaptionOverlay(CanvasOverlay):
    """What is written where: a tuple of `Caption`."""

    position: Any = None
    box: bool = False
    captions: tuple[Any, ...] = ()


class _Drawn(ViewerOverlayMixin, VispyCanvasOverlay):
    """Rectangles, and on them the texts."""

    overlay: CaptionOverlay

    def __init__(self, *, font_info: Any, **keywords: Any) -> None:
        self._backing = Mesh(color=BACKING)
        self._text = Text(font_info=font_info, anchor_x="center", anchor_y="center")
        super().__init__(node=Compound([self._backing, self._text]), font_info=font_info, **keywords)
        self._font, self._letters = font_info.font_manager.get_font(font_info.face), iter(dict.fromkeys(LETTERS))
        QTimer.singleShot(_FIRST_MS, self._prepare_a_letter)
        self.overlay.events.captions.connect(self._on_captions)
        self.reset()
        self._on_captions()

    def close(self) -> None:
        self._letters = iter(())
        self.overlay.events.captions.disconnect(self._on_captions)
        super().close()

    def _prepare_a_letter(self) -> None:
        """Does one letter's share of what napari else does when it first draws it: each takes it ten milliseconds.

        Without a timer of its own, which whatever thread collects garbage would delete, and Qt forbids that.
        """
        letter = next(self._letters, None)
        if letter is not None:
            self._font[letter]
            QTimer.singleShot(_NEXT_MS, self._prepare_a_letter)

    def _on_captions(self) -> None:
        captions: tuple[Caption, ...] = self.overlay.captions
        if captions:
            places = np.array([each.place for each in captions], np.float32)
            vertices, faces = _rectangles(places)
            self._backing.set_data(vertices, faces, color=BACKING)
            self._text.text = [each.text for each in captions]
            self._text.pos = np.stack([places[:, 1::2].mean(axis=1), places[:, ::2].mean(axis=1)], axis=1)
            self._text.color = np.array([each.colour for each in captions], np.float32)
            self._text.font_size = POINTS
        self.node.visible = bool(captions) and self._should_be_visible()


def _rectangles(places: Any) -> tuple[Any, Any]:
    """Corners (4 n, 2) by x and y, and triangles (2 n, 3), of n rectangles by top, left, bottom and right."""
    corners = places[:, [1, 0, 3, 0, 3, 2, 1, 2]].reshape(-1, 2)
    first = 4 * np.arange(len(places), dtype=np.uint32)[:, None]
    triangles = np.concatenate([first + np.array(each, np.uint32) for each in ((0, 1, 2), (0, 2, 3))])
    return corners, triangles


overlay_to_visual[CaptionOverlay] = _Drawn
