"""What the dock "Exam" says of what hangs, and that it says it no longer once it is so no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer

from napari_mammoseg.exams.exam import Place
from napari_mammoseg.gui.exam import hanging
from napari_mammoseg.gui.exam.analysis_panel import AnalysisPanel
from napari_mammoseg.gui.exam.exam_layers import hung_in, image_at
from napari_mammoseg.gui.exam.exam_list import ExamList
from napari_mammoseg.gui.exam.looking import frame
from napari_mammoseg.gui.exam.names_layer import unname
from napari_mammoseg.gui.exam.place_choice import PlaceChoice
from napari_mammoseg.gui.exam.words import said_of_exam
from napari_mammoseg.gui.layers.seen import uncover_all
from napari_mammoseg.gui.widgets.message import Message

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

_SECONDS = 4
"""How long it is said that a key can do nothing now."""


class Telling(QObject):
    """Fills the parts of the dock from what hangs in `viewer`.

    expecting: an exam is being opened, which will hang soon. left_out: how many files of its folder are no images.
    """

    def __init__(
        self, viewer: ViewerModel, exams: ExamList, places: PlaceChoice, said: Message, analysis: AnalysisPanel
    ) -> None:
        super().__init__(analysis)
        self._viewer, self._exams, self._places, self._said, self._analysis = viewer, exams, places, said, analysis
        self._told: dict[Place, Image] = {}
        self._complaining = False
        self.expecting, self.left_out = False, 0
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._on_taken_away)
        self._calming = QTimer(self, singleShot=True, interval=_SECONDS * 1000)
        self._calming.timeout.connect(self.calm)

    def tell(self) -> None:
        """Says what hangs; what was wrong before is so no longer."""
        self._complaining, self._told = False, hung_in(self._viewer.layers)
        frame(self._viewer, bool(self._told))
        exam = self._exams.exam
        self._places.show_exam(exam, {place: image_at(each) for place, each in self._told.items()})
        others = len(hanging.others_in(self._viewer)) if self._told else 0
        self._said.say(said_of_exam(exam, self._told, self.left_out, others))
        self._analysis.show_exam(exam)

    def complain(self, text: str, for_a_moment: bool = False) -> None:
        """Says what is wrong, until another exam hangs or another image is opened, or for some seconds alone."""
        self.expecting, self._complaining = False, True
        self._said.say(text, wrong=True)
        (self._calming.start if for_a_moment else self._calming.stop)()

    def calm(self) -> None:
        """Another image is there: nothing is wrong any more."""
        if self._complaining:
            self.tell()

    def look_again(self) -> None:
        """An image was taken down: in a moment, says what hangs then."""
        self._later.start()

    def let_go(self) -> None:
        """Says nothing any more."""
        self._later.stop()
        self._calming.stop()

    def _on_taken_away(self) -> None:
        """Says what hangs now, where it was not an exam that gave way to another one."""
        hung = hung_in(self._viewer.layers)
        if hung == self._told or self.expecting:
            return
        unname(self._viewer.layers, [place for place in self._told if place not in hung])
        if not hung:
            hanging.take_down(self._viewer)
            uncover_all(self._viewer)
            self._exams.show_exams(())
            self.left_out = 0
        self.tell()
