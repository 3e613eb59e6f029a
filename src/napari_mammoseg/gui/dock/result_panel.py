"""What a person sees after a run: threshold, summary, table, warnings, and what to do with the result."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget
from superqt import QLabeledDoubleSlider
from superqt.utils import signals_blocked

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.dock.labels_question import LabelsQuestion
from napari_mammoseg.gui.dock.table import FindingTable
from napari_mammoseg.kinds import KINDS


class ResultPanel(QWidget):
    """Shows one result. `threshold_changed(value)`, `chosen(id)` and the buttons tell what the person wants."""

    threshold_changed = Signal(float)
    chosen = Signal(int)

    def __init__(self, threshold: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QLabeledDoubleSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0.0, 1.0)
        self.slider.setDecimals(3)
        self.slider.setSingleStep(0.01)  # type: ignore[arg-type]
        self.slider.setValue(threshold)
        self.slider.setToolTip("Lowest score of a finding that is kept; answers without running again")
        self.summary = _text()
        self.rule = _text("small")
        self.warnings = _text("warning")
        self.question = LabelsQuestion()
        self.table = FindingTable()
        self.table.setMinimumHeight(160)
        self.tabs = QTabWidget()
        self.save = QPushButton("Save…")
        self.command, self.python = QPushButton("Copy as command"), QPushButton("Copy as Python")
        self._lay_out()
        self.slider.valueChanged.connect(self.threshold_changed)
        self.table.chosen.connect(self.chosen)
        self.show_findings(None)

    @property
    def threshold(self) -> float:
        return round(float(self.slider.value()), 3)

    def set_threshold(self, threshold: float) -> None:
        """Moves the slider without telling anybody."""
        with signals_blocked(self.slider):
            self.slider.setValue(threshold)

    def show_findings(self, findings: Findings | None) -> None:
        """Shows this result (None: there is none yet)."""
        self.save.setEnabled(findings is not None)
        self.table.show_findings(findings.findings if findings else ())
        self.summary.setText(sentence(findings) if findings else "")
        self.rule.setText(str(findings.summary.get("rule", "")) if findings else "")
        self.warnings.setText("\n".join(findings.run.warnings) if findings else "")
        for each in (self.summary, self.rule, self.warnings):
            each.setVisible(bool(each.text()))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        threshold = QHBoxLayout()
        threshold.addWidget(QLabel("Threshold"))
        threshold.addWidget(self.slider, 1)
        column.addLayout(threshold)
        column.addWidget(self.question)
        for each in (self.summary, self.rule, self.warnings):
            column.addWidget(each)
        self.tabs.addTab(self.table, "Findings")
        column.addWidget(self.tabs, 1)
        buttons = QHBoxLayout()
        for button in (self.save, self.command, self.python):
            buttons.addWidget(button)
        column.addLayout(buttons)


def sentence(findings: Findings) -> str:
    """The summary in one line: what was found, how dense, how sure the image is to hold any."""
    counted = [_counted(name, count) for name, count in findings.summary.items() if name in _SINGULAR and count]
    density = findings.summary.get("calcifications_per_cm2")
    dense = [f"{density:.2f} per cm²"] if density else []
    return " · ".join([*(counted or ["nothing found"]), *dense, f"image score {findings.image_score:.2f}"])


_SINGULAR = {each.plural: each.name for each in KINDS.values()}


def _counted(plural: str, count: int) -> str:
    return f"{count} {_SINGULAR[plural] if count == 1 else plural}"


def _text(look: str = "plain") -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setStyleSheet(_LOOKS[look])
    return label


_LOOKS = {"plain": "font-weight: bold", "small": "color: #a0a4ab", "warning": "color: #ffb74d"}
