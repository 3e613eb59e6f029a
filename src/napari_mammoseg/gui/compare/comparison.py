"""The part of a dock that compares a result, or a folder of results, with the truth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from napari_mammoseg.batch.comparing import Compared, compare_folder, compare_result
from napari_mammoseg.commands import as_evaluation, as_evaluation_of_results
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.matching import RULES
from napari_mammoseg.gui.compare.comparison_text import page
from napari_mammoseg.gui.compare.curve_plot import CurvePlots
from napari_mammoseg.gui.compare.hits import show_hits
from napari_mammoseg.gui.compare.truth_choice import TruthChoice
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.widgets.buttons import small_button
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.run import Run

if TYPE_CHECKING:
    from napari.components import ViewerModel

SHOWN = "the result that is shown"
OWN_RULE = "the usual rule"


class Comparison(QWidget):
    """Choose results and truth, and see the numbers of `mammoseg evaluate`, their curve, and hits on the image.

    `best_cuts(cuts)` tells where the probabilities of the result that is shown are cut best, by each measure.
    """

    best_cuts = Signal(dict)

    def __init__(self, viewer: ViewerModel, pipeline: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pipeline = pipeline
        self._result: ShownResult | None = None
        self._compared: ShownResult | None = None
        self._folder: Path | None = None
        self._of_folder = False
        self._anew = True
        self._command: str | None = None
        self.results, self.rule = QComboBox(), QComboBox()
        self.truth = TruthChoice(viewer, pipeline)
        self.button, self.message = QPushButton("Compare"), Message()
        self.plots, self.text = CurvePlots(), QTextBrowser()
        self.job = Worker(self)
        self._again = QTimer(self, singleShot=True, interval=300)
        self._fill()
        self._lay_out()
        self._connect()

    def show_result(self, result: ShownResult | None) -> None:
        """Compares this result from now on; numbers of another one are taken away."""
        self._result = result
        if self._compared is not None and self._compared is not result:
            self._compared = None
            self.best_cuts.emit({})
            self.text.clear()
            self.plots.show_drawings(())

    def compare(self) -> None:
        """Starts the comparison of what is chosen, and brings back marks that were removed from the image."""
        self._anew = True
        self._begin()

    def _begin(self) -> None:
        if self.job.running:
            return
        try:
            function = self._chosen()
        except InputError as error:
            self._say(str(error), wrong=True)
        else:
            self._start(function)

    def cancel(self) -> None:
        """Stops after the present image."""
        self.job.cancel()

    def follow(self) -> None:
        """Compares again, a moment later: the threshold of the result has changed."""
        if self._compared is not None and self._compared is self._result and self.folder_chosen is None:
            self._again.start()

    def let_go(self) -> None:
        """Stops what runs and lets go of the viewer."""
        self._again.stop()
        self.job.cancel()
        self.truth.let_go()

    def choose_folder(self, folder: Path) -> None:
        """Chooses saved results, those that `mammoseg analyze` wrote into `folder`."""
        self._folder = folder
        self._fill()
        self.results.setCurrentIndex(1)

    @property
    def folder_chosen(self) -> Path | None:
        """The folder of results, if that is what shall be compared."""
        return self._folder if self.results.currentIndex() == 1 else None

    def _chosen(self) -> Callable[[Run], Compared]:
        folder, rule = self.folder_chosen, self.rule.currentData()
        if folder is not None:
            truths = self.truth.truths(None)
            return partial(compare_folder, folder, self._pipeline, truths, rule)
        result = self._result
        if result is None:
            raise InputError("the comparison", "needs a result, and none is shown", "run first, or choose a folder")
        truths, image = self.truth.truths(result.image), partial(mammogram_of, result.image)
        return partial(compare_result, result.compared, result.threshold, image, truths, rule)

    def _start(self, function: Callable[[Run], Compared]) -> None:
        self._of_folder = self.folder_chosen is not None
        self._compared = None if self._of_folder else self._result
        self._command = self._as_command()
        self.job.start(function)
        self._say("comparing…")

    def _compare_again(self) -> None:
        if self.job.running:
            self._again.start()
        else:
            self._anew = False
            self._begin()

    def _as_command(self) -> str | None:
        """What gives the same numbers in a shell; None where no command does: the truth is drawn, say."""
        folder, truth, rule = self.folder_chosen, self.truth.chosen, self.rule.currentData()
        if isinstance(truth, Path) and folder is not None:
            return as_evaluation_of_results(folder, self._pipeline, truth, rule)
        if self._result is None or folder is not None or not (truth is None or isinstance(truth, Path)):
            return None
        try:
            return as_evaluation(self._result.command, truth, rule)
        except InputError:
            return None

    def _on_other(self) -> None:
        """Takes away the numbers of a folder when the result that is shown is meant again, and the other way round."""
        if self._of_folder is (self.folder_chosen is None):
            self._of_folder, self._compared = False, None
            self.text.clear()
            self.plots.show_drawings(())

    def _on_compared(self, compared: Compared) -> None:
        self._say("")
        if self._compared is None and not self._of_folder:
            return
        self.text.setHtml(page(compared, self._command))
        self.plots.show_drawings(compared.drawings)
        if self._compared is not None and compared.evaluation.cases:
            (case,) = compared.evaluation.cases
            show_hits(self._compared, case, self._anew)
            self.best_cuts.emit({} if case.levels is None else case.levels.chosen)

    def _say(self, text: str, wrong: bool = False) -> None:
        self.message.say(text, wrong)
        self.button.setText("Cancel" if self.job.running else "Compare")

    def _fill(self) -> None:
        self.results.clear()
        self.results.addItems([SHOWN, *([] if self._folder is None else [f"folder {self._folder.name}"])])

    def _lay_out(self) -> None:
        self.rule.addItem(OWN_RULE, None)
        for each in RULES.values():
            self.rule.addItem(each.name, each.name)
            self.rule.setItemData(self.rule.count() - 1, each.words, Qt.ItemDataRole.ToolTipRole)
        self.results.setToolTip("What is compared")
        self.rule.setToolTip("When a mark counts as a hit")
        self.button.setToolTip("Count hits and false marks, and show them on the image")
        self.text.setPlaceholderText("FROC, average precision, hits, false marks")
        form, below = QFormLayout(), QSplitter(Qt.Orientation.Vertical)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Compare", _beside(self.results, self._folder_button()))
        form.addRow("with truth", self.truth)
        form.addRow("Rule", _beside(self.rule, self.button))
        below.addWidget(self.plots)
        below.addWidget(self.text)
        below.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.message)
        column.addWidget(below, 1)
        self._say("")

    def _folder_button(self) -> QPushButton:
        return small_button("…", "A folder of results, as `mammoseg analyze --out` wrote it", self._ask_for_folder)

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Results that mammoseg analyze wrote")
        if folder:
            self.choose_folder(Path(folder))

    def _connect(self) -> None:
        self.button.clicked.connect(lambda: self.cancel() if self.job.running else self.compare())
        self._again.timeout.connect(self._compare_again)
        self.results.currentIndexChanged.connect(self._on_other)
        self.job.progressed.connect(lambda progress: self._say(f"{progress.done} of {progress.total} results"))
        self.job.done.connect(self._on_compared)
        self.job.stopped.connect(lambda: self._say("stopped"))
        self.job.refused.connect(lambda error: self._say(str(error), wrong=True))
        self.job.failed.connect(
            lambda: self._say("The comparison failed; the notification holds the error", wrong=True)
        )


def _beside(wide: QWidget, narrow: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(wide, 1)
    row.addWidget(narrow)
    return both
