"""What became of each image: one row per image and pipeline, to be sorted and opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from napari_mammoseg.kinds import counted
from napari_mammoseg.pipeline_table import PIPELINES

COLUMNS = ("image", "pipeline", "image score", "found", "note")
_RESULT = int(Qt.ItemDataRole.UserRole)


class OutcomeTable(QTableWidget):
    """`asked_for(input, result)` tells that a person wants to see an image with its result (both paths), and
    `fault_asked_for(text)` that she wants to know why an image was not done."""

    asked_for = Signal(str, str)
    fault_asked_for = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.setHorizontalHeaderLabels(COLUMNS)
        self.setToolTip("Double-click a row to open the image with its result")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().hide()
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.cellDoubleClicked.connect(self._on_row)

    def clear_rows(self) -> None:
        """Forgets all rows."""
        self.setRowCount(0)

    def add_result(self, input_path: Path, folder: Path, record: dict[str, Any]) -> None:
        """A row for a finished result of `input_path` that was written into `folder`."""
        counts = record["summary"].items()
        found = ", ".join(counted(name, value) for name, value in counts if isinstance(value, int) and value)
        result = folder / f"{input_path.stem}.{record['pipeline']}.json"
        notes = "; ".join(record["run"]["warnings"])
        called = PIPELINES[record["pipeline"]].dock
        cells = (record["image"]["name"], called, record["image_score"], found or "nothing", notes)
        self._add(cells, (str(input_path), str(result)), f"{input_path}\n{notes}".strip())

    def add_fault(self, input_path: Path, said: str) -> None:
        """A row for an image that could not be read or done."""
        self._add((input_path.name, "not done", None, "", said), None, f"{input_path}\n{said}")

    def _add(self, cells: tuple[Any, ...], opens: tuple[str, str] | None, told: str) -> None:
        self.setSortingEnabled(False)
        row = self.rowCount()
        self.insertRow(row)
        for column, value in enumerate(cells):
            item = QTableWidgetItem()
            item.setData(Qt.ItemDataRole.DisplayRole, round(value, 3) if isinstance(value, float) else value)
            item.setData(_RESULT, opens)
            item.setToolTip(told)
            self.setItem(row, column, item)
        self.setSortingEnabled(True)

    def _on_row(self, row: int, _column: int) -> None:
        image, note = self.item(row, 0), self.item(row, len(COLUMNS) - 1)
        if image is None or note is None:
            return
        opens = image.data(_RESULT)
        if opens:
            self.asked_for.emit(*opens)
        else:
            self.fault_asked_for.emit(note.text())
