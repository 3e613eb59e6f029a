"""What a person sees after a run: threshold, summary, table, warnings, and what to do with the result."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget
from superqt.utils import signals_blocked

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.widgets.cut_bar import CutBar
from napari_mammoseg.gui.widgets.labels_question import LabelsQuestion
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.gui.widgets.score_slider import ScoreSlider
from napari_mammoseg.gui.widgets.table import FindingTable
from napari_mammoseg.kinds import KINDS, counted
from napari_mammoseg.models import MODELS
from napari_mammoseg.models.calibration import false_marks_per_image
from napari_mammoseg.pipeline_table import Pipeline


class ResultPanel(QWidget):
    """Shows one result of the pipeline `row`, at first cut at `threshold`.

    `threshold_changed(value)`, `chosen(id)` and the buttons tell what the person wants."""

    threshold_changed = Signal(float)
    chosen = Signal(int)

    def __init__(self, threshold: float, row: Pipeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual, self._lowest, self._model, self._drawn = threshold, 0.0, "", False
        self.slider = ScoreSlider(0.0, decimals=3)
        self.slider.setValue(threshold)
        self.slider.setToolTip("Lowest score of a finding that is kept; answers without running again")
        self.cut = CutBar() if row.outlined else None
        self.meaning = Message()
        self.summary, self.rule, self.warnings = Message("bold"), Message(), Message("warning")
        self.summary.setToolTip(IMAGE_SCORE)
        self.question = LabelsQuestion()
        self.table = FindingTable()
        self.table.setMinimumHeight(160)
        self.tabs = QTabWidget()
        self.save, self.open = QPushButton("Save…"), QPushButton("Open…")
        self.command, self.python = QPushButton("Copy as command"), QPushButton("Copy as Python")
        self.save.setToolTip("Write the findings, the mask and further formats into a folder")
        self.open.setToolTip("Show a saved result or reading on the chosen image")
        self.command.setToolTip("The command line that gives the same result")
        self.python.setToolTip("The lines of Python that give the same result")
        self._lay_out()
        self.slider.valueChanged.connect(self.threshold_changed)
        self.slider.valueChanged.connect(self._explain)
        self.table.chosen.connect(self.chosen)
        self.show_findings(None)

    @property
    def threshold(self) -> float:
        return round(float(self.slider.value()), 3)

    def set_threshold(self, threshold: float) -> None:
        """Moves the slider without telling anybody."""
        with signals_blocked(self.slider):
            self.slider.setValue(threshold)
        self._explain()

    def set_lowest(self, lowest: float) -> None:
        """The slider goes down to this score and no further: of a saved result, candidates below it are not known."""
        self._lowest = lowest
        with signals_blocked(self.slider):
            self.slider.setMinimum(lowest)  # type: ignore[arg-type]

    def show_model(self, name: str) -> None:
        """Explains the threshold for this model, or a weights file, from now on."""
        self._model = name
        self._explain()

    def show_findings(self, findings: Findings | None) -> None:
        """Shows this result (None: there is none yet)."""
        self._drawn = findings is not None and findings.run.boxes is not None
        self._explain()
        self.save.setEnabled(findings is not None)
        self.table.show_findings(findings.findings if findings else ())
        self.summary.say(sentence(findings) if findings else "")
        self.rule.say(explained(findings) if findings else "")
        self.warnings.say("\n".join(findings.run.warnings) if findings else "")

    def _explain(self) -> None:
        """What the threshold means in false marks: by the scores where they are calibrated so, else the default's.

        Nothing where a person said where the masses are: these have the score 1."""
        model = None if self._drawn else MODELS.get(self._model)
        said = ""
        if model is not None and model.calibrated and self.threshold > 0:
            rate = false_marks_per_image(self.threshold)
            said = f"False marks per image: about {rate:.2g}, as measured on whole mammograms"
        elif model is not None and self.threshold == self._usual:
            said = model.false_marks
        saved = f"Saved at {self._lowest:g}: run again for candidates below it." if self._lowest else ""
        self.meaning.say("\n".join(each for each in (said, saved) if each))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        threshold = QHBoxLayout()
        threshold.addWidget(QLabel("Threshold"))
        threshold.addWidget(self.slider, 1)
        column.addLayout(threshold)
        column.addWidget(self.meaning)
        if self.cut is not None:
            column.addWidget(self.cut)
        column.addWidget(self.question)
        for each in (self.summary, self.rule, self.warnings):
            column.addWidget(each)
        self.tabs.addTab(self.table, "Findings")
        column.addWidget(self.tabs, 1)
        buttons = QHBoxLayout()
        for button in (self.save, self.open, self.command, self.python):
            buttons.addWidget(button)
        column.addLayout(buttons)


def sentence(findings: Findings) -> str:
    """The summary in one line: what was found, how dense, how sure the image is to hold any."""
    found = [counted(name, count) for name, count in findings.summary.items() if name in _PLURALS and count]
    density = findings.summary.get("calcifications_per_cm2")
    dense = [f"{density:.2f} per cm²"] if density else []
    return " · ".join([*(found or ["nothing found"]), *dense, f"image score {findings.image_score:.2f}"])


def explained(findings: Findings) -> str:
    """What the summary rests on: the pipeline's rule, and why an image scores high in which nothing is shown."""
    rule = str(findings.summary.get("rule", ""))
    known = findings.run.settings.get("threshold", 0) > findings.lowest
    hidden = known and not findings.findings and findings.image_score >= 0.5
    why = "Candidates below the threshold make the image score: lower the threshold to see them." if hidden else ""
    return "\n".join(each for each in (rule, why) if each)


IMAGE_SCORE = "Image score: how surely the image holds any lesion of this kind, from all candidates at any threshold"
_PLURALS = {each.plural for each in KINDS.values()}
