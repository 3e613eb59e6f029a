"""Which image the marks of a layer are on, whatever the layers are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

LayerData = tuple[Any, dict[str, Any], str]
IMAGE = "mammoseg_image"
"""Where the metadata of an image and of the marks on it keep the same token."""


def token_of(image: Any) -> str:
    """The token of an image layer, which gets one where it has none."""
    if IMAGE not in image.metadata:
        image.metadata = {**image.metadata, IMAGE: uuid4().hex}
    return str(image.metadata[IMAGE])


def belonging(layers: Iterable[LayerData], token: str | None = None) -> list[LayerData]:
    """The layer data with one token (None: a new one), which says that they belong together."""
    token = token or uuid4().hex
    return [
        (data, {**keywords, "metadata": {**keywords.get("metadata", {}), IMAGE: token}}, kind)
        for data, keywords, kind in layers
    ]
