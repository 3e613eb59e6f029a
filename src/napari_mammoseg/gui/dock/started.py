"""What a run was started on, and whether that is still there when it ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_mammoseg.commands import Command

if TYPE_CHECKING:
    from napari.layers import Image


@dataclass(frozen=True, slots=True, eq=False)
class Started:
    """The image, its pixels as they were, and the command that gives the result again."""

    layer: Image
    data: Any
    command: Command

    def lost_in(self, layers: Collection[Any]) -> str:
        """Why its result cannot be shown among these layers; empty where it can."""
        if self.layer not in layers:
            return f"{self.layer.name} was deleted while it was searched; nothing was kept"
        return (
            ""
            if self.layer.data is self.data
            else f"{self.layer.name} got other pixels while it was searched: run again"
        )
