"""Widgets that are folded away below a button with an arrow in the colour of its words, in every theme."""

from __future__ import annotations

from functools import partial

from qtpy.QtGui import QIcon
from qtpy.QtWidgets import QWidget
from superqt import QCollapsible


def folded(title: str, tip: str, content: QWidget) -> QCollapsible:
    """`content` below a button called `title`, folded at first. tip: what is in it."""
    fold = QCollapsible(title)
    fold.toggleButton().setToolTip(tip)
    fold.addWidget(content)
    fold.toggled.connect(partial(_point, fold, title))
    _point(fold, title, False)
    return fold


def _point(fold: QCollapsible, title: str, open_: bool) -> None:
    fold.setText(f"{'▾' if open_ else '▸'} {title}")
    fold.toggleButton().setIcon(QIcon())  # superqt's own arrow is a picture, black in the dark theme, too
