"""The pixel spacing of the chosen image: said where it is known, asked for where it is not."""

from __future__ import annotations

from qtpy.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from napari_mammoseg.mammogram import Spacing

LEAST_MM = 0.001


class SpacingField(QWidget):
    """A number in mm a pixel. Left alone it means "what the image says"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = QDoubleSpinBox()
        self._number.setRange(0.0, 10.0)
        self._number.setDecimals(4)
        self._number.setSingleStep(0.005)
        self._number.setFixedWidth(104)
        self._number.setToolTip("Millimetres a pixel. Type one to use it instead of what the image says.")
        self._source = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._number)
        row.addWidget(self._source, 1)
        self._known: Spacing | None = None
        self._says = ""
        self._number.valueChanged.connect(self._explain)
        self.show_spacing(None, None)

    @property
    def given(self) -> Spacing | None:
        """What the person typed; None if she left it to the image or typed less than any detector has."""
        return (self._number.value(), self._number.value()) if self._number.value() >= LEAST_MM else None

    def give(self, spacing_mm: float) -> None:
        """Types `spacing_mm`."""
        self._number.setValue(spacing_mm)

    def show_spacing(self, spacing: Spacing | None, source: str | None) -> None:
        """Forgets what was typed and says what the image says."""
        self._known = spacing
        self._says = "" if spacing is None else f"from {source}" if source else ""
        self._number.setSpecialValueText("unknown" if spacing is None else _text(spacing))
        self._number.setValue(0.0)
        self._explain()

    def _explain(self) -> None:
        unknown = self._known is None and self.given is None
        self._source.setText("mm: please type it" if unknown else "mm, typed" if self.given else f"mm {self._says}")
        self._source.setStyleSheet("color: #ffb74d" if unknown else "")


def _text(spacing: Spacing) -> str:
    rows, columns = spacing
    return f"{rows:.4g}" if abs(rows - columns) < 1e-9 else f"{rows:.4g} × {columns:.4g}"
