"""The findings as a table that can be sorted; its selected row is a finding."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from napari_mammoseg.findings import Finding
from napari_mammoseg.gui.layers.finding_layers import table
from napari_mammoseg.kinds import BOXED

HEADERS = {
    "kind": "kind",
    "score": "score",
    "label": "label",
    "p_malignant": "p malignant",
    "reading": "reading",
    "birads": "BI-RADS",
    "diameter_mm": "⌀ mm",
    "count": "count",
    "area_mm2": "mm²",
    "contrast": "contrast",
    "id": "id",
    "cluster": "cluster",
    "row": "row",
    "column": "column",
    "comment": "comment",
}
_HIDDEN = ("row0", "column0", "row1", "column1")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FindingTable(QTableView):
    """One row per finding. `chosen(id)` tells that a person chose a row."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setResizeContentsPrecision(50)
        self.selectionModel().currentRowChanged.connect(self._on_row)
        self._quiet = False

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Shows these findings: clusters and masses first, best first, unless a person sorted them by a column.

        The selection stays where it can.
        """
        selected = self.selected
        self._quiet = True
        header = self.horizontalHeader()
        by, order = self._model.name(header.sortIndicatorSection()), header.sortIndicatorOrder()
        self._model.fill(sorted(_linked(findings), key=_best_first))
        self.sortByColumn(self._model.column(by), order)
        self._quiet = False
        if selected is not None:
            self.select(selected)

    @property
    def selected(self) -> int | None:
        """The id of the finding whose row is selected."""
        index = self._sorted.mapToSource(self.currentIndex())
        return self._model.ids[index.row()] if index.isValid() and index.row() < len(self._model.ids) else None

    def select(self, id: int) -> None:
        """Selects the row of the finding and scrolls to it, without telling anybody."""
        if id not in self._model.ids:
            return
        self._quiet = True
        index = self._sorted.mapFromSource(self._model.index(self._model.ids.index(id), 0))
        self.setCurrentIndex(index)
        self.selectRow(index.row())
        self.scrollTo(index)
        self._quiet = False

    def step(self, by: int, among: Collection[int]) -> None:
        """Chooses the next row (by 1), or the one before (by -1), whose finding is one of `among`, if there is one."""
        rows = [self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in range(self._sorted.rowCount())]
        ids = [self._model.ids[row] for row in rows]
        here = ids.index(self.selected) if self.selected in ids else (-1 if by > 0 else len(ids))
        ahead = ids[here + 1 :] if by > 0 else ids[:here][::-1]
        id = next((each for each in ahead if each in among), None)
        if id is not None:
            self.select(id)
            self.chosen.emit(id)

    def _on_row(self, index: QModelIndex) -> None:
        if index.isValid() and not self._quiet and self.selected is not None:
            self.chosen.emit(self.selected)


_SORT = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    """Findings by row and number by column, for Qt."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ids: list[int] = []
        self._names: list[str] = []
        self._columns: dict[str, list[Any]] = {}

    def fill(self, findings: Sequence[Finding]) -> None:
        self.beginResetModel()
        self.ids = [each.id for each in findings]
        self._columns = table(findings)
        known = [name for name in HEADERS if name in self._columns]
        if len({each.kind for each in findings}) == 1:
            known.remove("kind")
        self._names = known + [name for name in self._columns if name not in (*HEADERS, *_HIDDEN)]
        self.endResetModel()

    def name(self, column: int) -> str | None:
        """The name of a column; None for none."""
        return self._names[column] if 0 <= column < len(self._names) else None

    def column(self, name: str | None) -> int:
        """The place of the column called `name`; -1 for none."""
        return self._names.index(name) if name in self._names else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS.get(self._names[section], self._names[section].replace("_", " "))
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        value = self._columns[self._names[index.column()]][index.row()]
        number = isinstance(value, int | float)
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(value)
        if role == _SORT:
            return float(value) if number else (-1.0 if value is None else str(value))
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and number else None


def _best_first(finding: Finding) -> tuple[bool, float]:
    return finding.kind not in BOXED, -finding.score


def _linked(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without links to clusters that are not shown."""
    ids = {each.id for each in findings}
    return [each if each.cluster in ids else replace(each, cluster=None) for each in findings]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 1000 else f"{value}"
