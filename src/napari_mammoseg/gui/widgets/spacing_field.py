"""The pixel spacing of the chosen image: said where it is known, asked for where it is not."""

from __future__ import annotations

from qtpy.QtWidgets import QHBoxLayout, QLabel, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.widgets.buttons import small_button
from napari_mammoseg.gui.widgets.message import WARNING
from napari_mammoseg.gui.widgets.spacing_box import SpacingBox
from napari_mammoseg.mammogram import LARGEST_MM, SMALLEST_MM, Spacing, is_possible

Stated = tuple[Spacing | None, str | None]
"""A spacing and where it is from."""


class SpacingField(QWidget):
    """Begins with what the image says; what is typed counts from then on, until it is taken back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = SpacingBox()
        self._number.setFixedWidth(104)
        self._number.setToolTip("Millimetres per pixel: what the image says, or what you type (0.07, 70 µm)")
        self._back = small_button("↺", "")
        self._source = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._number)
        row.addWidget(self._back)
        row.addWidget(self._source, 1)
        self._number.valueChanged.connect(self._explain)
        self._back.clicked.connect(self.take_back)
        self.show_spacing((None, None))

    @property
    def wanted(self) -> Stated:
        """The spacing to use, and its source. Raises InputError if what was typed cannot be a mammogram's."""
        self._number.interpretText()
        value = self._number.value()
        if value == self._shown:
            return self._used
        if not is_possible((value, value)):
            possible = f"type one of {SMALLEST_MM:g} to {LARGEST_MM:g} mm, or take it back"
            raise InputError("the spacing", f"cannot be {value:g} mm a pixel", possible)
        return (value, value), "given"

    def give(self, spacing_mm: float) -> None:
        """Types `spacing_mm`."""
        self._number.setValue(spacing_mm)

    def take_back(self) -> None:
        """Back to what the image said before anything was typed."""
        self._show(self._first)

    def show_spacing(self, used: Stated, first: Stated | None = None) -> None:
        """Forgets what was typed. used: what the image says now; first: what it said before a person gave another."""
        self._first = first or used
        self._show(used)

    def _show(self, used: Stated) -> None:
        spacing = self._used = used
        rows, columns = spacing[0] or (0.0, 0.0)
        uneven = rows != columns
        self._shown = 0.0 if uneven else round(rows, self._number.decimals())
        self._number.setSpecialValueText(f"{rows:.4g} × {columns:.4g}" if uneven else "unknown")
        self._number.setValue(self._shown)
        self._explain()

    def _explain(self) -> None:
        typed = self._number.value() != self._shown
        wrong = typed and not is_possible((self._number.value(),) * 2)
        asked = self.isEnabled() and self._used[0] is None and not typed
        source = f" from {self._used[1]}" if self._used[1] and self._used[1] != "given" else ""
        said = "typed" if typed or self._used[1] == "given" else source.strip()
        if wrong:
            said = f"no mammogram has that: {SMALLEST_MM:g} to {LARGEST_MM:g} mm"
        self._source.setText("mm: please type it, else one is assumed" if asked else f"mm, {said}" if said else "mm")
        self._source.setStyleSheet(WARNING if asked or wrong else "")
        self._back.setVisible(typed or self._used != self._first)
        self._back.setToolTip(f"Back to what the image says: {_text(self._first)}")


def _text(stated: Stated) -> str:
    spacing, source = stated
    if spacing is None:
        return "unknown"
    said = " × ".join(dict.fromkeys(f"{each:.4g}" for each in spacing))
    return f"{said} mm" + (f", from {source}" if source else "")
