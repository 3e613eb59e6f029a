"""What a person says of one mark beside her verdict: its BI-RADS category, and a comment."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from napari_mammoseg.findings import Finding
from napari_mammoseg.verdicts import CATEGORIES, CATEGORY, COMMENT

NONE = "–"


class MarkNotes(QWidget):
    """`categorised(id, category or None)` and `commented(id, text)` tell what was said of which mark; `left()` that
    the person is done with a field.
    """

    categorised = Signal(int, object)
    left = Signal()
    commented = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self._said = ""
        self.category, self.comment = QComboBox(), QLineEdit()
        self.category.addItems([NONE, *CATEGORIES])
        self.category.setToolTip("BI-RADS category of the selected mark (Shift-C)")
        self.comment.setPlaceholderText("comment on the selected mark")
        self.comment.setToolTip("Your words on the selected mark, kept with Enter (Shift-T)")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (QLabel("BI-RADS"), self.category, self.comment):
            row.addWidget(each)
        row.setStretch(2, 1)
        self.category.activated.connect(self._on_category)
        self.comment.editingFinished.connect(self.take_comment)
        self.comment.returnPressed.connect(self.left)
        for field in (self.category, self.category.view(), self.comment):
            field.installEventFilter(self)
        self.show_mark(None)

    def show_mark(self, finding: Finding | None) -> None:
        """Shows what was said of a mark; a comment on another one that is being typed is taken before."""
        id = None if finding is None else finding.id
        if id != self._id:
            self.take_comment()
        said = {} if finding is None else finding.features
        self._id = id
        self.category.setCurrentText(str(said.get(CATEGORY) or NONE))
        self._said = str(said.get(COMMENT) or "")
        if not self.comment.isModified() or id is None:
            self.comment.setText(self._said)
        self.setEnabled(finding is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape changes nothing and leaves the field, so that keys are keys again, not letters."""
        escaped = (
            isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
        )
        if escaped:
            self.category.hidePopup()
            if watched is self.comment:
                self.drop_comment()
            self.left.emit()
        return escaped

    def take_comment(self) -> None:
        """Tells of a comment that was typed, once."""
        if self._id is not None and self.comment.isModified():
            self.comment.setModified(False)
            self.commented.emit(self._id, self.comment.text())

    def drop_comment(self) -> None:
        """Forgets what is being typed."""
        self.comment.setText(self._said)

    def _on_category(self) -> None:
        if self._id is not None:
            said = self.category.currentText()
            self.categorised.emit(self._id, None if said == NONE else said)
            self.left.emit()
