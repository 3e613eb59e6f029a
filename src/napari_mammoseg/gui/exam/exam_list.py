"""The exams of a folder to choose from, and how to open another folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import exams_below
from napari_mammoseg.exams.exam import Exam, prior_of, titles


class ExamList(QWidget):
    """`chosen(number)` tells that a person chose an exam, the latest stands first; `folder_chosen(path)` a folder."""

    chosen = Signal(int)
    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exams: Sequence[Exam] = ()
        self.list = QListWidget()
        self.list.setMaximumHeight(130)
        self.list.setToolTip("The exams of the folder, the latest first: choose one")
        self.folder = QPushButton("Open folder…")
        self.folder.setToolTip("Group the mammograms of a folder into exams")
        self.folder.clicked.connect(self._ask_for_folder)
        self.hang_open = QPushButton("Hang open images")
        self.hang_open.setToolTip("Hang the mammograms that are open in the window already")
        self.previous, self.next = QPushButton("Previous"), QPushButton("Next")
        self.previous.setToolTip("The exam before this one in the list (PageUp)")
        self.next.setToolTip("The exam after this one in the list (PageDown)")
        column, row, steps = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder)
        row.addWidget(self.hang_open)
        steps.addWidget(self.previous)
        steps.addWidget(self.next)
        column.addLayout(row)
        column.addWidget(self.list)
        column.addLayout(steps)
        self.list.currentRowChanged.connect(self._on_row)
        self.show_exams(())

    @property
    def number(self) -> int:
        """Which exam is chosen; -1 where there is none."""
        return int(self.list.currentRow())

    @property
    def exam(self) -> Exam | None:
        return self.exams[self.number] if 0 <= self.number < len(self.exams) else None

    @property
    def prior(self) -> Exam | None:
        """The chosen woman's last exam before the chosen one."""
        return None if self.exam is None else prior_of(self.exam, self.exams)

    def show_exams(self, exams: Sequence[Exam], number: int = 0) -> None:
        """Lists the exams, one of them chosen, and tells nobody."""
        self.list.blockSignals(True)
        self.exams = tuple(exams)
        self.list.clear()
        self.list.addItems(titles(self.exams))
        self.list.setCurrentRow(number if self.exams else -1)
        self.list.blockSignals(False)
        self.list.setVisible(len(self.exams) > 1)
        self._set_steps()

    def step(self, by: int) -> None:
        """Chooses the exam so many places further, if there is one."""
        if 0 <= self.number + by < len(self.exams):
            self.list.setCurrentRow(self.number + by)

    def _on_row(self, number: int) -> None:
        self._set_steps()
        if number >= 0:
            self.chosen.emit(number)

    def _set_steps(self) -> None:
        for button, by in ((self.previous, -1), (self.next, 1)):
            button.setVisible(len(self.exams) > 1)
            button.setEnabled(0 <= self.number + by < len(self.exams))

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Open a study")
        if folder:
            self.folder_chosen.emit(folder)


def exams_in(folder: Path) -> tuple[list[Exam], int]:
    """The exams of a folder, and how many of its files are no images."""
    left_out: list[InputError] = []
    return exams_below(folder, left_out.append), len(left_out)
