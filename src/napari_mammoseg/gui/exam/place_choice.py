"""Which image hangs in each of the four places."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QWidget

from napari_mammoseg.exams.exam import PLACES, Exam, ExamImage, Place


class PlaceChoice(QWidget):
    """A box for each place, as they hang. `changed()` tells that a person chose another image."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: dict[Place, tuple[ExamImage, ...]] = {}
        self.boxes: dict[Place, QComboBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, place in enumerate(PLACES):
            box = self.boxes[place] = QComboBox()
            box.setMinimumContentsLength(10)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setToolTip(f"The image that hangs as {place[0]} {place[1:]}")
            box.activated.connect(self._on_activated)
            grid.addWidget(box, number // 2, number % 2)

    @property
    def images(self) -> dict[Place, ExamImage]:
        """The chosen images."""
        chosen: dict[Place, ExamImage] = {}
        for place, images in self._choices.items():
            index = self.boxes[place].currentIndex() - 1
            if 0 <= index < len(images):
                chosen[place] = images[index]
        return chosen

    def show_exam(self, exam: Exam | None, hung: Mapping[Place, ExamImage]) -> None:
        """Offers the images of the exam for each place, those that hang chosen."""
        for place, box in self.boxes.items():
            images = () if exam is None else exam.choices(place)
            self._choices[place] = images
            box.clear()
            box.addItem("empty" if exam is None or exam.at(place) else f"no {place[0]} {place[1:]}")
            box.addItems([f"{each.label} · {each.path.name}" for each in images])
            box.setCurrentIndex(images.index(hung[place]) + 1 if hung.get(place) in images else 0)
            box.setEnabled(bool(images))

    def _on_activated(self) -> None:
        self.changed.emit()
