"""Dock "Exam": the four views of an exam hung, several exams to go through, and both pipelines on all images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import Exam
from napari_mammoseg.gui import keys
from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.exam import hanging
from napari_mammoseg.gui.exam.analysis_panel import AnalysisPanel
from napari_mammoseg.gui.exam.exam_layers import is_hung
from napari_mammoseg.gui.exam.exam_list import ExamList, exams_in
from napari_mammoseg.gui.exam.exam_reading import ExamReading, ReadExam
from napari_mammoseg.gui.exam.keys import KEYS
from napari_mammoseg.gui.exam.listed import keep_listed, listed_with
from napari_mammoseg.gui.exam.looking import actual_pixels_here, fit_again, hung_images, show_all, toggle_alone
from napari_mammoseg.gui.exam.names_layer import NAMES, show_names
from napari_mammoseg.gui.exam.place_choice import PlaceChoice
from napari_mammoseg.gui.exam.ruler import toggle_ruler
from napari_mammoseg.gui.exam.switches import Switches
from napari_mammoseg.gui.exam.telling import Telling
from napari_mammoseg.gui.exam.windows import LinkedWindows, invert
from napari_mammoseg.gui.exam.words import NO_EXAM
from napari_mammoseg.gui.key_help import KeyHelp
from napari_mammoseg.gui.layers.image_layers import is_mammogram
from napari_mammoseg.gui.layers.marks import toggle_marks
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.reading.keys import READING_KEYS
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.gui.worker import Worker

if TYPE_CHECKING:
    from napari.components import ViewerModel


class ExamDock(DockWidget):
    """The exam of `napari_viewer`. Its methods are what keys and buttons do."""

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.exams, self.places, self.switches = ExamList(), PlaceChoice(), Switches()
        self.said, self.analysis = Message(), AnalysisPanel(self.viewer)
        self.telling = Telling(self.viewer, self.exams, self.places, self.said, self.analysis)
        self.listing, self.reading = Worker(self), ExamReading(self)
        self.windows = LinkedWindows()
        self.keys_help = KeyHelp(self)
        content = QWidget()
        column = QVBoxLayout(content)
        for each in (self.exams, self.said, self.places, self.switches, self.analysis):
            column.addWidget(each)
        self.lay_out(content)
        self._connect()
        keep_rules(self.viewer)
        keys.bind(self.viewer, KEYS, self, self)
        keys.bind(self.viewer, READING_KEYS, self.analysis.reading, self)
        exams, number, self.telling.left_out = listed_with(self.viewer)
        self.exams.show_exams(exams, number)
        self._on_hung()

    @property
    def busy(self) -> bool:
        """Whether something is being read, analysed or shown."""
        return self.listing.running or self.reading.running or self.analysis.busy

    @property
    def exam(self) -> Exam | None:
        """The exam that hangs, or is being read."""
        return self.exams.exam

    def expect(self, exams: Sequence[Exam], left_out: int = 0) -> None:
        """Lists the exams of a folder whose first one is just being opened; what hung before is taken down.

        left_out: how many files of the folder are no images.
        """
        self.telling.left_out = left_out
        self.analysis.remember()
        self.switches.prior.setChecked(False)
        self.telling.expecting = True
        hanging.take_down(self.viewer)
        self.exams.show_exams(exams)
        self.said.say("reading…")

    def open_folder(self, folder: str | Path) -> None:
        """Lists the exams of `folder` and hangs the latest one."""
        self.said.say("looking for exams…")
        self.listing.start(lambda run: exams_in(Path(folder)))

    def hang_open(self) -> None:
        """Hangs the mammograms that are open in the viewer."""
        try:
            exam = hanging.hang_open_images(self.viewer)
        except InputError as error:
            self.telling.complain(str(error))
            return
        self.telling.left_out = 0
        self.exams.show_exams([exam])
        self.switches.prior.setChecked(False)
        self._on_hung()

    def open_exam(self) -> None:
        """Reads the chosen exam and hangs it."""
        if self.exam is not None:
            self.reading.ask(self.exam, self.exam.hung())

    def next_exam(self) -> None:
        self.exams.step(1)

    def previous_exam(self) -> None:
        self.exams.step(-1)

    def toggle_prior(self) -> None:
        """Hangs the last exam of the same woman before this one beside it, or takes it down."""
        self.switches.prior.setChecked(not self.switches.prior.isChecked())

    def toggle_alone(self) -> None:
        """Shows the view under the mouse alone, or all again."""
        toggle_alone(self.viewer)

    def actual_pixels(self) -> None:
        """One pixel of the image under the mouse for one of the screen, there."""
        actual_pixels_here(self.viewer)

    def toggle_marks(self) -> None:
        toggle_marks(self.viewer)

    def toggle_names(self) -> None:
        self.switches.names.setChecked(not self.switches.names.isChecked())

    def toggle_linked(self) -> None:
        self.switches.linked.setChecked(not self.switches.linked.isChecked())

    def toggle_inverted(self) -> None:
        self.switches.inverted.setChecked(not self.switches.inverted.isChecked())

    def toggle_ruler(self) -> None:
        """Begins or ends to measure."""
        toggle_ruler(self.viewer, hanging.unit_of(self.viewer))

    def help(self) -> None:
        """Lists the keys."""
        self.keys_help.help()

    def run(self) -> None:
        """Runs both pipelines on every image that hangs."""
        self.analysis.run()

    def _disconnect(self) -> None:
        keep_listed(self.viewer, self.exams.exams, self.telling.left_out)
        self.listing.cancel()
        self.reading.cancel()
        self.analysis.let_go()
        self.telling.let_go()
        self.windows.follow(())
        self.keys_help.close()
        keys.unbind(self.viewer, self, self.analysis.reading)
        self.viewer.layers.events.inserted.disconnect(self._on_inserted)
        self.viewer.layers.events.removed.disconnect(self._on_removed)
        self.viewer.canvas.events.size.disconnect(self._on_resized)

    def _connect(self) -> None:
        self.exams.folder_chosen.connect(self.open_folder)
        self.exams.hang_open.clicked.connect(self.hang_open)
        self.exams.next.clicked.connect(self.next_exam)
        self.exams.previous.clicked.connect(self.previous_exam)
        self.exams.chosen.connect(self.open_exam)
        self.places.changed.connect(self._on_other_image)
        self.switches.linked.toggled.connect(self.windows.turn)
        self.switches.inverted.toggled.connect(lambda inverted: invert(hung_images(self.viewer), inverted))
        self.switches.names.toggled.connect(lambda shown: show_names(self.viewer.layers, shown))
        self.switches.prior.toggled.connect(self._on_prior)
        for button, action in self.switches.buttons.items():
            button.clicked.connect(getattr(self, action))
        self._connect_jobs()
        self.viewer.layers.events.inserted.connect(self._on_inserted)
        self.viewer.layers.events.removed.connect(self._on_removed)
        self.viewer.canvas.events.size.connect(self._on_resized)

    def _connect_jobs(self) -> None:
        for each in (self.listing, self.reading):
            each.refused.connect(lambda error: self.telling.complain(str(error)))
        self.listing.done.connect(self._on_listed)
        self.reading.progressed.connect(lambda progress: self.said.say(f"reading {progress.done}/{progress.total}"))
        self.reading.read.connect(self._on_read)
        self.reading.failed.connect(lambda: self.telling.complain("failed; the notification holds the error"))

    def _on_read(self, read: ReadExam) -> None:
        if read.role == "current":
            self.analysis.job.cancel()
            self.analysis.remember()
            self.switches.prior.setChecked(False)
        self.telling.expecting = True
        hanging.hang(self.viewer, read.exam, read.opened, read.role)
        self.telling.expecting = False
        if read.refused:
            self.telling.complain(" ".join((*map(str, read.refused), self.said.text())))

    def _on_listed(self, listed: tuple[list[Exam], int]) -> None:
        self.expect(*listed)
        self.open_exam()

    def _on_other_image(self) -> None:
        if self.exam is not None:
            self.reading.ask(self.exam, self.places.images)

    def _on_prior(self, shown: bool) -> None:
        prior = self.exams.prior
        if not shown:
            hanging.take_down(self.viewer, "prior")
            show_all(self.viewer)
        elif prior is None:
            self.switches.prior.setChecked(False)
            what = NO_EXAM if self.exam is None else "No earlier exam of this woman is in the folder"
            self.telling.complain(what, for_a_moment=True)
        else:
            self.reading.ask(prior, prior.hung(), "prior")

    def _on_inserted(self, event: Any) -> None:
        """The names of the views come last of all layers of an exam."""
        if NAMES in event.value.metadata:
            self._on_hung()
        elif is_mammogram(event.value):
            self.telling.calm()

    def _on_removed(self, event: Any) -> None:
        if is_hung(event.value):
            self.windows.follow(hung_images(self.viewer))
            self.telling.look_again()
        self.analysis.refresh()

    def _on_resized(self, event: Any = None) -> None:
        fit_again(self.viewer)

    def _on_hung(self) -> None:
        self.telling.expecting = False
        images = hung_images(self.viewer)
        if images:
            hanging.hide_others(self.viewer)
        self.windows.follow(images)
        invert(images, self.switches.inverted.isChecked())
        show_names(self.viewer.layers, self.switches.names.isChecked())
        self.telling.tell()
        show_all(self.viewer)
