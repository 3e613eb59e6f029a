"""The images of an exam, read beside the window: one reading at a time, the last one asked for counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qtpy.QtCore import QObject, Signal

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import Exam
from napari_mammoseg.exams.exam import ExamImage, Place
from napari_mammoseg.exams.opening import Opened, open_places
from napari_mammoseg.gui.exam.exam_layers import Role
from napari_mammoseg.gui.worker import Worker


@dataclass(frozen=True, slots=True, eq=False)
class ReadExam:
    """An exam with its images at their places; refused: what could not be read, one error each."""

    exam: Exam
    role: Role
    opened: dict[Place, Opened] = field(default_factory=dict)
    refused: list[InputError] = field(default_factory=list)


class ExamReading(Worker):
    """Signals as a Worker, but `read(ReadExam)` for the last reading that was asked for alone."""

    read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: ReadExam | None = None
        self.done.connect(self._on_done)

    def ask(self, exam: Exam, images: Mapping[Place, ExamImage], role: Role = "current") -> None:
        """Begins to read the images; an earlier reading is given up."""
        self.cancel()
        wanted = self._wanted = ReadExam(exam, role)
        self.start(lambda run: (wanted, *open_places(images, run)))

    def _on_done(self, done: tuple[ReadExam, dict[Place, Opened], list[InputError]]) -> None:
        wanted, opened, refused = done
        if wanted is self._wanted:
            self.read.emit(ReadExam(wanted.exam, wanted.role, opened, refused))
