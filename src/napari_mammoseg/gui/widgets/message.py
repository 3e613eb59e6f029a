"""One line to the person, readable in every theme of napari: it brings its own background where it has a colour."""

from __future__ import annotations

from typing import Literal

from qtpy.QtWidgets import QLabel, QWidget

Look = Literal["plain", "bold", "warning", "wrong"]
WRONG, WARNING = "background-color: #7a1f1f; color: #ffffff", "background-color: #5a4300; color: #ffffff"
_LOOKS: dict[Look, str] = {
    "plain": "",
    "bold": "font-weight: bold",
    "warning": f"{WARNING}; padding: 3px",
    "wrong": f"{WRONG}; padding: 3px",
}


class Message(QLabel):
    """Hidden as long as it has nothing to say."""

    def __init__(self, look: Look = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self._look = look
        self.say("")

    def say(self, text: str, wrong: bool = False) -> None:
        """Shows `text`; wrong: as what went wrong."""
        self.setText(text)
        look = _LOOKS["wrong" if wrong else self._look]
        if look != self.styleSheet():  # Qt takes its time for one that is the same, too
            self.setStyleSheet(look)
        self.setVisible(bool(text))
