"""The buttons Run and Cancel, how far the run is, and one line of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.run import Progress


class RunBar(QWidget):
    """`run_button` and `cancel_button` are for the dock to connect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_button, self.cancel_button = QPushButton("Run"), QPushButton("Cancel")
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.message = Message()
        self.keep = QCheckBox("Keep the previous result")
        self.keep.setToolTip(
            "Otherwise the next run on the same image replaces it, unless you read it or corrected its labels"
        )
        self.run_button.setToolTip("Search the chosen image with these settings")
        self.cancel_button.setToolTip("Stop before the next step; nothing is kept")
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.run_button)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        column.addWidget(self.keep)
        column.addWidget(self.progress)
        column.addWidget(self.message)
        self.stop("")

    def start(self) -> None:
        """A run has begun."""
        self._set_running(True)
        self.progress.setRange(0, 100)
        self.progress.setValue(0)
        self.progress.setFormat("starting")
        self.say("")

    def show_progress(self, progress: Progress) -> None:
        """How far the present stage is."""
        self.progress.setRange(0, max(progress.total, 1))
        self.progress.setValue(progress.done)
        self.progress.setFormat(progress.stage if progress.total <= 1 else f"{progress.stage}  %p%")

    def stop(self, text: str, wrong: bool = False) -> None:
        """The run has ended; says how."""
        self._set_running(False)
        self.say(text, wrong)

    def say(self, text: str, wrong: bool = False) -> None:
        """One line to the person."""
        self._wrong = wrong
        self.message.say(text, wrong)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Says what is wrong where the block raises an InputError."""
        try:
            yield
        except InputError as error:
            self.say(str(error), wrong=True)

    def calm(self) -> None:
        """What was wrong is so no longer, and is not said any more: another image is meant."""
        if self._wrong:
            self.say("")

    def _set_running(self, running: bool) -> None:
        """Hands the keyboard's focus on: Qt would give that of a disabled button to the next field and scroll there."""
        on, off = (self.cancel_button, self.run_button) if running else (self.run_button, self.cancel_button)
        on.setEnabled(True)
        if self.window().focusWidget() is off:
            on.setFocus()
        off.setEnabled(False)
        self.progress.setVisible(running)
