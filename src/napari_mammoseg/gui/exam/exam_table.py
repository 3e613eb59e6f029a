"""The findings of an exam as a table that says which view each is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from napari_mammoseg.gui.exam.results import Row
from napari_mammoseg.verdicts import CATEGORY, COMMENT, KEY, shown_score

_COLUMNS = ("view", "finding", "score", "reading", "BI-RADS", "label", "mm", "comment")


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
        """Shows these findings; a person's order stays, and the row that is selected, if its finding is still there."""
        selected = self.selected
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self._rows = rows
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, value in enumerate(_values(row)):
                self.setItem(number, column, _item(value, number))
        self.setSortingEnabled(True)
        self.resizeColumnsToContents()
        same = None if selected is None else self._number_of(selected)
        self.setCurrentCell(-1 if same is None else same, -1 if same is None else 0)
        self.blockSignals(False)

    @property
    def selected(self) -> Row | None:
        """What stands in the selected row."""
        return self._row(self.currentRow())

    def step(self, by: int) -> None:
        """Chooses the next row (by 1), or the one before (by -1), whose finding a person reads, if there is one."""
        here = self.currentRow()
        here = -1 if here < 0 and by > 0 else self.rowCount() if here < 0 else here
        for number in range(here + by, self.rowCount() if by > 0 else -1, by):
            row = self._row(number)
            if row is not None and row.finding.kind == row.result.read_kind:
                self.setCurrentCell(number, 0)
                return

    def _row(self, number: int) -> Row | None:
        item = self.item(number, 0)
        return None if item is None else self._rows[item.data(Qt.ItemDataRole.UserRole)]

    def _number_of(self, row: Row) -> int | None:
        """The row in which the same finding stands now."""
        for number in range(self.rowCount()):
            now = self._row(number)
            if now is not None and now.result is row.result and now.finding.id == row.finding.id:
                return number
        return None

    def _on_row(self, number: int, *_: int) -> None:
        row = self._row(number)
        if row is not None:
            self.chosen.emit(row)


def _values(row: Row) -> tuple[Any, ...]:
    each = row.finding
    score, diameter = shown_score(each), each.diameter_mm
    verdict, category, comment = (each.features.get(name) for name in (KEY, CATEGORY, COMMENT))
    size = diameter and round(diameter, 1)
    return row.view, each.kind, score and round(score, 3), verdict, category, each.label, size, comment


def _item(value: Any, number: int) -> QTableWidgetItem:
    item = QTableWidgetItem()
    item.setData(Qt.ItemDataRole.DisplayRole, "" if value is None else value)
    item.setData(Qt.ItemDataRole.UserRole, number)
    return item
