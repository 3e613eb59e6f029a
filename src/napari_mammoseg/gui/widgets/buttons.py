"""Small buttons that look like buttons in every theme of napari, whose tool buttons have no frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtWidgets import QPushButton


def small_button(text: str, tip: str, clicked: Callable[[], Any] | None = None) -> QPushButton:
    """A button beside a field. tip: what it does."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFixedWidth(36)
    if clicked is not None:
        button.clicked.connect(lambda *_: clicked())
    return button
