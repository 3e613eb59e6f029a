"""Both pipelines on every image that hangs: the button, how far they are, the scores and the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import Exam
from napari_mammoseg.gui.exam.exam_layers import hung_in, image_at
from napari_mammoseg.gui.exam.exam_table import ExamTable
from napari_mammoseg.gui.exam.looking import is_alone, show_alone
from napari_mammoseg.gui.exam.results import ExamResults, Row
from napari_mammoseg.gui.exam.running import EXAM_PIPELINES, Analysed, Outcome, analyse
from napari_mammoseg.gui.exam.words import NO_EXAM, said_of_outcome, said_of_scores
from napari_mammoseg.gui.reading.bar import ReadingBar
from napari_mammoseg.gui.results.looking import go_to, leave
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.worker import Worker

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


class AnalysisPanel(QWidget):
    """The lower half of the dock."""

    def __init__(self, viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._exam: Exam | None = None
        self._showing = self._gone = False
        self.results, self.job = ExamResults(viewer), Worker(self)
        self.bar, self.scores, self.table = RunBar(), Message(), ExamTable()
        self.reading = ReadingBar(self.results.shown)
        self.bar.run_button.setText("Analyse the exam")
        self.bar.run_button.setToolTip("Microcalcifications and masses on every image that hangs")
        self.bar.keep.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for each in (self.bar, self.scores, self.table, self.reading):
            column.addWidget(each)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether something is being analysed or shown."""
        return self.job.running or self._showing

    def run(self) -> None:
        """Runs both pipelines on every image that hangs."""
        images: Mapping[str, Image] = {image_at(each).name: each for each in hung_in(self._viewer.layers).values()}
        if not images:
            self.bar.say(NO_EXAM, wrong=True)
        elif not self.busy:
            self.bar.start()
            self.job.start(lambda run: analyse(images, EXAM_PIPELINES, run))

    def remember(self) -> None:
        """Keeps the results on the images that hang, with what is being typed or drawn on them."""
        self.reading.show_result(None)
        self.results.remember()

    def show_exam(self, exam: Exam | None) -> None:
        """Shows what was found on the images that hang, which are of `exam`."""
        if exam is not self._exam and not self.busy:
            self.bar.say("")
        self._exam = exam
        try:
            self.results.show_again()
        except InputError as error:
            self.bar.say(str(error), wrong=True)
        self.refresh()

    def refresh(self) -> None:
        """Shows the findings that the images have now."""
        if self._gone:
            return
        self.results.follow()
        shown = self.results.shown()
        if self.reading.result is not None and self.reading.result not in shown:
            self.reading.show_result(None)
        self.table.fill(self.results.rows())
        self.scores.say("" if self._exam is None else said_of_scores(self.results.scores(self._exam)))

    def let_go(self) -> None:
        """Stops what runs, and keeps what is being typed."""
        self._gone = True
        self.reading.show_result(None)
        self.job.cancel()

    def _connect(self) -> None:
        self.bar.run_button.clicked.connect(self.run)
        self.bar.cancel_button.clicked.connect(self.job.cancel)
        self.table.chosen.connect(self._on_chosen)
        self.reading.stepped.connect(self.table.step)
        self.reading.said.connect(self.bar.say)
        self.results.changed.connect(self.refresh)
        self.job.progressed.connect(self.bar.show_progress)
        self.job.done.connect(self._on_analysed)
        self.job.stopped.connect(lambda: self.bar.stop("stopped; nothing was kept"))
        self.job.refused.connect(lambda error: self.bar.stop(str(error), wrong=True))
        self.job.failed.connect(lambda: self.bar.stop("failed; the notification holds the error", wrong=True))

    def _on_analysed(self, outcome: Outcome) -> None:
        self._showing = True
        gone = sum(each.image not in self._viewer.layers for each in outcome.analysed)
        self._show_next(outcome.analysed, said_of_outcome(outcome, gone), bool(outcome.refused))

    def _show_next(self, rest: Sequence[Analysed], said: str, wrong: bool) -> None:
        """Shows the results one by one, so that the window answers in between."""
        if self._gone:
            return
        if rest:
            try:
                self.results.add(rest[0])
            except InputError as error:
                said, wrong = f"{said} {error}", True
            QTimer.singleShot(0, partial(self._show_next, rest[1:], said, wrong))
            return
        self._showing = False
        self.refresh()
        self.bar.stop(said, wrong)

    def _on_chosen(self, row: Row) -> None:
        if is_alone(self._viewer):
            show_alone(self._viewer, row.result.image)
        for other in self.results.shown():
            if other is not row.result:
                leave(other)
        self.reading.show_result(row.result)
        go_to(row.result, row.result.select(row.finding.id))
