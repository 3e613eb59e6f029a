"""The findings of an exam as a table that says which view each is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from napari_mammoseg.gui.exam.results import Row

_COLUMNS = ("view", "finding", "score", "label", "mm")


class ExamTable(QTableWidget):
    """`chosen(Row)` tells that a person chose a finding."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self.setHorizontalHeaderLabels(_COLUMNS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self.verticalHeader().hide()
        self.setMinimumHeight(140)
        self.setToolTip("Click a finding to go there")
        self._rows: Sequence[Row] = ()
        self.currentCellChanged.connect(self._on_row)
        self.cellClicked.connect(self._on_row)

    def fill(self, rows: Sequence[Row]) -> None:
        """Shows these findings; a person's order stays."""
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self._rows = rows
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, value in enumerate(_values(row)):
                self.setItem(number, column, _item(value, number))
        self.setSortingEnabled(True)
        self.resizeColumnsToContents()
        self.setCurrentCell(-1, -1)
        self.blockSignals(False)

    def _on_row(self, number: int, *_: int) -> None:
        item = self.item(number, 0)
        if item is not None:
            self.chosen.emit(self._rows[item.data(Qt.ItemDataRole.UserRole)])


def _values(row: Row) -> tuple[Any, ...]:
    each = row.finding
    return row.view, each.kind, round(each.score, 3), each.label, each.diameter_mm and round(each.diameter_mm, 1)


def _item(value: Any, number: int) -> QTableWidgetItem:
    item = QTableWidgetItem()
    item.setData(Qt.ItemDataRole.DisplayRole, "" if value is None else value)
    item.setData(Qt.ItemDataRole.UserRole, number)
    return item
