"""Layers that the plugin hides for a while, apart from those that a person hid."""

from __future__ import annotations

from typing import Any, Literal

Reason = Literal["key", "covered", "alone"]
HIDDEN = "mammoseg_hidden"
"""Where a layer's metadata keep why the plugin hid it."""


def hide(layer: Any, reason: Reason) -> None:
    """Hides `layer`; one that a person hid is left alone."""
    reasons = () if layer.visible else _reasons(layer)
    if layer.visible or (reasons and reason not in reasons):
        _keep(layer, (*reasons, reason))
        layer.visible = False


def reveal(layer: Any, reason: Reason) -> None:
    """Takes back `hide` for that reason; shows the layer where no other one is left."""
    reasons = _reasons(layer)
    if reason in reasons:
        left = tuple(each for each in reasons if each != reason)
        _keep(layer, left)
        layer.visible = layer.visible or not left


def _reasons(layer: Any) -> tuple[Reason, ...]:
    return tuple(layer.metadata.get(HIDDEN, ()))


def _keep(layer: Any, reasons: tuple[Reason, ...]) -> None:
    layer.metadata = {**layer.metadata, HIDDEN: reasons}
