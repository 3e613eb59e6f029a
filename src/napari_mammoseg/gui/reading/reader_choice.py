"""Who reads, where her readings are kept as she makes them, and all readers' verdicts as one table."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import QFileDialog, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.preferences import on_reader
from napari_mammoseg.gui.reading import place as reading_place
from napari_mammoseg.readings.table import readings_in, write_table


class ReaderChoice(QWidget):
    """`said(text, wrong)` tells what a person must know; `changed()` that another one reads, or elsewhere."""

    said = Signal(str, bool)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reader, self.folder = QLineEdit(), QPushButton("Folder…")
        self.table, self.place = QPushButton("Table…"), QLabel()
        self.reader.setPlaceholderText("your name or code")
        self.reader.setToolTip("Readings are kept under this name, and only its own are shown again")
        self.table.setToolTip("Write the verdicts of all readers in the folder as one table (CSV)")
        self.place.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for column, each in enumerate((QLabel("Reader"), self.reader, self.folder, self.table)):
            grid.addWidget(each, 0, column)
        grid.addWidget(self.place, 1, 0, 1, 4)
        self.reader.editingFinished.connect(self._on_reader)
        self.folder.clicked.connect(self._ask_for_folder)
        self.table.clicked.connect(self._ask_for_table)
        on_reader(reading_place.follow_reader)
        self.refresh()

    def refresh(self) -> None:
        """Shows who reads and where, as any dock may have set it."""
        shelf = reading_place.shelf()
        self.reader.setText(shelf.reader)
        self.place.setText(f"Readings are kept in {_short(shelf.folder)}")
        self.place.setToolTip(str(shelf.folder))
        self.folder.setToolTip(f"Keep readings in another folder than {shelf.folder}")

    def choose_folder(self, folder: Path) -> None:
        """Keeps readings in `folder` from now on."""
        try:
            reading_place.set_folder(folder)
        except InputError as error:
            self.said.emit(f"The folder is not used. {error}", True)
        self.refresh()
        self.changed.emit()

    def write_table(self, path: Path) -> None:
        """Writes all readers' verdicts in the folder."""
        failures: list[InputError] = []
        try:
            found = list(readings_in([reading_place.shelf().folder], failures.append))
            rows = write_table(found, path)
        except InputError as error:
            self.said.emit(f"The table was not written. {error}", True)
            return
        left_out = f" Left out: {' '.join(map(str, failures))}" if failures else ""
        self.said.emit(f"Wrote {rows} rows of {len(found)} readings as {path}.{left_out}", bool(failures))

    def showEvent(self, event: QShowEvent) -> None:
        """Another dock, or napari's preferences, may have changed it, and may from now on."""
        super().showEvent(event)
        reading_place.switched.connect(self._on_switched, unique=True)
        self._on_switched()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is hidden is refreshed when it is shown."""
        super().hideEvent(event)
        reading_place.switched.disconnect(self._on_switched, missing_ok=True)

    def _on_switched(self) -> None:
        before = self.reader.text()
        self.refresh()
        if self.reader.text() != before:
            self.changed.emit()

    def _on_reader(self) -> None:
        reader = self.reader.text().strip()
        if reader == reading_place.shelf().reader:
            return
        try:
            reading_place.set_reader(reader)
        except InputError as error:
            self.said.emit(f"The reader was not changed. {error}", True)
        else:
            self.said.emit(f"{reader or 'Somebody without a name'} reads now", False)
        self.refresh()
        self.changed.emit()

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Keep readings in", str(reading_place.shelf().folder))
        if folder:
            self.choose_folder(Path(folder))

    def _ask_for_table(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "All readers' verdicts", "readings.csv", "Table (*.csv)")
        if path:
            self.write_table(Path(path))


def _short(folder: Path) -> str:
    """The folder as seen from home."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if home in folder.parents else str(folder)
